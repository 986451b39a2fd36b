package trace

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/risugen/risugen/arch"
)

// Reader reads a trace from front to back. First it reads the description and the image; with the image's program
// it then gives the records. Frames are unpacked by several goroutines, a few frames ahead.
//
// Errors are a *CutOffError where the trace ends early, a *DamagedError where it is not as it was written, and what
// reading returned.
type Reader struct {
	in    input
	unzip *zstd.Decoder
	desc  Description
	image []byte

	next cursor // of the reading goroutine
	seen Totals // by that
	sum  uint32 // of the index that the frames would have
	end  endInfo

	free, queue chan *rframe
	quit        chan struct{}
	once        sync.Once
	current     *rframe // that Next returned
	totals      Totals  // of what Next returned
	offset      int64   // where that ends
	elapsed     int64
	err         error // that ended Next
}

// NewReader reads the beginning of a trace: description and image.
func NewReader(src io.Reader) (*Reader, error) {
	r, err := newReader(src)
	if err != nil {
		return nil, err
	}
	if err := r.readImage(); err != nil {
		return nil, err
	}
	return r, nil
}

// newReader reads up to the description.
func newReader(src io.Reader) (*Reader, error) {
	r := &Reader{in: input{src: src}, quit: make(chan struct{})}
	var err error
	r.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(runtime.GOMAXPROCS(0)), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return nil, err
	}
	if err := r.in.preamble(); err != nil {
		return nil, err
	}
	if err := r.readDescription(); err != nil {
		return nil, err
	}
	return r, nil
}

// Description says what was recorded.
func (r *Reader) Description() Description { return r.desc }

// Image is the file of the image that was run.
func (r *Reader) Image() []byte { return r.image }

// Totals count what Next has returned.
func (r *Reader) Totals() Totals { return r.totals }

// Offset is where in the trace that ends which Next has returned, or the trace itself once it was read.
func (r *Reader) Offset() int64 { return r.offset }

// Elapsed is how long the recording took. It is known once Next has come to the trace's end.
func (r *Reader) Elapsed() time.Duration { return time.Duration(r.elapsed) }

func (r *Reader) readDescription() error {
	var f rframe
	if err := r.contents(&f, descriptionFrame, 0); err != nil {
		return err
	}
	if f.head.raw > maxDescription {
		return f.damaged("it is larger than descriptions may be")
	}
	var err error
	if r.desc, err = parseDescription(f.packed); err != nil {
		return f.damaged(err.Error())
	}
	return nil
}

func (r *Reader) readImage() error {
	for int64(len(r.image)) < r.desc.Bytes {
		var f rframe
		if err := r.contents(&f, imageFrame, uint64(len(r.image))); err != nil {
			return err
		}
		if len(f.packed) == 0 || int64(len(f.packed)) > r.desc.Bytes-int64(len(r.image)) {
			return f.damaged("the image has another size than the description says")
		}
		r.image = append(r.image, f.packed...)
	}
	return nil
}

// contents reads a frame that must be of a type, and leaves its contents in f.packed.
func (r *Reader) contents(f *rframe, want frameType, first uint64) error {
	if err := r.frame(f); err != nil {
		return err
	}
	if f.head.kind != want || f.head.first != first {
		return f.damaged(fmt.Sprintf("expected a frame of type %s", want))
	}
	if err := f.decompress(r.unzip); err != nil {
		return err
	}
	return f.check(f.packed)
}

// frame reads the next frame, without those that may be skipped.
func (r *Reader) frame(f *rframe) error {
	for {
		if err := r.in.frame(f); err != nil {
			return err
		}
		if f.head.kind >= descriptionFrame && f.head.kind <= endFrame {
			return nil
		}
		if f.head.flags&optional == 0 {
			return f.damaged(fmt.Sprintf("its type %d is not known: was it written by a later version?", f.head.kind))
		}
	}
}

// Open prepares for Next with the program of the image. It is called once.
func (r *Reader) Open(p *arch.Program) {
	n := runtime.GOMAXPROCS(0) + 2
	r.next = newCursor(p)
	r.free, r.queue = make(chan *rframe, n), make(chan *rframe, n)
	for range n {
		r.free <- &rframe{packer: newPacker(p), ready: make(chan struct{}, 1)}
	}
	go r.fill()
}

// Next returns the records of the next frame, whole ones, valid until the next call. The error is io.EOF after the
// end of a complete trace.
func (r *Reader) Next() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	if r.current != nil {
		r.free <- r.current
		r.current = nil
	}
	select {
	case f := <-r.queue:
		<-f.ready
		if r.err = f.err; r.err != nil {
			r.elapsed = f.elapsed
			r.offset = max(r.offset, f.to)
			return nil, r.err
		}
		r.current, r.offset = f, f.to
		r.totals.add(&f.head)
		return f.records, nil
	case <-r.quit:
		r.err = errClosed
		return nil, r.err
	}
}

var errClosed = errors.New("the trace was closed")

// Close ends reading, wherever it is. It may be called from any goroutine.
func (r *Reader) Close() { r.once.Do(func() { close(r.quit) }) }

// fill reads frames until the trace ends, one way or another.
func (r *Reader) fill() {
	for {
		var f *rframe
		select {
		case f = <-r.free:
		case <-r.quit:
			return
		}
		f.err = r.take(f)
		f.to = r.in.offset
		if f.err != nil {
			f.elapsed = r.end.elapsed
			f.ready <- struct{}{}
			r.queue <- f
			return
		}
		r.queue <- f // there is room for all
		go f.unpack(r.unzip)
	}
}

// take reads the next frame of records, or all that follows the last one.
func (r *Reader) take(f *rframe) error {
	if err := r.frame(f); err != nil {
		return r.cut(err)
	}
	if f.head.kind != recordsFrame {
		return r.finish(f)
	}
	f.at = r.next
	bytes, ok := r.next.skip(int(f.head.count), maxRaw)
	h := &f.head
	if !ok || h.count == 0 || uint32(bytes) != h.raw || h.first != uint64(f.at.record) || h.block != uint32(f.at.block) || h.round != uint32(f.at.round) {
		return f.damaged(fmt.Sprintf("it holds other records than those from block %d round %d on", f.at.block, f.at.round))
	}
	r.seen.add(h)
	e := entryOf(h, f.offset)
	r.sum = addSum(r.sum, e.append(nil))
	return nil
}
