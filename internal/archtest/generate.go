package archtest

import (
	"io"
	"math"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// usual are the options that commands choose unless told otherwise.
func usual(count int) arch.Options {
	return arch.Options{
		Seed: 1, Count: count, BlockLen: 24, Rounds: 64,
		EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare, MisalignedShare: arch.DefaultMisalignedShare,
	}
}

// BenchmarkImage measures how fast images of a machine are made, from drawing instructions to the file's last byte, and what
// is allocated for one: program and file. Beside the mean it tells the least processor time of an instruction, in user mode,
// which says most where other programs run.
func BenchmarkImage(b *testing.B, a arch.Arch, c arch.Config) {
	m, err := a.Machine(c)
	require.NoError(b, err)
	makeImage(b, m, 100_000) // what is made when instructions are first drawn
	const count = 1_000_000
	b.ReportAllocs()
	least := time.Duration(math.MaxInt64)
	for b.Loop() {
		before := cpuTime()
		makeImage(b, m, count)
		least = min(least, cpuTime()-before)
	}
	b.ReportMetric(float64(least)/count, "cpu-ns/insn")
	b.ReportMetric(float64(b.N)*count/b.Elapsed().Seconds(), "insns/s")
}

func makeImage(t testing.TB, m arch.Machine, count int) *runtime.Image {
	p, err := arch.Generate(m, usual(count))
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	_, err = io.Discard.Write(img.Data)
	require.NoError(t, err)
	return img
}

// GeneratesWithoutAllocating wants a program of many instructions to be allocated in large pieces: twice as many instructions
// take a few pieces more, and not one more for every hundred, neither to be drawn nor to be written. What is made when an
// instruction is first drawn is left out: an image as large is made before.
func GeneratesWithoutAllocating(t *testing.T, a arch.Arch, c arch.Config) {
	m, err := a.Machine(c)
	require.NoError(t, err)
	const count = 50_000
	makeImage(t, m, 2*count)
	once, twice := allocations(t, m, count), allocations(t, m, 2*count)
	assert.Less(t, twice-once, int64(count/100), "%v: %d allocations for %d instructions, %d for twice as many", c, once, count, twice)
}

// allocations is how many pieces of memory an image takes.
func allocations(t *testing.T, m arch.Machine, count int) int64 {
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	makeImage(t, m, count)
	goruntime.ReadMemStats(&after)
	return int64(after.Mallocs - before.Mallocs)
}

// TakesMemoryOfImages wants what is allocated while an image is made, garbage included, to be no more than some times what
// the image has of bytes, however large that is.
func TakesMemoryOfImages(t *testing.T, a arch.Arch, c arch.Config) {
	m, err := a.Machine(c)
	require.NoError(t, err)
	makeImage(t, m, 100_000)
	for _, count := range []int{10_000, 100_000} {
		var before, after goruntime.MemStats
		goruntime.ReadMemStats(&before)
		size := len(makeImage(t, m, count).Data)
		goruntime.ReadMemStats(&after)
		got := after.TotalAlloc - before.TotalAlloc
		assert.Less(t, got, uint64(8*size), "%v: %d bytes were allocated for an image of %d", c, got, size)
	}
}
