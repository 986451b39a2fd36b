package runtime

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
)

// OneInsn is a command that is QEMU's user mode emulator, told to translate one instruction at a time.
// Against the same emulator without that option it finds what optimising across instructions breaks.
type OneInsn struct{ *Exec }

var qemuVersion = regexp.MustCompile(`(?m)^qemu-\S+ version (\d+)\.(\d+)`)

// Start implements Target. It asks the emulator for its version, since the option's name depends on it.
func (o *OneInsn) Start(ctx context.Context, img *Image) (Process, error) {
	if len(o.Command) == 0 {
		return nil, fmt.Errorf("there is no command")
	}
	out, err := exec.CommandContext(ctx, o.Command[0], "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("ask %s for its version: %w", o.Command[0], err)
	}
	option, err := oneInsnOption(out)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Command[0], err)
	}
	return o.start(ctx, img, slices.Insert(slices.Clone(o.Command), 1, option))
}

// oneInsnOption returns the option's name: -singlestep up to release 8.0, then -one-insn-per-tb, and the
// old name was dropped later.
func oneInsnOption(version []byte) (string, error) {
	m := qemuVersion.FindSubmatch(version)
	if m == nil {
		return "", fmt.Errorf("one-insn: is for QEMU's user mode emulators alone")
	}
	major, _ := strconv.Atoi(string(m[1]))
	minor, _ := strconv.Atoi(string(m[2]))
	if major < 8 || major == 8 && minor == 0 {
		return "-singlestep", nil
	}
	return "-one-insn-per-tb", nil
}
