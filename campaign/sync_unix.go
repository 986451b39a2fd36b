//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package campaign

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// syncDir makes a directory's entries durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.EOPNOTSUPP) {
		return err // EINVAL: a file system whose directories need none
	}
	return nil
}
