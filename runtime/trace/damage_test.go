package trace_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/runtime/trace"
)

// TestEveryTruncation cuts a trace at every byte: all frames that are whole are read, and the rest is missed.
func TestEveryTruncation(t *testing.T) {
	r := tiny(t)
	b := r.trace(t, 1200)
	starts := frames(b)
	whole := recordsIn(t, r, b, starts)
	for n := range b {
		got, _, err := r.read(bytes.NewReader(b[:n]))
		if n == 0 {
			require.ErrorContains(t, err, "empty")
			continue
		}
		var cut *trace.CutOffError
		require.True(t, errors.As(err, &cut), "cut at %d: %v", n, err)
		require.EqualValues(t, n, cut.Offset)
		frame := 0
		for frame+1 < len(starts) && starts[frame+1] <= n {
			frame++
		}
		require.EqualValues(t, frame, cut.Frame, "cut at %d", n)
		require.Equal(t, whole[frame], len(got), "cut at %d", n)
		require.True(t, bytes.HasPrefix(r.records, got))
		_, err = trace.ReadIndex(bytes.NewReader(b[:n]), int64(n))
		require.Error(t, err)
	}
}

// recordsIn tells for each frame how many bytes of records stand before it.
func recordsIn(t *testing.T, r *recording, b []byte, starts []int) []int {
	x, err := trace.ReadIndex(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	require.Greater(t, len(x.Frames), 3)
	out := make([]int, len(starts))
	for i, at := range starts {
		for _, f := range x.Frames {
			if f.Offset < int64(at) {
				for n := f.First; n < f.First+f.Count; n++ {
					out[i] += r.sizes[n]
				}
			}
		}
	}
	require.Equal(t, len(r.records), out[len(out)-1])
	return out
}

// TestEveryFlippedBit: a wrong bit is found wherever it is, and named by its frame; nothing that is wrong is given out
// before.
func TestEveryFlippedBit(t *testing.T) {
	r := tiny(t)
	b := r.trace(t, 1200)
	starts := frames(b)
	step := 1
	if testing.Short() {
		step = 37
	}
	for bit := 0; bit < 8*len(b); bit += step {
		bad := bytes.Clone(b)
		bad[bit/8] ^= 1 << (bit % 8)
		got, _, err := r.read(bytes.NewReader(bad))
		require.True(t, bytes.HasPrefix(r.records, got))
		if bit/8 < len(trace.Magic) {
			require.ErrorContains(t, err, "not a trace")
			continue
		}
		var damaged *trace.DamagedError
		require.True(t, errors.As(err, &damaged), "bit %d: %v", bit, err)
		frame := -1
		for frame+1 < len(starts) && starts[frame+1] <= bit/8 {
			frame++
		}
		require.EqualValues(t, frame, damaged.Frame, "bit %d: %s", bit, err)
		if frame >= 0 {
			require.EqualValues(t, starts[frame], damaged.Offset)
			require.ErrorContains(t, err, fmt.Sprintf("frame %d", frame))
			require.ErrorContains(t, err, fmt.Sprintf("offset %#x", starts[frame]))
		}
	}
}

// TestIndex: the index names every frame of records, and a wrong bit in what it is read from is found.
func TestIndex(t *testing.T) {
	r := tiny(t)
	b := r.trace(t, 1200)
	x, err := trace.ReadIndex(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	_, in, err := r.read(bytes.NewReader(b))
	require.NoError(t, err)
	require.Equal(t, in.Totals(), x.Totals)
	require.Equal(t, in.Elapsed(), x.Elapsed)
	require.Empty(t, x.Stopped)
	for i, f := range x.Frames {
		require.EqualValues(t, f.First, int64(f.Block*r.prog.Rounds+f.Round))
		require.Contains(t, frames(b), int(f.Offset), i)
	}
	last := x.Frames[len(x.Frames)-1].Offset
	heads := map[int64]bool{}
	for _, f := range x.Frames {
		for i := range int64(trace.FrameHeaderSize) {
			heads[f.Offset+i] = true
		}
	}
	for bit := 8 * int(x.Frames[0].Offset); bit < 8*len(b); bit++ {
		at := int64(bit / 8)
		bad := bytes.Clone(b)
		bad[at] ^= 1 << (bit % 8)
		if _, err := trace.ReadIndex(bytes.NewReader(bad), int64(len(bad))); heads[at] || at >= int64(frames(b)[len(frames(b))-3]) {
			require.Error(t, err, "bit %d", bit)
		} else if at < last {
			require.NoError(t, err, "bit %d is of records", bit)
		}
	}
}
