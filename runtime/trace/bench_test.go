package trace_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// BenchmarkTrace writes and reads traces of toy records. Real ones are longer, and faster by the byte.
func BenchmarkTrace(b *testing.B) {
	r := record(b, "little", arch.Options{Seed: 1, Count: 20_000, BlockLen: 12, Rounds: 64})
	data := r.trace(b, 1<<20)
	b.Run("write", func(b *testing.B) {
		b.SetBytes(int64(len(r.records)))
		for b.Loop() {
			require.NoError(b, r.write(b, io.Discard, 1<<20, len(r.sizes)).Close())
		}
	})
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(r.records)))
		for b.Loop() {
			_, _, err := r.read(bytes.NewReader(data))
			require.NoError(b, err)
		}
	})
}
