package trace_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/runtime/trace"
)

// stream writes a trace without the image, in frames of any size, with signs of life among them.
func (r *recording) stream(t *testing.T, bare bool, rng *rand.Rand) []byte {
	t.Helper()
	var b bytes.Buffer
	out, err := trace.NewStreamWriter(&b, about, r.file, r.prog, bare)
	require.NoError(t, err)
	rest := r.records
	for _, size := range r.sizes {
		require.NoError(t, out.Append(rest[:size]))
		rest = rest[size:]
		switch rng.IntN(4) {
		case 0:
			require.True(t, out.Flush())
			require.False(t, out.Flush())
		case 1:
			out.Alive()
		}
	}
	require.NoError(t, out.Close())
	return b.Bytes()
}

// readStream reads as much of a stream as there is.
func (r *recording) readStream(src io.Reader) (records []byte, err error) {
	in, err := trace.NewStreamReader(src)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	in.Open(r.prog)
	for {
		run, err := in.Next()
		if records = append(records, run...); err != nil {
			return records, err
		}
	}
}

// TestStream: what is read is what was written; wherever it is cut, that is seen.
func TestStream(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	r := tiny(t)
	for _, bare := range []bool{false, true} {
		b := r.stream(t, bare, rng)
		require.Contains(t, string(b), "RTFR\x40\x00\x01\x00", "a sign of life")
		got, err := r.readStream(bytes.NewReader(b))
		require.ErrorIs(t, err, io.EOF)
		require.True(t, bytes.Equal(r.records, got))
		for n := range b {
			got, err := r.readStream(bytes.NewReader(b[:n]))
			require.NotErrorIs(t, err, io.EOF)
			require.True(t, n == 0 || errors.As(err, new(*trace.CutOffError)), "cut at %d: %v", n, err)
			require.True(t, bytes.HasPrefix(r.records, got))
		}
		_, err = trace.NewReader(bytes.NewReader(b))
		require.ErrorContains(t, err, "expected a frame of type image", "it is no trace for itself")
	}
}
