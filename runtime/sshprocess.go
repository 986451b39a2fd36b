package runtime

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sshProcess is an image that runs on another machine, and the ssh that brings its output here.
type sshProcess struct {
	execProcess
	in     *bufio.Reader // the output
	stdin  *os.File      // while it is open, the program there runs
	stderr sshErrors
	bare   bool  // the image is run as it is
	sent   int64 // bytes of the commands and of the image

	limits sync.Mutex // of the deadlines
	dead   bool       // killed; the deadline is then in the past
}

// start starts ssh.
func (p *sshProcess) start(ctx context.Context, command []string, mark string) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := sshCommand(command)
	p.stdin, p.stderr.mark, p.stderr.tail = w, mark, &p.errs
	cmd.Stdin, cmd.Stderr = r, &p.stderr
	p.release = func() {}
	err = p.launch(ctx, cmd, p.Kill)
	r.Close()
	if err != nil {
		w.Close()
		return err
	}
	p.in = bufio.NewReaderSize(p.out, 64<<10)
	return nil
}

// Read implements Process.
func (p *sshProcess) Read(b []byte) (int, error) { return p.in.Read(b) }

// Kill implements Process. The script on the other side sees its standard input end, and kills the program.
func (p *sshProcess) Kill() {
	p.limits.Lock()
	p.dead = true
	p.limits.Unlock()
	p.execProcess.Kill()
}

// Wait implements Process. How the program ended is what the script there says; without that it is not known, and the
// connection is what failed.
func (p *sshProcess) Wait() error {
	end := sshEnd(p.execProcess.Wait())
	p.stdin.Close()
	p.stderr.flush()
	how, known := p.stderr.ended()
	switch {
	case !known && p.killed():
		return &ExitError{How: end, Stderr: p.errs.text()}
	case !known:
		return &LinkError{withText(end, p.errs.text())}
	case how == "":
		return nil
	case p.bare && notRun.MatchString(how):
		how += " (does that machine run programs for this CPU? run= names an emulator)"
	}
	return &ExitError{How: how, Stderr: p.errs.text()}
}

// notRun is how a shell ends that cannot start a program, or takes it for a script.
var notRun = regexp.MustCompile(`^exit status (2|126|127)$`)

// sshEnd says how ssh ended.
func sshEnd(err error) string {
	how := "exit status 0"
	if e := (*ExitError)(nil); errors.As(err, &e) {
		how = e.How
	}
	return "ssh ended with " + strings.TrimPrefix(how, "killed by ")
}

func (p *sshProcess) killed() bool {
	p.limits.Lock()
	defer p.limits.Unlock()
	return p.dead
}

// until sets a deadline for reads and writes, from now; 0 lifts it. A process that was killed keeps its own.
func (p *sshProcess) until(limit time.Duration) {
	p.limits.Lock()
	defer p.limits.Unlock()
	if p.dead {
		return
	}
	t := time.Time{}
	if limit > 0 {
		t = time.Now().Add(limit)
	}
	p.out.SetReadDeadline(t)
}

// sshErrors takes the standard error of ssh: the script's lines out, and the rest goes to the tail. What came before the
// program was started (a banner, a warning of ssh) is no part of what the program says, and is dropped then.
type sshErrors struct {
	mark string
	tail *tail

	mu   sync.Mutex
	line []byte // without its end yet
	exit string // what stood behind mark exit
	done bool
}

// maxErrorLine is how long a line may be to be searched for the mark.
const maxErrorLine = 4 << 10

// Write implements io.Writer.
func (e *sshErrors) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for rest := b; len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n') + 1
		if i == 0 {
			i = len(rest)
		}
		e.line = append(e.line, rest[:i]...)
		if rest = rest[i:]; e.line[len(e.line)-1] == '\n' || len(e.line) > maxErrorLine {
			e.take()
		}
	}
	return len(b), nil
}

// take deals with a line. A program's last line may have no end, and the mark then stands behind it.
func (e *sshErrors) take() {
	before, after, found := strings.Cut(string(e.line), e.mark+" ")
	e.line = e.line[:0]
	_, _ = e.tail.Write([]byte(before))
	if !found {
		return
	}
	switch word, rest, _ := strings.Cut(strings.TrimSpace(after), " "); word {
	case "begin":
		e.tail.reset()
	case "exit":
		e.exit, e.done = rest, true
	}
}

// flush takes what has no line end.
func (e *sshErrors) flush() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.take()
}

// ended says how the program ended, if that is known: "" for status 0.
func (e *sshErrors) ended() (how string, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	status, signal, _ := strings.Cut(e.exit, " ")
	n, err := strconv.Atoi(status)
	switch {
	case !e.done || err != nil:
		return "", false
	case n == 0:
		return "", true
	case signal != "":
		return fmt.Sprintf("exit status %d (SIG%s)", n, strings.TrimPrefix(signal, "SIG")), true
	}
	return fmt.Sprintf("exit status %d", n), true
}
