package campaign

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/risugen/risugen/internal/filelock"
)

// A process that is killed leaves its images behind. So they stand in a directory that holds a locked file: where the
// lock can be had, the process is gone, and the next campaign on the machine removes the directory.
const (
	tempPrefix = "risugen-campaign-"
	tempLock   = "lock"
	// oldAge is when a directory is given up for lost whose lock tells nothing, on file systems without locks.
	oldAge = 7 * 24 * time.Hour
)

// TempDir is a directory for files that live as long as a process.
type TempDir struct {
	Path string
	lock *os.File
}

// NewTempDir makes a directory within another and removes those that dead processes left there.
func NewTempDir(parent string) (*TempDir, error) {
	removeStale(parent, time.Now())
	return newTempDir(parent, filelock.Try)
}

func newTempDir(parent string, lock func(*os.File) error) (*TempDir, error) {
	const tries = 10
	for range tries {
		t, err := makeTemp(parent, lock)
		if err != nil || t != nil {
			return t, err
		}
	}
	return nil, fmt.Errorf("%s: directories vanish as soon as they are made", parent)
}

// makeTemp makes and locks a directory; nil: another process took it for a stale one before it was locked.
func makeTemp(parent string, lock func(*os.File) error) (*TempDir, error) {
	dir, err := os.MkdirTemp(parent, tempPrefix)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, tempLock)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		os.Remove(dir)
		return nil, err
	}
	t := &TempDir{dir, f}
	switch err := lock(f); {
	case errors.Is(err, filelock.ErrNone):
		return t, nil
	case errors.Is(err, filelock.ErrLocked):
		f.Close()
		return nil, nil // it is being removed
	case err != nil:
		t.Close()
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	opened, err1 := f.Stat()
	now, err2 := os.Stat(name)
	if err1 != nil || err2 != nil || !os.SameFile(opened, now) {
		f.Close()
		return nil, nil
	}
	return t, nil
}

// Close removes the directory.
func (t *TempDir) Close() error {
	err := os.RemoveAll(t.Path)
	t.lock.Close()
	if err != nil { // a system that cannot remove open files
		err = os.RemoveAll(t.Path)
	}
	return err
}

// removeStale removes directories of processes that are gone. What it cannot remove it leaves.
func removeStale(parent string, now time.Time) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), tempPrefix) {
			removeIfStale(filepath.Join(parent, e.Name()), now)
		}
	}
}

func removeIfStale(dir string, now time.Time) {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || !ours(info) {
		return
	}
	old := now.Sub(info.ModTime()) > oldAge
	f, err := os.OpenFile(filepath.Join(dir, tempLock), os.O_RDWR, 0)
	if err != nil {
		if old {
			os.Remove(dir) // killed before it had a lock: it is empty
		}
		return
	}
	defer f.Close()
	if err := filelock.Try(f); err == nil || errors.Is(err, filelock.ErrNone) && old {
		os.RemoveAll(dir)
	}
}
