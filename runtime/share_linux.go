//go:build linux

package runtime

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapShared makes memory that a process can be given as a file.
func mapShared(size int) (*os.File, []byte, error) {
	fd, err := unix.MemfdCreate("risugen", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "records")
	if err := unix.Ftruncate(fd, int64(size)); err != nil {
		f.Close()
		return nil, nil, os.NewSyscallError("ftruncate", err)
	}
	m, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, nil, os.NewSyscallError("mmap", err)
	}
	return f, m, nil
}

// unmapShared gives it back.
func unmapShared(m []byte) { _ = unix.Munmap(m) }
