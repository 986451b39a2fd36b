//go:build !unix

package runtime

import (
	"os"
	"os/exec"
)

// ownGroup does nothing where there are no process groups.
func ownGroup(*exec.Cmd) {}

// ownSession does nothing where there are no sessions.
func ownSession(*exec.Cmd) {}

// killGroup kills the process alone.
func killGroup(p *os.Process) { _ = p.Kill() }

// describeExit says how a process ended.
func describeExit(s *os.ProcessState) string { return s.String() }
