package runtime

import (
	"errors"
	"io"

	"github.com/risugen/risugen/arch"
)

// partPlayback is a trace of a whole image as a process that runs a part of it: it gives the records of the part's
// blocks.
type partPlayback struct {
	*playback
	in    *recordReader // of the whole
	part  *arch.Program
	buf   []byte
	out   []byte // not yet read
	run   []byte // records of the whole
	next  int    // block of the part
	ended bool
}

func newPartPlayback(p *playback, whole, img *Image) *partPlayback {
	l := whole.Program.Machine.Layout()
	return &partPlayback{
		playback: p, in: newRecordReader(p, whole), part: img.Program, out: streamStart(img),
		buf: make([]byte, max(batchSize, 2*(arch.RecordHeaderSize+l.Payload+l.Memory.Bytes()))),
	}
}

// Read implements Process.
func (p *partPlayback) Read(b []byte) (int, error) {
	for len(p.out) == 0 {
		if p.ended {
			return 0, io.EOF
		}
		if err := p.record(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.out)
	p.out = p.out[n:]
	return n, nil
}

// record takes the next record of the whole, and puts it out if it belongs to the part.
func (p *partPlayback) record() error {
	if p.next == len(p.part.Blocks) {
		p.ended, p.out = true, streamEnd(&Image{Program: p.part})
		return nil
	}
	for len(p.run) == 0 {
		var err error
		if p.run, err = p.in.next(p.buf); len(p.run) == 0 && err != nil {
			return endOfTrace(err)
		}
	}
	order := p.part.Machine.Layout().Order
	h, _ := arch.ParseRecordHeader(p.run, order)
	size := arch.RecordHeaderSize + int(h.Length)
	rec := p.run[:size]
	p.run = p.run[size:]
	if int(h.Block) != p.part.Number(p.next) {
		return nil
	}
	last := int(h.Round) == p.part.Rounds-1
	h.Block = uint32(p.next)
	h.Put(rec, order)
	p.out = rec
	if last {
		p.next++
	}
	return nil
}

// endOfTrace is what a reader gets where the trace has no more: see playback.readError.
func endOfTrace(err error) error {
	if e := (*StreamError)(nil); errors.As(err, &e) && e.What == endedEarly {
		return io.EOF
	}
	return err
}
