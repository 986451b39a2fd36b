package runtime

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"time"
)

// console keeps what of a guest's console explains its end: the first sign of trouble and what stands around it, or else the
// last lines.
type console struct {
	mu      sync.Mutex
	partial []byte
	trouble []string // from a few lines before the first one that tells of trouble on
	last    []string
	watch   *time.Timer // if not nil, told to begin anew by whatever is written
	period  time.Duration
}

const (
	consoleLines = 12
	consoleLine  = 160 // bytes of a line that are kept
	// consoleBefore is how many lines before a sign of trouble are kept: an init that ends says why there.
	consoleBefore = 3
)

// kernelTrouble is found in what Linux prints before it gives up.
var kernelTrouble = regexp.MustCompile(`Kernel panic|Oops(\[|:| -)|\bBUG: |Unable to handle kernel|Unhandled kernel|Internal error:`)

// Write implements io.Writer.
func (c *console) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watch != nil {
		c.watch.Reset(c.period)
	}
	for _, part := range bytes.SplitAfter(b, []byte("\n")) {
		if room := consoleLine - len(c.partial); room > 0 {
			c.partial = append(c.partial, part[:min(len(part), room)]...)
		}
		if bytes.HasSuffix(part, []byte("\n")) {
			c.line(strings.TrimSpace(strings.ToValidUTF8(string(c.partial), "?")))
			c.partial = c.partial[:0]
		}
	}
	return len(b), nil
}

// line takes a whole line.
func (c *console) line(text string) {
	switch {
	case text == "":
		return
	case len(c.trouble) == consoleLines:
		return
	case len(c.trouble) > 0:
		c.trouble = append(c.trouble, text)
		return
	case kernelTrouble.MatchString(text):
		c.trouble = append(c.trouble, c.last[max(0, len(c.last)-consoleBefore):]...)
		c.trouble = append(c.trouble, text)
		return
	}
	if c.last = append(c.last, text); len(c.last) > consoleLines {
		c.last = c.last[1:]
	}
}

// inTrouble reports whether the kernel gave up.
func (c *console) inTrouble() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.trouble) > 0
}

// text is what was kept.
func (c *console) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := c.last
	if len(c.trouble) > 0 {
		lines = c.trouble
	} else if rest := strings.TrimSpace(strings.ToValidUTF8(string(c.partial), "?")); rest != "" {
		lines = append(lines[:len(lines):len(lines)], rest)
	}
	return strings.Join(lines, "\n")
}

// expect calls late when nothing is written for so long. The function that it returns ends that.
func (c *console) expect(period time.Duration, late func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watch, c.period = time.AfterFunc(period, late), period
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.watch != nil {
			c.watch.Stop()
			c.watch = nil
		}
	}
}
