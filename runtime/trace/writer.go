package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/risugen/risugen/arch"
)

// Writer writes a trace. Frames are packed by several goroutines and written by one, in order; a slow writer holds
// Append up. One goroutine may use it. Close or Stop must be called, or goroutines and the last records are lost.
type Writer struct {
	out  output
	next cursor  // the record that Append takes
	part *wframe // being filled; nil: none
	size int     // bytes that fill a frame
	free chan *wframe
	full chan *wframe
	done chan struct{} // closed when the last frame was written
	zip  *zstd.Encoder
	bare bool // compress nothing

	totals  Totals // of what was written
	index   []byte
	started time.Time

	mu  sync.Mutex
	err error // the first of out
}

// wframe is a frame of records on its way.
type wframe struct {
	head    frame
	at      cursor // of the first record
	records []byte
	packed  []byte
	stored  []byte
	packer  *packer
	ready   chan struct{}
}

// NewWriter begins a trace of an image, whose file and program are given. Of the description, Bytes and Started are
// filled in.
func NewWriter(w io.Writer, d Description, image []byte, p *arch.Program) (*Writer, error) {
	t, err := newWriter(w, p)
	if err != nil {
		return nil, err
	}
	if err := t.begin(d, image); err != nil {
		return nil, err
	}
	if err := t.image(image); err != nil {
		return nil, err
	}
	go t.drain()
	return t, nil
}

// newWriter makes a writer that has written nothing yet, and whose drain does not run.
func newWriter(w io.Writer, p *arch.Program) (*Writer, error) {
	n := runtime.GOMAXPROCS(0)
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false), zstd.WithEncoderConcurrency(n))
	if err != nil {
		return nil, err
	}
	t := &Writer{
		out: output{w: w}, next: newCursor(p), size: frameSize, zip: zip, done: make(chan struct{}), started: time.Now(),
		free: make(chan *wframe, n+2), full: make(chan *wframe, n+2),
	}
	for range cap(t.free) {
		t.free <- &wframe{packer: newPacker(p), ready: make(chan struct{}, 1)}
	}
	return t, nil
}

// begin writes the preamble and the description.
func (t *Writer) begin(d Description, image []byte) error {
	d.Bytes, d.Started = int64(len(image)), t.started.UTC()
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if len(text) > maxDescription || len(image) == 0 || int64(len(image)) > maxImage {
		return fmt.Errorf("a trace holds a description of up to %d bytes and an image of 1 to %d, not %d and %d",
			maxDescription, int64(maxImage), len(text), len(image))
	}
	if err := t.out.write(preamble()); err != nil {
		return err
	}
	return t.plain(frame{kind: descriptionFrame, count: uint32(len(text))}, text)
}

// image writes the image.
func (t *Writer) image(image []byte) error {
	for at := 0; at < len(image); at += frameSize {
		part := image[at:min(at+frameSize, len(image))]
		if err := t.plain(frame{kind: imageFrame, first: uint64(at), count: uint32(len(part))}, part); err != nil {
			return err
		}
	}
	return nil
}

// plain writes a frame whose contents are not packed.
func (t *Writer) plain(f frame, contents []byte) error {
	f.raw, f.rawSum = uint32(len(contents)), sum(contents)
	return t.out.frame(&f, t.compress(&f, nil, contents))
}

// compress compresses what is to be stored, unless that makes it larger. The end is to be found from behind, and
// stays as it is.
func (t *Writer) compress(f *frame, dst, contents []byte) []byte {
	f.packed, f.method = uint32(len(contents)), storedZstd
	if f.kind != endFrame && !t.bare {
		if dst = t.zip.EncodeAll(contents, dst[:0]); len(dst) < len(contents) {
			return dst
		}
	}
	f.method = storedPlain
	return append(dst[:0], contents...)
}

// Append takes the next record of the program, a check or a fault. It keeps a copy.
func (t *Writer) Append(record []byte) error {
	if t.next.done() || len(record) != t.next.size() {
		return errors.New("not the next record of the image")
	}
	if len(record) > maxRaw-frameSize {
		return fmt.Errorf("a record of %d bytes is too large for a trace", len(record))
	}
	if t.part == nil {
		if err := t.failed(); err != nil {
			return err
		}
		t.part = <-t.free
		t.part.at, t.part.records = t.next, t.part.records[:0]
	}
	t.part.records = append(t.part.records, record...)
	t.next.advance(1)
	if len(t.part.records) >= t.size {
		t.send()
	}
	return nil
}

// send passes the frame on that is being filled.
func (t *Writer) send() {
	f := t.part
	t.part = nil
	if f == nil {
		return
	}
	f.head = frame{
		kind: recordsFrame, first: uint64(f.at.record), count: uint32(t.next.record - f.at.record),
		block: uint32(f.at.block), round: uint32(f.at.round), raw: uint32(len(f.records)),
	}
	t.full <- f
	go t.pack(f)
}

// pack makes what is to be stored of a frame.
func (t *Writer) pack(f *wframe) {
	var ran int
	f.packed, ran = f.packer.pack(f.packed[:0], f.records, f.at, int(f.head.count))
	f.head.execution, f.head.rawSum = uint32(ran), sum(f.records)
	f.stored = t.compress(&f.head, f.stored, f.packed)
	f.ready <- struct{}{}
}

// drain writes frames in order.
func (t *Writer) drain() {
	defer close(t.done)
	for f := range t.full {
		<-f.ready
		offset := t.out.offset
		if err := t.out.frame(&f.head, f.stored); err != nil {
			t.fail(err)
		} else if f.head.kind == recordsFrame {
			t.totals.add(&f.head)
			e := entryOf(&f.head, offset)
			t.index = e.append(t.index)
		}
		t.free <- f
	}
}

// fail keeps the first error. What is written afterwards is discarded (see output).
func (t *Writer) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = err
	}
}

func (t *Writer) failed() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// Close ends a trace that has all records of its program.
func (t *Writer) Close() error {
	if !t.next.done() {
		return errors.Join(errors.New("the recording is not complete"), t.Stop("it was closed before its end"))
	}
	return t.finish(endInfo{state: stateComplete})
}

// Stop ends a trace early, or one whose target failed after its last record, and says why.
func (t *Writer) Stop(why string) error {
	return t.finish(endInfo{state: stateStopped, why: why})
}

// finish writes what is left, the index and the end.
func (t *Writer) finish(e endInfo) error {
	t.send()
	close(t.full)
	<-t.done
	if t.err != nil {
		return t.err
	}
	e.Totals, e.index, e.indexSum = t.totals, t.out.offset, sum(t.index)
	e.elapsed = time.Since(t.started).Nanoseconds()
	for at := 0; at < len(t.index); at += entriesPerFrame * entrySize {
		part := t.index[at:min(at+entriesPerFrame*entrySize, len(t.index))]
		if err := t.plain(frame{kind: indexFrame, first: uint64(at / entrySize), count: uint32(len(part) / entrySize)}, part); err != nil {
			return err
		}
	}
	return t.plain(frame{kind: endFrame}, e.bytes())
}

// Totals are what was written; they are complete after Close or Stop.
func (t *Writer) Totals() Totals { return t.totals }

// Size is how many bytes the trace has, after Close or Stop.
func (t *Writer) Size() int64 { return t.out.offset }
