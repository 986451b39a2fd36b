package runtime

import (
	"errors"
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
)

// endedEarly is StreamError.What of a stream whose process may tell why.
const endedEarly = "ended early"

// cutOff is StreamError.What of a trace that has no end.
const cutOff = "cut off"

// failedThere is StreamError.What of a stream that another risugen passed on until its target failed.
const failedThere = "failed on the other side"

// lost is StreamError.What of a stream whose connection broke.
const lost = "connection lost"

// howItEnded returns a StreamError.What for a stream that ended early, if its process knows better what that means.
func howItEnded(status error) string {
	switch {
	case CutOff(status):
		return cutOff
	case errors.As(status, new(*RemoteError)):
		return failedThere
	case errors.As(status, new(*LinkError)):
		return lost
	}
	return ""
}

// stalled is StreamError.What of a stream that stopped.
const stalled = "stalled"

// garbage is StreamError.What of a stream that goes on with something else than the next record.
const garbage = "garbage"

// harnessFailed is StreamError.What of a fault in code that is not under test.
const harnessFailed = "the harness failed"

// StreamError says that a target's output is not the record stream of its image. It names the last record
// that came through whole.
type StreamError struct {
	Target       string // which target, as "master" or "apprentice", and its name
	Block, Round int    // the last good record; Block is -1 if there was none
	What         string // "ended early", "garbage", "wrong image", "stalled" …
	Detail       string // what came instead; may be empty
	Next         string // the reserved word that came next, where records are written one by one; or empty
	Status       error  // how the process died; nil if it was not asked or ended well

	began bool // the start record came
}

// Error implements error.
func (e *StreamError) Error() string {
	var b strings.Builder
	if e.Target != "" {
		fmt.Fprintf(&b, "%s: ", e.Target)
	}
	b.WriteString(e.What)
	if e.Block < 0 {
		b.WriteString(" before the first block")
	} else {
		fmt.Fprintf(&b, " after block %d round %d", e.Block, e.Round)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if e.Status != nil {
		fmt.Fprintf(&b, ": %s", e.Status)
	}
	if e.Next != "" {
		fmt.Fprintf(&b, " (next came a reserved word: %s)", e.Next)
	} else if e.Block >= 0 && (e.What == endedEarly || e.What == stalled) {
		b.WriteString(" (that was the last record received: a target writes many at a time)")
	}
	return b.String()
}

// Unwrap returns how the process died.
func (e *StreamError) Unwrap() error { return e.Status }

// quoteOutput shows the beginning of what a target wrote: as text where it is text, such as an emulator's
// message in the middle of the records, else in hexadecimal.
func quoteOutput(b []byte) string {
	const shown, shownHex = 160, 16
	if len(b) == 0 {
		return "nothing"
	}
	text := b[:min(len(b), shown)]
	n := 0
	for n < len(text) && (text[n] >= ' ' && text[n] < 0x7f || text[n] == '\n' || text[n] == '\t') {
		n++
	}
	if n >= min(len(text), 12) {
		return fmt.Sprintf("%q", text[:n])
	}
	return fmt.Sprintf("% x", b[:min(len(b), shownHex)])
}

// lastGood makes a StreamError for what came instead of a block's round.
func lastGood(p *arch.Program, block, round int) *StreamError {
	switch {
	case round > 0:
		return &StreamError{Block: p.Number(block), Round: round - 1}
	case block > 0:
		return &StreamError{Block: p.Number(block - 1), Round: p.Rounds - 1}
	}
	return &StreamError{Block: -1}
}
