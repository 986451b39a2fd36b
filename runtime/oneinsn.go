package runtime

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"time"
)

// OneInsn is a command that is QEMU's user mode emulator, told to translate one instruction at a time.
// Against the same emulator without that option it finds what optimising across instructions breaks.
type OneInsn struct{ *Exec }

// helpTimeout is how long an emulator may take to print its help or its version, on a machine that has much else to do.
const helpTimeout = 10 * time.Second

// Start implements Target. It asks the emulator for its options, since this one's name depends on the
// release.
func (o *OneInsn) Start(ctx context.Context, img *Image) (Process, error) {
	if len(o.Command) == 0 {
		return nil, errors.New("there is no command")
	}
	ctx2, cancel := context.WithTimeout(ctx, helpTimeout)
	defer cancel()
	help, err := exec.CommandContext(ctx2, o.Command[0], "-help").Output()
	if len(help) == 0 && err != nil {
		return nil, fmt.Errorf("ask %s for its options: %w", o.Command[0], err)
	}
	option, err := oneInsnOption(help)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Command[0], err)
	}
	return o.start(ctx, img, slices.Insert(slices.Clone(o.Command), 1, option))
}

// oneInsnOptions are the names of the option: the first from release 8.1 on, the second before. Releases
// that know both say that the second will go.
var oneInsnOptions = []string{"-one-insn-per-tb", "-singlestep"}

// oneInsnOption finds the option's name in an emulator's help.
func oneInsnOption(help []byte) (string, error) {
	for _, o := range oneInsnOptions {
		if regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(o) + `\s`).Match(help) {
			return o, nil
		}
	}
	return "", errors.New("one-insn: is for QEMU's user mode emulators alone: the help names neither -one-insn-per-tb nor -singlestep")
}
