//go:build unix

package archtest

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that this process has used in user mode.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano())
}
