package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// BenchmarkCompare compares equal streams that stand in memory: the bytes of one side a second.
func BenchmarkCompare(b *testing.B) {
	for _, rounds := range []int{4, 64} {
		b.Run(map[int]string{4: "4rounds", 64: "64rounds"}[rounds], func(b *testing.B) {
			img := toyImage(b, "little", arch.Options{Seed: 1, Count: 10000, BlockLen: 16, Rounds: rounds})
			s := toyStream(b, img, nil)
			b.SetBytes(int64(len(s)))
			b.ResetTimer()
			for b.Loop() {
				r, err := runBytes(b, img, s, s)
				require.NoError(b, err)
				require.False(b, r.Failed())
			}
			b.ReportMetric(float64(b.N)*float64(len(img.Program.Blocks)*rounds)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
