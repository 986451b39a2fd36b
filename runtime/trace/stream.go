package trace

import (
	"io"

	"github.com/risugen/risugen/arch"
)

// NewStreamWriter begins a trace without the image, for a reader that has it and compares as records come: see
// [NewStreamReader], [Writer.Flush] and [Writer.Alive]. Of image the size alone is told. If bare is set nothing is
// compressed, for a machine that is slower than its link; records are packed all the same.
func NewStreamWriter(w io.Writer, d Description, image []byte, p *arch.Program, bare bool) (*Writer, error) {
	t, err := newWriter(w, p)
	if err != nil {
		return nil, err
	}
	t.bare = bare
	if err := t.begin(d, image); err != nil {
		return nil, err
	}
	go t.drain()
	return t, nil
}

// NewStreamReader reads the beginning of what a [NewStreamWriter] wrote. Image returns nil.
func NewStreamReader(src io.Reader) (*Reader, error) { return newReader(src) }

// Flush passes on records that do not fill a frame yet, and reports whether there were any. Every call costs a frame's
// header and some compression.
func (t *Writer) Flush() bool {
	some := t.part != nil
	t.send()
	return some
}

// Alive writes a frame that says nothing else than that the writer lives. It does not wait: if no frame is free then
// others are on their way, and say so too.
func (t *Writer) Alive() {
	select {
	case f := <-t.free:
		f.head, f.stored = frame{kind: aliveFrame, flags: optional, rawSum: sum(nil)}, f.stored[:0]
		f.ready <- struct{}{}
		t.full <- f
	default:
	}
}
