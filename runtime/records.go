package runtime

import (
	"errors"
	"fmt"
	"io"

	"github.com/risugen/risugen/arch"
)

// recordReader checks that a target's output is the record stream of a program and cuts it into runs of
// whole records. It knows at each moment the only block and round that may come next.
type recordReader struct {
	src    io.Reader
	prog   *arch.Program
	layout *arch.Layout
	digest [arch.DigestSize]byte

	block, round   int // of the next check or fault
	started        bool
	ended          bool
	expected       [arch.RecordHeaderSize]byte // the header of the next check; of what block see expects
	expects        int                         // the block that expected is for, or -1
	size           int                         // of that record
	rest           []byte                      // read but not yet handed out
	decided, lends bool                        // records stand in memory that the source lends
	// body scans what follows the start record: returns whole records, and how many bytes are done with.
	body func(b []byte) (run []byte, used int, err error)
}

func newRecordReader(src io.Reader, img *Image) *recordReader {
	r := &recordReader{src: src, prog: img.Program, layout: img.Program.Machine.Layout(), digest: img.Digest, expects: -1}
	r.body = r.records
	return r
}

// errorf makes a StreamError at the current position.
func (r *recordReader) errorf(what, detail string, args ...any) *StreamError {
	e := lastGood(r.prog, r.block, r.round)
	e.What, e.Detail, e.began = what, fmt.Sprintf(detail, args...), r.started
	if r.block < len(r.prog.Blocks) {
		e.Next = nextReserved(r.prog, r.block)
	}
	return e
}

// nextReserved describes the reserved word of a block whose records are written one by one, or returns "".
func nextReserved(p *arch.Program, block int) string {
	b := &p.Blocks[block]
	t := findTrap(p, b)
	if !b.Flush || t.item < 0 || b.Items[t.item].Kind != arch.Reserved {
		return ""
	}
	it := &b.Items[t.item]
	in := p.Machine.Set().Insns[it.Insn]
	return fmt.Sprintf("%s, %s at %s, in block %d", wordText(it.Word, in.Pattern.Width), in.Name(), in.Pattern.Pos, p.Number(block))
}

// next reads into buf and returns a run of whole check and fault records, which is part of buf. The error
// is io.EOF after the end record and the end of the output, else a *StreamError or what the source
// returned; records that came before it are returned with it. The buffer must hold the largest record
// twice, and that of the call before must still be untouched.
//
// Where lends is set, the run is part of what the source has lent instead, to be given back.
func (r *recordReader) next(buf []byte) ([]byte, error) {
	if l, ok := r.src.(lender); ok && !r.decided {
		r.decided, r.lends = true, l.shares()
	}
	if r.lends {
		return r.nextLent(r.src.(lender))
	}
	n := copy(buf, r.rest)
	r.rest = nil
	for {
		run, used, err := r.scan(buf[:n])
		if len(run) > 0 || err != nil {
			r.rest = buf[used:n]
			return run, err
		}
		n = copy(buf, buf[used:n])
		k, err := r.read(buf[n:])
		if n += k; k == 0 {
			return nil, r.endOfInput(buf[:n], err)
		}
	}
}

// lent implements streamReader.
func (r *recordReader) lent() lender {
	if !r.lends {
		return nil
	}
	return r.src.(lender)
}

// nextLent is next for a source that lends records. What it returns with an error has been lent, too.
func (r *recordReader) nextLent(l lender) ([]byte, error) {
	for {
		b, err := l.lend()
		if err != nil {
			r.lends = false
			return nil, r.endOfInput(nil, err)
		}
		run, used, err := r.scan(b)
		if err == nil && used < len(b) {
			err = r.errorf(garbage, "records in memory that end with %s", quoteOutput(b[used:]))
		}
		if len(run) > 0 {
			return run, err
		}
		l.giveBack()
		if err != nil {
			r.lends = false
			return nil, err
		}
	}
}

