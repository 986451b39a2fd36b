package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/mattn/go-shellwords"
)

// Target is something that images run on.
type Target interface {
	// Name is the target as the user wrote it.
	Name() string
	// Start runs an image. The process is killed when ctx is done.
	Start(ctx context.Context, img *Image) (Process, error)
}

// Process is one run of an image.
type Process interface {
	// Read reads the record stream: io.EOF at its end, which is also where it comes to when the process
	// dies. Reads may be short.
	io.Reader
	// Wait waits for the end of the process and gives back what it held. It is called once, after the
	// last Read. The error says how the process died, with the end of its standard error; nil: it exited
	// with status 0.
	Wait() error
	// Kill ends the process. It may be called at any time, from any goroutine, and several times; Read
	// and Wait return soon after.
	Kill()
}

// ExitError says how a process died, as Wait returns it.
type ExitError struct {
	How    string // "exit status 3", "killed by SIGSEGV"
	Stderr string // the end of its standard error
	Log    string // what Stderr is instead, if not empty: "console"
}

// Error implements error.
func (e *ExitError) Error() string {
	log := cmp.Or(e.Log, "standard error") + ": " + e.Stderr
	switch {
	case e.Stderr == "":
		return e.How
	case e.How == "":
		return log
	}
	return e.How + "; " + log
}

// TargetForms says in one sentence how a target is written.
const TargetForms = "a command line, exec:COMMAND, one-insn:COMMAND for QEMU translating one instruction at a time, shared:COMMAND for records through shared memory, trace:FILE for what risugen record kept, tcp:HOST:PORT for a risugen master, ssh:[USER@]HOST[,OPTION…] for another machine, or system:[NAME=VALUE,…] for a Linux kernel in full-system emulation"

var scheme = regexp.MustCompile(`^([a-zA-Z][a-zA-Z-]+):(.*)$`)

// ParseTarget reads a target:
//
//	COMMAND           a command line; quotes work as in a shell
//	exec:COMMAND      the same
//	one-insn:COMMAND  QEMU's user mode emulator, told to translate one instruction at a time
//	shared:COMMAND    the same, and the image leaves its records in memory that is shared: see Exec.Shared
//	trace:FILE        a recording; - is standard input
//	tcp:HOST:PORT     what a risugen master runs there
//	ssh:[USER@]HOST   another machine; options follow after commas
//	system:OPTIONS    a Linux kernel in full-system emulation; NAME=VALUE with commas between, or nothing
//
// {} in a word of the command stands for the image's path, which is appended where no word has it.
func ParseTarget(text string) (Target, error) {
	name, rest := "exec", text
	if m := scheme.FindStringSubmatch(text); m != nil {
		name, rest = m[1], m[2]
	}
	t, err := parseTarget(name, rest, text)
	if err != nil {
		return nil, fmt.Errorf("target %q: %w; a target is %s", text, err, TargetForms)
	}
	return t, nil
}

// parseTarget reads what stands behind a target's kind. text is the whole.
func parseTarget(kind, rest, text string) (Target, error) {
	switch kind {
	case "trace":
		if rest == "" {
			return nil, errors.New("there is no file")
		}
		return &Recording{Path: rest}, nil
	case "tcp":
		return parseRemote(rest)
	case "ssh":
		return parseSSH(rest)
	case "system":
		return parseSystem(rest, text)
	case "exec", "one-insn", "shared":
	default:
		return nil, fmt.Errorf("%s: is an unknown kind", kind)
	}
	words, err := splitCommand(rest)
	if err != nil {
		return nil, err
	}
	e := &Exec{Command: words, Text: text, Shared: kind == "shared"}
	if kind == "one-insn" {
		return &OneInsn{e}, nil
	}
	return e, nil
}

// splitCommand splits a command line into words.
func splitCommand(text string) ([]string, error) {
	p := shellwords.NewParser()
	p.ParseEnv, p.ParseBacktick, p.ParseComment = false, false, false
	words, err := p.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("a quote or a bracket has no partner")
	case p.Position >= 0:
		return nil, fmt.Errorf("no shell runs this, and %q would need one: quote it, or write sh -c '…'", string([]rune(text)[p.Position]))
	case len(words) == 0 || strings.TrimSpace(words[0]) == "":
		return nil, errors.New("there is no command")
	}
	return words, nil
}
