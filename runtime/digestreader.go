package runtime

import (
	"io"

	"github.com/risugen/risugen/arch"
)

// streamReader checks a target's output and cuts it into runs of whole records, or of whole digests.
type streamReader interface {
	next(buf []byte) ([]byte, error)
	lent() lender // whose the run is that next has returned; nil: it is part of the buffer
	errorf(what, detail string, args ...any) *StreamError
}

// newStreamReader returns the reader for what an image writes.
func newStreamReader(src io.Reader, img *Image) streamReader {
	r := newRecordReader(src, img)
	if img.Program.Output == arch.FullRecords {
		return r
	}
	d := &digestReader{recordReader: r}
	r.body = d.scan
	return d
}

// digestReader reads the stream of an image of digests.
type digestReader struct {
	*recordReader
	left int // bytes of digests that are still to come of the record that is being read
}

// scan is recordReader.scan for digests. A record of them may be longer than the buffer: it is handed out in
// pieces.
func (r *digestReader) scan(b []byte) (run []byte, used int, err error) {
	for {
		if r.left > 0 {
			n := min(r.left, len(b)-used) / arch.DigestBytes * arch.DigestBytes
			run = b[used : used+n]
			for range n / arch.DigestBytes {
				r.skip()
			}
			r.left -= n
			return run, used + n, nil
		}
		if len(b)-used < arch.RecordHeaderSize {
			return nil, used, nil
		}
		h, ok := arch.ParseRecordHeader(b[used:], r.layout.Order)
		switch {
		case !ok:
			return nil, used, r.errorf(garbage, "expected a record, got %s", quoteOutput(b[used:]))
		case h.Kind == arch.RecordEnd:
			return nil, used + arch.RecordHeaderSize, r.end(h)
		}
		if err := r.checkDigests(h); err != nil {
			return nil, used, err
		}
		used, r.left = used+arch.RecordHeaderSize, int(h.Length)
	}
}

// checkDigests makes sure that a header is that of the next digests: it says for which round the last of them is.
func (r *digestReader) checkDigests(h arch.RecordHeader) error {
	at := *r.recordReader
	last := [2]int{-1, -1}
	n := int64(h.Length) / arch.DigestBytes
	for ; n > 0 && at.block < len(at.prog.Blocks); n-- {
		last[0], last[1] = at.block, at.round
		if !at.prog.EachRound(&at.prog.Blocks[at.block]) {
			last[1] = at.prog.Rounds - 1
		}
		at.skip()
	}
	whole := h.Length > 0 && h.Length%arch.DigestBytes == 0 && n == 0
	if h.Kind != arch.RecordDigests || !whole || int64(h.Block) != int64(last[0]) || int64(h.Round) != int64(last[1]) ||
		h.Signal != 0 || h.Code != 0 || h.PC != 0 {
		return r.errorf(garbage, "expected digests from block %d round %d on, got %s", r.prog.Number(r.block), r.round, describeHeader(h))
	}
	return nil
}

// skip moves on by one digest.
func (r *recordReader) skip() {
	if r.prog.EachRound(&r.prog.Blocks[r.block]) {
		r.advance()
		return
	}
	r.block++
}
