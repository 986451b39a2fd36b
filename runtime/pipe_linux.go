//go:build linux

package runtime

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeSize is the largest size of a pipe that Linux grants everybody (fs.pipe-max-size). An image writes
// 64 KiB at a time; with a pipe of only that size it runs a quarter slower.
const pipeSize = 1 << 20

// enlargePipe gives a pipe more room. Where that is not granted the run is slower and nothing else.
func enlargePipe(f *os.File) {
	if c, err := f.SyscallConn(); err == nil {
		_ = c.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize) })
	}
}
