package runtime

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/risugen/risugen/internal/screen"
)

// handshake brings an image to the other machine and has it started.
type handshake struct {
	*sshProcess
	script   string
	image    []byte
	mark     string
	patience time.Duration // for a step
	machine  map[string]string
	version  string // of the emulator there
}

// Bounds of what a machine may say before the program runs, in bytes.
const (
	maxNoise  = 64 << 10 // that a login shell may print
	maxAnswer = 64 << 10 // of the script
	chunkSize = 32 << 10 // of the image, that must be taken within a step
)

// lastWords is how long an ssh whose output has ended may take to end.
const lastWords = 5 * time.Second

// slowest is the rate, in bytes a second, at which the image must arrive: what was written may still be on its way.
const slowest = 4 << 10

// run is done when the other machine says that the image runs. After an error nothing is left of the process.
func (h *handshake) run() error {
	step, err := h.steps()
	if err == nil {
		h.until(0)
		return nil
	}
	return h.explain(step, err)
}

// remoteError is what the script reports.
type remoteError string

func (e remoteError) Error() string { return string(e) }

// noiseError is a login shell that printed something else than our line.
type noiseError struct {
	printed []byte
	cause   error // of its end; nil: it printed too much
}

func (e *noiseError) Error() string {
	return "the other side runs no shell command; it printed " + quoteOutput(e.printed)
}

func (e *noiseError) Unwrap() error { return e.cause }

// steps returns what was being done when an error came.
func (h *handshake) steps() (step string, err error) {
	h.until(h.patience)
	if err := h.greeting(); err != nil {
		return "connecting", err
	}
	if err := h.write([]byte(h.script)); err != nil {
		return "sending commands", err
	}
	word, err := h.describe()
	if err != nil {
		return "preparing", err
	}
	if word == "need" {
		word, err = h.transfer()
	} else {
		word, err = h.answer()
	}
	if err == nil && word != "run" {
		err = fmt.Errorf("an unexpected answer: %q", word)
	}
	return "copying the image", err
}

// greeting reads up to the line that says that a shell is there. What the user's login shell prints before it is none of
// ours: it is left out.
func (h *handshake) greeting() error {
	want := []byte(h.mark + " ready\n")
	var got []byte
	for !bytes.HasSuffix(got, want) {
		c, err := h.in.ReadByte()
		if err != nil {
			if len(got) > 0 {
				return &noiseError{got, err}
			}
			return err
		}
		if got = append(got, c); len(got) > maxNoise {
			return &noiseError{got, nil}
		}
	}
	return nil
}

// describe reads what the script says of the machine, up to the word that follows.
func (h *handshake) describe() (word string, err error) {
	if word, err = h.answer(); err != nil || word != "machine" {
		return word, unexpected(word, err)
	}
	kernel, err := h.line()
	if err == nil {
		h.version, err = h.line()
	}
	h.version = printable(strings.TrimSpace(h.version))
	var cpu strings.Builder
	for err == nil {
		var line string
		if line, err = h.line(); err != nil {
			break
		}
		if word, ok := strings.CutPrefix(line, h.mark+" "); ok {
			h.machine = map[string]string{"kernel": printable(kernel), "cpuinfo": printable(CPUInfo([]byte(cpu.String())))}
			return h.word(word)
		}
		if cpu.WriteString(line + "\n"); cpu.Len() > maxAnswer {
			err = errors.New("it says too much of itself")
		}
	}
	return "", err
}

// transfer sends the image and waits for the answer. The answer may come before all was sent: the other disk is full.
func (h *handshake) transfer() (word string, err error) {
	sent := make(chan error, 1)
	go func() { sent <- h.write(h.image) }()
	word, err = h.answer()
	if err != nil {
		h.stdin.Close() // the writer ends
	}
	if serr := <-sent; err == nil {
		err = serr
	}
	return word, err
}

// write sends bytes in pieces, each of which must be taken in time. It gives the reader, who waits for the answer, as
// much time again after each.
func (h *handshake) write(b []byte) error {
	for len(b) > 0 {
		piece := b[:min(len(b), chunkSize)]
		h.stdin.SetWriteDeadline(time.Now().Add(h.patience))
		h.until(h.patience)
		n, err := h.stdin.Write(piece)
		if err != nil {
			return err
		}
		h.sent += int64(n)
		if b = b[n:]; len(b) == 0 {
			h.until(h.patience + time.Duration(h.sent/slowest)*time.Second)
		}
	}
	return nil
}

// answer reads a line of the script.
func (h *handshake) answer() (word string, err error) {
	line, err := h.line()
	if err != nil {
		return "", err
	}
	word, ok := strings.CutPrefix(line, h.mark+" ")
	if !ok {
		return "", fmt.Errorf("an unexpected answer: %s", quoteOutput([]byte(line)))
	}
	return h.word(word)
}

// word is a word of the script; an error comes with the rest of the output.
func (h *handshake) word(word string) (string, error) {
	text, failed := strings.CutPrefix(word, "error ")
	if !failed {
		return word, nil
	}
	rest, _ := io.ReadAll(io.LimitReader(h.in, stderrKept))
	return "", remoteError(printable(strings.TrimSpace(text + "\n" + string(rest))))
}

// line reads a line without its end.
func (h *handshake) line() (string, error) {
	var b []byte
	for {
		piece, err := h.in.ReadSlice('\n')
		b = append(b, piece...)
		switch {
		case err == nil:
			return string(b[:len(b)-1]), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		case len(b) > maxAnswer:
			return "", errors.New("a line without an end")
		}
	}
}

func unexpected(word string, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("an unexpected answer: %q", word)
}

// printable replaces what a terminal would not show as text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// explain ends the process and says what went wrong, with what ssh says. An ssh that ends by itself is given the time to
// say why.
func (h *handshake) explain(step string, err error) error {
	late := errors.Is(err, os.ErrDeadlineExceeded)
	ended := errors.Is(err, io.EOF)
	if ended {
		t := time.AfterFunc(lastWords, h.Kill)
		defer t.Stop()
	} else {
		h.Kill()
	}
	end := sshEnd(h.execProcess.Wait())
	h.stdin.Close()
	h.stderr.flush()
	switch said := h.errs.text(); {
	case errors.As(err, new(remoteError)):
		return err
	case errors.As(err, new(*noiseError)):
		return errors.New(withText(err.Error(), said))
	case late:
		return errors.New(withText(fmt.Sprintf("%s: no answer within %s", step, screen.Span(h.patience)), said))
	case ended:
		return errors.New(withText(step+": "+end, said))
	default:
		return errors.New(withText(fmt.Sprintf("%s: %s", step, err), said))
	}
}

// withText adds what ssh wrote to its standard error.
func withText(text, said string) string {
	if said != "" {
		text += ": " + said
	}
	return text
}
