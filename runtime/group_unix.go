//go:build unix

package runtime

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownGroup makes the command the leader of a process group, so that the emulator under a script can be
// killed too.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// ownSession is ownGroup, and leaves the command without a terminal that it could ask for a password.
func ownSession(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// killGroup kills the group that a process leads.
func killGroup(p *os.Process) {
	_ = unix.Kill(-p.Pid, unix.SIGKILL)
}

// describeExit says how a process ended, with the signal that a shell's exit status stands for.
func describeExit(s *os.ProcessState) string {
	w, ok := s.Sys().(syscall.WaitStatus)
	if !ok {
		return s.String()
	}
	if w.Signaled() {
		return "killed by " + signalName(w.Signal())
	}
	code := w.ExitStatus()
	if name := unix.SignalName(syscall.Signal(code - 128)); code > 128 && name != "" {
		return fmt.Sprintf("exit status %d (%s)", code, name)
	}
	return fmt.Sprintf("exit status %d", code)
}

func signalName(s syscall.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return name
	}
	return fmt.Sprintf("signal %d", int(s))
}
