//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock uses flock(2), and not fcntl(2)'s locks, which a process loses when it closes any other descriptor of the file.
func lock(f *os.File, wait bool) error {
	how := unix.LOCK_EX
	if !wait {
		how |= unix.LOCK_NB
	}
	for {
		err := unix.Flock(int(f.Fd()), how)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return ErrLocked
		case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOLCK), errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.EINVAL):
			return ErrNone
		}
		return err
	}
}

// openDirectory opens what stands for a directory's lock: the directory.
func openDirectory(dir string) (*os.File, error) { return os.Open(dir) }

// waitDirectory takes the lock. NFS makes locks of flock that need a descriptor which can be written to.
func waitDirectory(f *os.File) error {
	err := Wait(f)
	if errors.Is(err, unix.EBADF) {
		return ErrNone
	}
	return err
}
