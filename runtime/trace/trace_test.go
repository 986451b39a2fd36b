package trace_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime/trace"
)

// TestRoundTrip: what is read is what was written, whatever the records hold: true ones, ones with some wrong bytes,
// and noise, for programs of all shapes and frames of all sizes.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i, o := range []arch.Options{
		{Count: 1, BlockLen: 1, Rounds: 1}, {Count: 50, BlockLen: 5, Rounds: 1}, {Count: 30, BlockLen: 8, Rounds: 7},
		{Count: 20, BlockLen: 10, Rounds: 63}, {Count: 20, BlockLen: 10, Rounds: 64}, {Count: 20, BlockLen: 10, Rounds: 65}, {Count: 8, BlockLen: 4, Rounds: 200},
	} {
		for _, order := range []string{"little", "big"} {
			o.Seed = uint64(i + 1)
			r := record(t, order, o)
			for name, spoil := range spoilers(rng) {
				for _, size := range []int{1, 3000, 1 << 20} {
					spoil(r.records)
					b := r.trace(t, size)
					got, in, err := r.read(iotest.OneByteReader(bytes.NewReader(b)))
					require.NoError(t, err, "%v %s", o, name)
					require.True(t, bytes.Equal(r.records, got), "%v %s", o, name)
					require.True(t, bytes.Equal(r.file, in.Image()))
					require.EqualValues(t, len(b), in.Offset())
					require.EqualValues(t, len(r.sizes), in.Totals().Records)
					require.EqualValues(t, len(r.records), in.Totals().Raw)
				}
			}
		}
	}
}

// spoilers change records in ways that a prediction does not expect.
func spoilers(rng *rand.Rand) map[string]func([]byte) {
	return map[string]func([]byte){
		"true": func([]byte) {},
		"some": func(b []byte) {
			for range len(b)/50 + 1 {
				b[rng.IntN(len(b))] ^= byte(1 + rng.IntN(255))
			}
		},
		"noise": func(b []byte) {
			for i := range b {
				b[i] = byte(rng.Uint32())
			}
		},
	}
}

// TestTrueRecordsAreSmall: little is left of the records of a machine that is described truly.
func TestTrueRecordsAreSmall(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		r := record(t, order, arch.Options{Seed: 1, Count: 2000, BlockLen: 12, Rounds: 64})
		packed := trace.Pack(r.prog, r.records)
		require.Less(t, 2*len(packed), len(r.records))
		back, err := trace.Unpack(r.prog, packed)
		require.NoError(t, err)
		require.True(t, bytes.Equal(r.records, back))
	}
}

// TestGroups: groups of any shape come back, whatever part of them was foretold.
func TestGroups(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		n, size := 1+rng.IntN(64), 1+rng.IntN(90)
		group, want := make([]byte, n*size), make([]byte, n*size)
		share := rng.IntN(101)
		for i := range group {
			want[i] = byte(rng.Uint32())
			if group[i] = want[i]; rng.IntN(100) < share {
				group[i] = byte(rng.Uint32())
			}
		}
		back, rest, ok := trace.RepackGroup(group, want, n, size)
		require.True(t, ok && len(rest) == 0 && bytes.Equal(group, back), "%d records of %d bytes", n, size)
	}
}

func TestDescription(t *testing.T) {
	r := tiny(t)
	b := r.trace(t, 500)
	_, in, err := r.read(bytes.NewReader(b))
	require.NoError(t, err)
	d := in.Description()
	require.Equal(t, about.Target, d.Target)
	require.Equal(t, about.Emulator, d.Emulator)
	require.Equal(t, about.Machine, d.Machine)
	require.EqualValues(t, len(r.file), d.Bytes)
	require.WithinDuration(t, time.Now(), d.Started, time.Hour)
	require.Positive(t, in.Elapsed())
	require.Greater(t, in.Totals().Frames, int64(5))
}

// TestStop: a stopped recording has an end that says why, and what came before can be read.
func TestStop(t *testing.T) {
	r := tiny(t)
	for n := range r.sizes {
		var b bytes.Buffer
		w := r.write(t, &b, 1500, n)
		require.NoError(t, w.Stop("the power went"))
		got, in, err := r.read(bytes.NewReader(b.Bytes()))
		var cut *trace.CutOffError
		require.True(t, errors.As(err, &cut), "%v", err)
		require.Equal(t, "the power went", cut.Why)
		require.EqualValues(t, n, cut.Records)
		require.EqualValues(t, n, in.Totals().Records)
		require.EqualValues(t, b.Len(), in.Offset())
		require.EqualValues(t, b.Len(), w.Size())
		require.True(t, bytes.HasPrefix(r.records, got))
		x, err := trace.ReadIndex(bytes.NewReader(b.Bytes()), int64(b.Len()))
		require.NoError(t, err)
		require.Equal(t, "the power went", x.Stopped)
		require.Equal(t, in.Totals(), x.Totals)
	}
	var b bytes.Buffer
	require.ErrorContains(t, r.write(t, &b, 1500, 3).Close(), "not complete")
	_, _, err := r.read(&b)
	require.ErrorContains(t, err, "closed before its end")
}

