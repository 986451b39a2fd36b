//go:build linux

package runtime

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// giveUpAfter ends a connection whose other side takes nothing and acknowledges nothing for so long, such as a machine
// without power. Without it the kernel tries for a quarter of an hour.
func giveUpAfter(c net.Conn, d time.Duration) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return
	}
	if raw, err := tcp.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(d.Milliseconds()))
		})
	}
}