// read reads at least one byte or returns an error; an error that comes with bytes will come again.
func (r *recordReader) read(b []byte) (int, error) {
	for range 100 {
		if n, err := r.src.Read(b); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// endOfInput judges the end of the output, where rest is what no record was made of.
func (r *recordReader) endOfInput(rest []byte, err error) error {
	var bad *handoverError
	switch {
	case errors.As(err, &bad):
		return r.errorf(bad.what, "%s", bad.detail)
	case !errors.Is(err, io.EOF):
		return err
	case r.ended:
		return io.EOF
	case len(rest) > 0:
		return r.errorf(endedEarly, "in the middle of a record, which begins with %s", quoteOutput(rest))
	}
	return r.errorf(endedEarly, "")
}

// scan returns the run of whole check and fault records that b begins with, after the start record and
// up to the end record, and how many bytes are done with.
func (r *recordReader) scan(b []byte) (run []byte, used int, err error) {
	if r.ended && len(b) > 0 {
		return nil, 0, r.errorf(garbage, "the end record, and then %s", quoteOutput(b))
	}
	from := 0
	if !r.started {
		if from, err = r.start(b); err != nil || from == 0 {
			return nil, 0, err
		}
	}
	run, used, err = r.body(b[from:])
	return run, from + used, err
}

// records is recordReader.body for an image that writes all of its records.
func (r *recordReader) records(b []byte) (run []byte, used int, err error) {
	for len(b)-used >= arch.RecordHeaderSize {
		if size := r.expect(); size > 0 && [arch.RecordHeaderSize]byte(b[used:]) == r.expected {
			if size > len(b)-used {
				break
			}
			used += size
			r.advance()
			continue
		}
		h, ok := arch.ParseRecordHeader(b[used:], r.layout.Order)
		if !ok {
			return b[:used], used, r.errorf(garbage, "expected a record, got %s", quoteOutput(b[used:]))
		}
		if h.Kind == arch.RecordEnd {
			return b[:used], used + arch.RecordHeaderSize, r.end(h)
		}
		size, err := r.check(h)
		if err != nil {
			return b[:used], used, err
		}
		if size > len(b)-used {
			break
		}
		used += size
		r.advance()
	}
	return b[:used], used, nil
}

// expect makes the header of the next record if that is a check: nearly all are. It returns the record's size, or 0 behind
// the last block.
func (r *recordReader) expect() int {
	if r.block >= len(r.prog.Blocks) {
		return 0
	}
	order := r.layout.Order
	if r.expects != r.block {
		h := arch.RecordHeader{Kind: arch.RecordCheck, Block: uint32(r.block), Length: uint32(r.layout.PayloadSize(&r.prog.Blocks[r.block]))}
		h.Put(r.expected[:], order)
		r.expects, r.size = r.block, arch.RecordHeaderSize+int(h.Length)
	}
	order.PutUint32(r.expected[8:], uint32(r.round))
	return r.size
}

// advance moves on to the next round or block.
func (r *recordReader) advance() {
	if r.round++; r.round == r.prog.Rounds {
		r.block, r.round = r.block+1, 0
	}
}

// start checks the start record. It returns its size, or 0 if more bytes are needed.
func (r *recordReader) start(b []byte) (int, error) {
	const size = arch.RecordHeaderSize + arch.DigestSize
	if len(b) < arch.RecordHeaderSize {
		return 0, nil
	}
	h, ok := arch.ParseRecordHeader(b, r.layout.Order)
	want := arch.RecordHeader{Kind: arch.RecordStart, Block: arch.RecordVersion, Length: arch.DigestSize}
	switch {
	case !ok:
		return 0, r.errorf(garbage, "expected the start record, got %s", quoteOutput(b))
	case h.Kind == arch.RecordStart && h.Block != want.Block:
		return 0, r.errorf("wrong image", "its records are of version %d, expected %d", h.Block, want.Block)
	case h != want:
		return 0, r.errorf(garbage, "expected the start record, got %s", describeHeader(h))
	case len(b) < size:
		return 0, nil
	}
	if got := b[arch.RecordHeaderSize:size]; string(got) != string(r.digest[:]) {
		return 0, r.errorf("wrong image", "the target runs %x…, expected %x…", got[:6], r.digest[:6])
	}
	r.started = true
	return size, nil
}

// end checks the end record.
func (r *recordReader) end(h arch.RecordHeader) error {
	want := arch.RecordHeader{Kind: arch.RecordEnd, Block: uint32(len(r.prog.Blocks)), Round: uint32(r.prog.Rounds)}
	if left := len(r.prog.Blocks) - r.block; left > 0 {
		return r.errorf(endedEarly, "the end record came with %d blocks still to run", left)
	}
	if h != want {
		return r.errorf(garbage, "expected the end record, got %s", describeHeader(h))
	}
	r.ended = true
	return nil
}

// check makes sure that a header is that of the next record, and returns the record's size.
func (r *recordReader) check(h arch.RecordHeader) (int, error) {
	if r.block >= len(r.prog.Blocks) {
		return 0, r.errorf(garbage, "expected the end record, got %s", describeHeader(h))
	}
	size := r.layout.PayloadSize(&r.prog.Blocks[r.block])
	fault := h.Kind == arch.RecordFault && h.Signal != 0
	check := h.Kind == arch.RecordCheck && h.Signal == 0 && h.Code == 0 && h.PC == 0
	if !fault && !check || int64(h.Block) != int64(r.block) || int64(h.Round) != int64(r.round) || int64(h.Length) != int64(size) {
		return 0, r.errorf(garbage, "expected block %d round %d with %d bytes, got %s", r.block, r.round, size, describeHeader(h))
	}
	return arch.RecordHeaderSize + size, nil
}

var recordNames = [...]string{"no record", "a start record", "a check", "a fault", "an end record", "digests"}

// describeHeader says what a header holds, for errors.
func describeHeader(h arch.RecordHeader) string {
	s := fmt.Sprintf("%s of block %d round %d with %d bytes", recordNames[h.Kind], h.Block, h.Round, h.Length)
	if h.Signal != 0 || h.Code != 0 || h.PC != 0 {
		s += fmt.Sprintf(", signal %d code %d pc %#x", h.Signal, h.Code, h.PC)
	}
	return s
}
