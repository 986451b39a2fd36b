//go:build linux

package runtime

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// BenchmarkCompareHits is BenchmarkCompare with an account of what was hit, and without it: the processor's time alone counts.
func BenchmarkCompareHits(b *testing.B) {
	for name, hits := range map[string]bool{"without": false, "with": true} {
		b.Run(name, func(b *testing.B) {
			img := toyImage(b, "little", arch.Options{Seed: 1, Count: 10000, BlockLen: 16, Rounds: 64})
			s := toyStream(b, img, nil)
			b.ResetTimer()
			before := processorTime(b)
			for b.Loop() {
				r, err := Run(context.Background(), img, &fake{data: s}, &fake{data: s}, Options{Stall: patient.Stall, Hits: hits})
				require.NoError(b, err)
				require.False(b, r.Failed())
			}
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
		})
	}
}

// processorTime is what the process has used.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
