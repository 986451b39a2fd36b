package campaign

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/risugen/risugen/internal/filelock"
)

// openOrMake opens a results file; made says that it was not there.
func openOrMake(path string, mayBe bool) (f *os.File, made bool, err error) {
	const flags = os.O_RDWR | os.O_CREATE | os.O_APPEND
	f, err = os.OpenFile(path, flags|os.O_EXCL, 0o666)
	switch {
	case err == nil:
		return f, true, nil
	case !errors.Is(err, fs.ErrExist):
		return nil, false, err
	case !mayBe:
		return nil, false, fmt.Errorf("%s is there already: --resume goes on with it", path)
	}
	f, err = os.OpenFile(path, flags, 0o666)
	return f, false, err
}

// lock takes the file's lock.
func (s *Store) lock(path string, opt StoreOptions) error {
	if opt.NoLock {
		return nil
	}
	switch err := filelock.Try(s.file); {
	case errors.Is(err, filelock.ErrLocked):
		return &busyError{path}
	case errors.Is(err, filelock.ErrNone):
		return fmt.Errorf("%s cannot be locked: %w; --no-lock does without, where nothing else writes the file", path, err)
	case err != nil:
		return fmt.Errorf("lock %s: %w", path, err)
	}
	// A process that took failed jobs out may have put another file in this one's place meanwhile.
	if s.stillThere(path) != nil {
		return &busyError{path}
	}
	return nil
}

// busyError says that another process writes a results file.
type busyError struct{ path string }

func (e *busyError) Error() string { return e.path + ": another campaign is writing it" }
func (e *busyError) Unwrap() error { return filelock.ErrLocked }

// stillThere makes sure that the file has its name: one that was removed or replaced keeps nothing.
func (s *Store) stillThere(path string) error {
	opened, err := s.file.Stat()
	if err != nil {
		return err
	}
	if now, err := os.Stat(path); err != nil || !os.SameFile(opened, now) {
		return fmt.Errorf("%s was removed or replaced", path)
	}
	return nil
}
