//go:build linux

package runtime

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// mapShared makes memory that a process can be given as a file.
func mapShared(size int) (*os.File, []byte, error) {
	fd, err := unix.MemfdCreate("risugen", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "records")
	if err := unix.Ftruncate(fd, int64(size)); err != nil {
		f.Close()
		return nil, nil, os.NewSyscallError("ftruncate", err)
	}
	if _, err := unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL); err != nil {
		f.Close() // a process that shortens it would end this one, too, by SIGBUS
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	m, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, nil, os.NewSyscallError("mmap", err)
	}
	return f, m, nil
}

// fileIdentity tells a file from all others, as statx does.
func fileIdentity(f *os.File) (inode uint64, major, minor uint32, ok bool) {
	info, err := f.Stat()
	if err != nil {
		return 0, 0, 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, 0, false
	}
	dev := uint64(st.Dev)
	return st.Ino, unix.Major(dev), unix.Minor(dev), true
}

// unmapShared gives it back.
func unmapShared(m []byte) { _ = unix.Munmap(m) }