// TestEndMustBeTrue: an end that calls a stopped recording complete is not believed.
func TestEndMustBeTrue(t *testing.T) {
	r := tiny(t)
	for n, want := range map[int]string{len(r.sizes) - 1: "records are missing", len(r.sizes): ""} {
		var b bytes.Buffer
		require.NoError(t, r.write(t, &b, 1500, n).Stop(""))
		bad := b.Bytes()
		state := bad[len(bad)-16:] // before the index's checksum and the 8 bytes at the end
		require.EqualValues(t, 2, state[0])
		state[0] = 1
		trace.Repair(bad)
		_, _, err := r.read(bytes.NewReader(bad))
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
}

func TestAppendTakesTheNextRecordAlone(t *testing.T) {
	r := tiny(t)
	w := r.write(t, io.Discard, 1500, len(r.sizes))
	require.Error(t, w.Append(r.records[:r.sizes[0]]), "there is no more")
	require.NoError(t, w.Close())
	w = r.write(t, io.Discard, 1500, 0)
	require.Error(t, w.Append(r.records[:r.sizes[0]-1]))
	require.NoError(t, w.Stop(""))
}

// failing is a writer that is full after some bytes.
type failing struct{ left int }

var errFull = errors.New("no space left")

func (f *failing) Write(b []byte) (int, error) {
	n := min(f.left, len(b))
	if f.left -= n; n < len(b) {
		return n, errFull
	}
	return n, nil
}

// TestWriteErrors: wherever a disk is full, it is said, and nothing hangs.
func TestWriteErrors(t *testing.T) {
	needtool.Slow(t)
	r := tiny(t)
	for n := 0; n < len(r.trace(t, 1500)); n += 97 {
		w, err := trace.NewWriter(&failing{n}, about, r.file, r.prog)
		if err != nil {
			require.ErrorIs(t, err, errFull)
			continue
		}
		w.SetFrameSize(1500)
		rest := r.records
		for _, size := range r.sizes {
			if err = w.Append(rest[:size]); err != nil {
				break
			}
			rest = rest[size:]
		}
		if err != nil {
			require.ErrorIs(t, w.Stop("full"), errFull)
		} else {
			err = w.Close()
		}
		require.ErrorIs(t, err, errFull, "after %d bytes", n)
	}
}

// TestLaterVersions: frames that may be skipped are, others are refused, and so is a trace of another version.
func TestLaterVersions(t *testing.T) {
	r := tiny(t)
	b := r.trace(t, 1500)
	starts := frames(b)
	insert := func(flags uint16) []byte { // before the end: other places would make offsets in the index wrong
		at := len(starts) - 2
		out := append(bytes.Clone(b[:starts[at]]), trace.FrameBytes(77, flags, uint64(at), []byte("news"))...)
		rest := bytes.Clone(b[starts[at]:])
		for i := at; i < len(starts)-1; i++ {
			rest[starts[i]-starts[at]+8]++ // the frame's number
		}
		out = append(out, rest...)
		trace.Repair(out)
		return out
	}
	got, _, err := r.read(bytes.NewReader(insert(1)))
	require.NoError(t, err)
	require.True(t, bytes.Equal(r.records, got))
	_, _, err = r.read(bytes.NewReader(insert(0)))
	require.ErrorContains(t, err, "type 77 is not known")
	_, _, err = r.read(bytes.NewReader(insert(2)))
	require.ErrorContains(t, err, "unknown flags")
	bad := bytes.Clone(b)
	bad[len(trace.Magic)] = 9
	trace.Repair(bad)
	_, _, err = r.read(bytes.NewReader(bad))
	require.ErrorContains(t, err, "version 9")
	_, _, err = r.read(bytes.NewReader(append(bytes.Clone(b), 'x')))
	require.ErrorContains(t, err, "something follows the end")
	_, _, err = r.read(bytes.NewReader([]byte("\x7fELF and more")))
	require.ErrorContains(t, err, "not a trace")
}

// TestClose: a reader that waits for more comes back when it is closed.
func TestClose(t *testing.T) {
	r := tiny(t)
	b := r.trace(t, 1500)
	pr, pw := io.Pipe()
	go func() { _, _ = pw.Write(b[:len(b)/2]) }() // and then nothing
	in, err := trace.NewReader(pr)
	require.NoError(t, err)
	in.Open(r.prog)
	time.AfterFunc(50*time.Millisecond, in.Close)
	for err == nil {
		_, err = in.Next()
	}
	require.ErrorContains(t, err, "closed")
	pw.Close()
}
