package trace_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
	"github.com/risugen/risugen/runtime/trace"
)

// recording is an image of the toy architecture and what it writes.
type recording struct {
	prog    *arch.Program
	file    []byte // the image's, or the beginning of it: for this package it is only bytes, and tests want small traces
	records []byte // checks and faults alone
	sizes   []int  // of each
}

// record generates an image and runs it.
func record(t testing.TB, order string, o arch.Options) *recording {
	t.Helper()
	m, err := toy.Arch{}.Machine(arch.Config{Order: order, ISAs: []string{"toy", "lists"}})
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	mem, err := img.Memory()
	require.NoError(t, err)
	in, err := toy.NewInterpreter(m.Layout().Order)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, in.Run(mem, &out))
	b := out.Bytes()
	r := &recording{prog: p, file: img.Data[:700], records: b[arch.RecordHeaderSize+arch.DigestSize : len(b)-arch.RecordHeaderSize]}
	for i := range p.Blocks {
		for range p.Rounds {
			r.sizes = append(r.sizes, arch.RecordHeaderSize+m.Layout().PayloadSize(&p.Blocks[i]))
		}
	}
	return r
}

// tiny is an image of a few kilobytes of records.
func tiny(t testing.TB) *recording {
	return record(t, "little", arch.Options{Seed: 3, Count: 24, BlockLen: 6, Rounds: 5})
}

var about = trace.Description{Tool: "test", Target: "toy -cpu x", Emulator: "toy 1", Machine: map[string]string{"kernel": "none"}}

// write writes the first n records; frames are closed when they have size bytes.
func (r *recording) write(t testing.TB, w io.Writer, size, n int) *trace.Writer {
	t.Helper()
	out, err := trace.NewWriter(w, about, r.file, r.prog)
	require.NoError(t, err)
	out.SetFrameSize(size)
	rest := r.records
	for _, size := range r.sizes[:n] {
		require.NoError(t, out.Append(rest[:size]))
		rest = rest[size:]
	}
	return out
}

// trace writes a complete trace.
func (r *recording) trace(t testing.TB, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.write(t, &b, size, len(r.sizes)).Close())
	return b.Bytes()
}

// read reads as much of a trace as there is. The error is nil at the end of a complete trace.
func (r *recording) read(src io.Reader) (records []byte, in *trace.Reader, err error) {
	if in, err = trace.NewReader(src); err != nil {
		return nil, nil, err
	}
	defer in.Close()
	in.Open(r.prog)
	for {
		run, err := in.Next()
		if errors.Is(err, io.EOF) {
			err = nil
		} else if err == nil {
			records = append(records, run...)
			continue
		}
		return records, in, err
	}
}

// frames returns where each frame of a trace begins, and at last where the trace ends.
func frames(b []byte) []int {
	out := []int{trace.PreambleSize}
	for at := trace.PreambleSize; at < len(b); {
		stored := int(b[at+36]) | int(b[at+37])<<8 | int(b[at+38])<<16 | int(b[at+39])<<24
		at += trace.FrameHeaderSize + stored
		out = append(out, at)
	}
	return out
}
