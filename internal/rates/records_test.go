//go:build unix

package rates

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// BenchmarkRecords compares what two sides have written, which stands in memory. MB/cpu-s is the bytes of one side's records
// for each second of processor time, whatever number of processors it was spent on.
func BenchmarkRecords(b *testing.B) {
	for _, f := range families {
		for _, rounds := range []int{4, 64} {
			b.Run(f.name+"/"+strconv.Itoa(rounds)+"rounds", func(b *testing.B) { f.compare(b, rounds) })
		}
	}
}

func (f *family) compare(b *testing.B, rounds int) {
	img := f.image(b, rounds, *count/10)
	path := filepath.Join(b.TempDir(), "image")
	require.NoError(b, img.WriteFile(path))
	stream, err := exec.Command(needtool.Path(b, f.emulator), "-cpu", f.cpu, path).Output()
	require.NoError(b, err)
	b.SetBytes(int64(len(stream)))
	before := now(b)
	for b.Loop() {
		r, err := runtime.Run(context.Background(), img, played(stream), played(stream), runtime.Options{})
		require.NoError(b, err)
		require.Zero(b, r.Mismatches)
	}
	used := before.until(now(b)).cpu
	b.ReportMetric(float64(len(stream))*float64(b.N)/1e6/used.Seconds(), "MB/cpu-s")
}

// played is a target that has written these bytes already.
type played []byte

func (p played) Name() string { return "memory" }

func (p played) Start(context.Context, *runtime.Image) (runtime.Process, error) {
	return reader{bytes.NewReader(p)}, nil
}

// reader is its process.
type reader struct{ *bytes.Reader }

func (reader) Kill()       {}
func (reader) Wait() error { return nil }
