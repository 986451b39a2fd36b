package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Exec is a target that is a command: an emulator, or a script that brings the image to a board.
type Exec struct {
	Command []string // {} in a word stands for the image's path, which is appended where no word has it
	Text    string   // what the user wrote; empty: the words of Command
	// Shared lets the image leave its records in memory that this process shares with it (see arch.ShareFD), which saves copying them.
	// QEMU's user mode translates a program that maps shared memory as it does one of several threads: accesses that are to be
	// atomic are, and other code of the emulator is tried.
	Shared bool
}

// stderrKept is how many bytes of a command's standard error are kept, the last ones.
const stderrKept = 4 << 10

// orphanDelay is how long a command's children may hold its standard error open after its end.
const orphanDelay = time.Second

// Name implements Target.
func (e *Exec) Name() string {
	if e.Text != "" {
		return e.Text
	}
	return strings.Join(e.Command, " ")
}

// Start implements Target.
func (e *Exec) Start(ctx context.Context, img *Image) (Process, error) {
	return e.start(ctx, img, e.Command)
}

func (e *Exec) start(ctx context.Context, img *Image, command []string) (Process, error) {
	if len(command) == 0 {
		return nil, errors.New("there is no command")
	}
	path, release, err := img.file()
	if err != nil {
		return nil, fmt.Errorf("write the image: %w", err)
	}
	p := &execProcess{release: release, img: img, shared: e.Shared}
	if err := p.start(ctx, withImage(command, path)); err != nil {
		release()
		return nil, err
	}
	return p, nil
}

// withImage puts the image's path into a command.
func withImage(command []string, path string) []string {
	out := make([]string, len(command))
	found := false
	for i, w := range command {
		found = found || strings.Contains(w, "{}")
		out[i] = strings.ReplaceAll(w, "{}", path)
	}
	if !found {
		out = append(out, path)
	}
	return out
}

// execProcess is a running command.
type execProcess struct {
	cmd    *exec.Cmd
	out    *outputPipe   // the reading end of its standard output
	memory *sharedMemory // for its records; nil: they come through the pipe
	output
	errs     tail
	img      *Image      // whose records they are; nil: nobody tells the image about the pipe
	shared   bool        // they may come through memory
	release  func()      // gives the image's file back
	stopKill func() bool // the end of the context no longer kills

	mu     sync.Mutex
	reaped bool // the process's number may belong to another by now
}

func (p *execProcess) start(ctx context.Context, command []string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = &p.errs
	ownGroup(cmd)
	return p.launch(ctx, cmd, p.Kill)
}

// launch starts a command that leads a group, with its standard output here. kill is called when ctx is done.
func (p *execProcess) launch(ctx context.Context, cmd *exec.Cmd, kill func()) error {
	r, w, err := newOutputPipe()
	if err != nil {
		return err
	}
	p.cmd = cmd
	p.cmd.Stdout = w
	p.cmd.WaitDelay = orphanDelay
	p.cmd.ExtraFiles = p.extraFiles(w) // from descriptor 3 on, which arch.ShareFD is
	err = p.cmd.Start()
	w.Close() // or the pipe would never end
	if p.memory == nil {
		for _, f := range p.cmd.ExtraFiles {
			f.Close()
		}
	}
	if p.memory != nil {
		p.memory.started()
	}
	if err != nil {
		r.Close()
		if p.memory != nil {
			p.memory.close()
		}
		return err
	}
	p.out = r
	p.output = output{pipe: r, memory: p.memory}
	p.stopKill = context.AfterFunc(ctx, kill)
	return nil
}

// extraFiles are the files by which an image knows how its records may come: through memory, or without being copied into the pipe.
func (p *execProcess) extraFiles(w *os.File) []*os.File {
	switch {
	case p.img == nil:
	case p.shared:
		if p.memory = newSharedMemory(p.img, w); p.memory != nil {
			return p.memory.theirs
		}
	default:
		if f := newSplice(p.img, w); f != nil {
			return []*os.File{f}
		}
	}
	return nil
}

// Kill implements Process. The deadline ends reads from a pipe that a process outside the group holds.
func (p *execProcess) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		killGroup(p.cmd.Process)
		p.out.SetReadDeadline(time.Now())
	}
}

// Wait implements Process.
func (p *execProcess) Wait() error {
	err := p.cmd.Wait()
	p.mu.Lock()
	p.reaped = true
	p.mu.Unlock()
	killGroup(p.cmd.Process) // what it left behind; the group's number is not given away while that lives
	p.stopKill()
	p.out.Close()
	if p.memory != nil {
		p.memory.close()
	}
	p.release()
	if err == nil || errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	e := &ExitError{How: err.Error(), Stderr: p.errs.text()}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		e.How = describeExit(exit.ProcessState)
	}
	return e
}
