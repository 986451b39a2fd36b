package trace_test

import (
	"bytes"
	"testing"

	"github.com/risugen/risugen/runtime/trace"
)

// FuzzReader: no bytes make a reader panic or take up memory without end, and none but a trace's own are taken for
// the whole of its records.
func FuzzReader(f *testing.F) {
	r := tiny(f)
	good := r.trace(f, 1500)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte(trace.Magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, _, err := r.read(bytes.NewReader(b))
		if err == nil && len(got) != len(r.records) {
			t.Fatal("a trace without all records was taken for complete")
		}
		_, _ = trace.ReadIndex(bytes.NewReader(b), int64(len(b)))
	})
}

// FuzzRepaired writes over a good trace, and gives every frame the checksums that it then has: as a hostile writer, or
// one with a bug, would.
func FuzzRepaired(f *testing.F) {
	r := tiny(f)
	good := r.trace(f, 1500)
	starts := frames(good)
	for _, at := range starts[:len(starts)-1] {
		f.Add(uint32(at), []byte{1, 2, 3, 4})
		f.Add(uint32(at+24), []byte{0xff, 0xff, 0xff, 0xff})
		f.Add(uint32(at+trace.FrameHeaderSize), []byte("\xff\xff\xff\xff\xff\xff\xff\xff"))
	}
	f.Fuzz(func(t *testing.T, at uint32, patch []byte) {
		b := bytes.Clone(good)
		copy(b[at%uint32(len(b)):], patch)
		trace.Repair(b)
		got, _, err := r.read(bytes.NewReader(b))
		if err == nil && !bytes.Equal(got, r.records) {
			t.Fatal("other records passed the checksum of their contents")
		}
		_, _ = trace.ReadIndex(bytes.NewReader(b), int64(len(b)))
	})
}

// FuzzUnpack: packed records may be anything.
func FuzzUnpack(f *testing.F) {
	r := tiny(f)
	good := trace.Pack(r.prog, r.records)
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := trace.Unpack(r.prog, b)
		if err != nil {
			return
		}
		again, err := trace.Unpack(r.prog, trace.Pack(r.prog, got))
		if err != nil || !bytes.Equal(got, again) {
			t.Fatal("packing what was unpacked is something else")
		}
	})
}
