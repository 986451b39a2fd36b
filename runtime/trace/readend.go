package trace

import (
	"errors"
	"hash/crc32"
	"io"
)

// finish reads what follows the frames of records: the index, the end, and nothing. It returns io.EOF if all of that
// is as it must be and the recording is complete.
func (r *Reader) finish(f *rframe) error {
	index := f.offset
	var entries uint64
	var seen uint32
	for f.head.kind == indexFrame {
		if err := f.decompress(r.unzip); err != nil {
			return err
		}
		if err := f.check(f.packed); err != nil {
			return err
		}
		if f.head.first != entries || len(f.packed) == 0 || len(f.packed) != int(f.head.count)*entrySize {
			return f.damaged("it holds other entries than those that come next")
		}
		entries += uint64(f.head.count)
		seen = addSum(seen, f.packed)
		if err := r.frame(f); err != nil {
			return r.cut(err)
		}
	}
	if f.head.kind != endFrame {
		return f.damaged("expected a frame of type end")
	}
	if entries != uint64(r.seen.Frames) || seen != r.sum {
		return f.damaged("the index before it is not that of the frames")
	}
	if err := r.readEnd(f, index); err != nil {
		return err
	}
	if err := r.in.nothing(); err != nil {
		return err
	}
	if r.end.state == stateStopped {
		return &CutOffError{Offset: r.in.offset, Frame: r.in.number, Records: r.seen.Records, Why: r.end.stopped()}
	}
	return io.EOF
}

// readEnd checks the last frame.
func (r *Reader) readEnd(f *rframe, index int64) error {
	if f.head.method != storedPlain {
		return f.damaged("it is compressed")
	}
	if err := f.check(f.stored); err != nil {
		return err
	}
	var wrong string
	if r.end, wrong = parseEnd(f.stored); wrong != "" {
		return f.damaged(wrong)
	}
	switch {
	case r.end.Totals != r.seen || r.end.index != index || r.end.indexSum != r.sum:
		return f.damaged("its totals are not those of the frames")
	case r.end.state == stateComplete && !r.next.done():
		return f.damaged("it says that the recording is complete, but records are missing")
	}
	return nil
}

// stopped is why a recording was stopped.
func (e *endInfo) stopped() string {
	if e.why == "" {
		return "nobody said why"
	}
	return e.why
}

// cut completes an error if it says that the trace ends early.
func (r *Reader) cut(err error) error {
	if cut := (*CutOffError)(nil); errors.As(err, &cut) {
		cut.Records = r.seen.Records
	}
	return err
}

func addSum(s uint32, b []byte) uint32 { return crc32.Update(s, castagnoli, b) }
