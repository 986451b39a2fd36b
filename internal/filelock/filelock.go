// Package filelock locks open files, and directories, against other processes. A lock ends when the file is closed or its process
// ends, whatever ends that. It bars nobody who does not ask for it.
package filelock

import (
	"errors"
	"os"
)

// ErrLocked says that another process holds a file's lock.
var ErrLocked = errors.New("another process holds the lock")

// ErrNone says that a file's system cannot lock.
var ErrNone = errors.New("its file system has no locks")

// Try takes the lock of a file, or returns ErrLocked or ErrNone at once.
func Try(f *os.File) error { return lock(f, false) }

// Wait takes the lock of a file, once nobody else has it, or returns ErrNone.
func Wait(f *os.File) error { return lock(f, true) }

// Directory takes the lock of a directory, once nobody else has it, for files in it that are replaced and not written over. Where the
// system cannot lock the error is ErrNone.
func Directory(dir string) (unlock func(), err error) {
	f, err := openDirectory(dir)
	if err != nil {
		return nil, err
	}
	if err := waitDirectory(f); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}
