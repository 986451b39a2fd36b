package runtime

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// versionOf asks a target that is one of QEMU's programs what version it is: the first line that --version prints.
// A recording has the version of what was recorded, a master that of what it runs, a guest that of its emulator, and a machine
// behind ssh what it said of its emulator at the start. Other targets, and one that does not answer, have "".
func versionOf(ctx context.Context, t Target) string {
	if v, ok := t.(versioned); ok {
		return v.version
	}
	if r, ok := t.(described); ok {
		return r.Description().Emulator
	}
	if s, ok := t.(*System); ok {
		return s.version(ctx)
	}
	if s, ok := t.(*SSH); ok {
		return s.emulatorVersion()
	}
	if o, ok := t.(*OneInsn); ok {
		t = o.Exec
	}
	e, ok := t.(*Exec)
	if !ok || len(e.Command) == 0 || !isQEMU(e.Command[0]) {
		return ""
	}
	return programVersion(ctx, e.Command[0])
}

// WithVersion is a target whose version is asked for now, and not again each time that it runs an image.
func WithVersion(ctx context.Context, t Target) Target { return versioned{t, versionOf(ctx, t)} }

// versioned is a target of a known version.
type versioned struct {
	Target
	version string
}

// programVersion is the first line that a program prints when asked for its version, or "".
func programVersion(ctx context.Context, program string) string {
	ctx, cancel := context.WithTimeout(ctx, helpTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "--version")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}

// isQEMU reports whether a command is one of QEMU's programs, by its name.
func isQEMU(command string) bool { return strings.HasPrefix(filepath.Base(command), "qemu-") }
