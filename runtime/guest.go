package runtime

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// guestStream is what comes out of a guest's port: see guestinit.sh.
type guestStream struct {
	in     *bufio.Reader
	token  string
	err    error // what ended in
	status int   // how the image ended, as a shell sees it; -1: not said
}

const (
	guestBuffer = 256 << 10 // bytes
	maxAbout    = 64 << 10  // bytes that a guest may say of itself
)

func newGuestStream(r io.Reader, token string) *guestStream {
	return &guestStream{in: bufio.NewReaderSize(r, guestBuffer), token: token, status: -1}
}

// about reads what comes before the image's output: kernel and processor.
func (g *guestStream) about() (map[string]string, error) {
	var lines []string
	for size := 0; ; {
		text, err := g.in.ReadSlice('\n')
		if size += len(text); size > maxAbout {
			return nil, errors.New("its port says something that is not from its first process")
		}
		if err != nil {
			return nil, errors.New("it ended before it came to the image")
		}
		line := strings.TrimSuffix(string(text), "\n")
		switch line {
		case g.token + " about":
			lines = lines[:0]
		case g.token + " run":
			if len(lines) == 0 {
				return map[string]string{}, nil
			}
			return map[string]string{"kernel": lines[0], "cpuinfo": CPUInfo([]byte(strings.Join(lines[1:], "\n")))}, nil
		default:
			lines = append(lines, line)
		}
	}
}

// Read reads the image's output. Of what is there it holds as much back as the guest's last words have bytes. io.EOF
// is their end, or that of a guest that went down without them.
func (g *guestStream) Read(b []byte) (int, error) {
	last := len(g.lastWords(0))
	for {
		held := g.in.Buffered()
		if held > last {
			return g.in.Read(b[:min(len(b), held-last)])
		}
		rest, _ := g.in.Peek(held)
		if g.isLast(rest) {
			return 0, io.EOF
		}
		if g.err != nil {
			if held == 0 {
				return 0, g.err
			}
			return g.in.Read(b)
		}
		_, g.err = g.in.Peek(held + 1)
	}
}

// lastWords is what a guest says when the image has ended.
func (g *guestStream) lastWords(status int) string {
	return fmt.Sprintf("%s exit %03d\n", g.token, status)
}

// isLast recognises the last words and notes what they say.
func (g *guestStream) isLast(b []byte) bool {
	head := []byte(g.token + " exit ")
	if len(b) != len(g.lastWords(0)) || !bytes.HasPrefix(b, head) || b[len(b)-1] != '\n' {
		return false
	}
	n, err := strconv.ParseUint(string(b[len(head):len(b)-1]), 10, 9)
	if err == nil {
		g.status = int(n)
	}
	return err == nil
}
