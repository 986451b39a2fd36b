package runtime

import (
	"errors"
	"io"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime/trace"
)

// streamStart is the start record of an image's stream.
func streamStart(img *Image) []byte {
	h := arch.RecordHeader{Kind: arch.RecordStart, Block: arch.RecordVersion, Length: arch.DigestSize}
	return append(putHeader(h, img), img.Digest[:]...)
}

// streamEnd is the end record.
func streamEnd(img *Image) []byte {
	p := img.Program
	return putHeader(arch.RecordHeader{Kind: arch.RecordEnd, Block: uint32(len(p.Blocks)), Round: uint32(p.Rounds)}, img)
}

func putHeader(h arch.RecordHeader, img *Image) []byte {
	b := make([]byte, arch.RecordHeaderSize)
	h.Put(b, img.Program.Machine.Layout().Order)
	return b
}

// playback is a trace being read, as a process: it gives the very bytes that the recorded one wrote.
type playback struct {
	trace    *openTrace
	rest     []byte // not yet read
	end      []byte // nil: it is part of rest
	err      error  // that the trace ended with
	stopKill func() bool
}

// Read implements Process.
func (p *playback) Read(b []byte) (int, error) {
	for len(p.rest) == 0 {
		if p.err != nil {
			return 0, p.readError()
		}
		if p.rest, p.err = p.trace.Next(); errors.Is(p.err, io.EOF) {
			p.rest, p.end = p.end, nil
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// readError is what a reader gets at the end: a trace that ends early looks like a process that died.
func (p *playback) readError() error {
	if cut := (*trace.CutOffError)(nil); errors.As(p.err, &cut) {
		return io.EOF
	}
	return p.err
}

// Wait implements Process.
func (p *playback) Wait() error {
	p.stopKill()
	p.trace.Close()
	if cut := (*trace.CutOffError)(nil); errors.As(p.err, &cut) {
		return cut
	}
	return nil
}

// Kill implements Process.
func (p *playback) Kill() { p.trace.Close() }
