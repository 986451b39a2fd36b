package mips

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// digestMachines are all ABIs in both byte orders, with and without HI and LO, vectors, DSP accumulators.
var digestMachines = []struct{ cpu, abi, order string }{
	{"4Kc", "o32", "little"},
	{"24Kf", "o32", "big"},
	{"74Kf", "o32", "little"},
	{"P5600", "o32fp64", "little"},
	{"P5600", "o32fp64", "big"},
	{"mips32r6-generic", "o32fp64", "big"},
	{"5KEc", "n64", "big"},
	{"I6400", "n64", "little"},
	{"I6400", "n64", "big"},
	{"I6400", "n32", "little"},
	{"I6400", "n32", "big"},
	{"R4000", "n64", "big"},
}

// digestImage makes an image for a machine, and finds the emulator that runs it.
func digestImage(t *testing.T, cpu, abi, order string, o arch.Options) (*runtime.Image, []string) {
	t.Helper()
	m, err := New().Machine(arch.Config{CPU: cpu, ABI: abi, Order: order, Reserved: o.Reserved > 0})
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	return img, []string{needtool.Path(t, findABI(m.Config().ABI).emulators[order]), "-cpu", cpu}
}

// TestDigestsOfEmulators: what images compute is what package arch does, for records of all kinds: if it were not,
// blocks would be run again.
func TestDigestsOfEmulators(t *testing.T) {
	needtool.Slow(t)
	for _, c := range digestMachines {
		img, command := digestImage(t, c.cpu, c.abi, c.order, arch.Options{
			Seed: 3, Count: 3000, BlockLen: 24, Rounds: 16, MisalignedShare: 0.05, Reserved: 40, EdgeShare: 0.1,
		})
		for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
			t.Run(fmt.Sprint(c.cpu, " ", c.abi, " ", c.order, " ", output), func(t *testing.T) {
				r, err := runtime.Run(context.Background(), img, &runtime.Exec{Command: command}, &runtime.Exec{Command: command},
					runtime.Options{Stall: time.Minute, Digest: runtime.DigestOptions{Output: output}})
				require.NoError(t, err)
				require.Zero(t, r.Mismatches)
				require.EqualValues(t, len(img.Program.Blocks)*16, r.Digests.Equal)
				require.Zero(t, r.Digests.Again)
				require.Positive(t, r.Faults)
				if output == arch.RoundDigests {
					require.Equal(t, 8*r.Digests.Equal, r.Digests.Bytes)
				} else {
					require.Less(t, r.Digests.Bytes, 4*r.Digests.Equal)
				}
			})
		}
	}
}

// TestCodeOfDerivedImages: the code that instructions read is the same in images of digests and in parts. These CPUs have
// loads at a distance from their own addresses, which may read the end of a block.
func TestCodeOfDerivedImages(t *testing.T) {
	needtool.Slow(t)
	for _, c := range []struct{ cpu, abi, order, pattern string }{
		{"mips32r6-generic", "o32fp64", "little", "LWPC"},
		{"I6400", "n64", "big", "LWPC|LWUPC|LDPC"},
	} {
		img, command := digestImage(t, c.cpu, c.abi, c.order, arch.Options{
			Seed: 4, Count: 4000, BlockLen: 4, Rounds: 2, Select: arch.Selection{Patterns: []string{c.pattern, "ADDU"}},
		})
		var blocks, rest []int
		for b := range img.Program.Blocks {
			if reads := len(img.Program.CodeReads(&img.Program.Blocks[b])); reads > 0 && b%5 == 2 {
				blocks = append(blocks, b)
			} else {
				rest = append(rest, b)
			}
		}
		require.Greater(t, len(blocks), 50)
		whole := recordsOf(t, img, command)
		for _, part := range [][]int{blocks[:1], blocks[len(blocks)-16:], blocks, rest} {
			sub, err := runtime.SubImage(img, part)
			require.NoError(t, err)
			got := recordsOf(t, sub, command)
			require.Len(t, got, 2*len(part))
			for i, b := range part {
				for round := range 2 {
					require.Equal(t, whole[[2]int{b, round}], got[[2]int{i, round}], "block %d", b)
				}
			}
		}
	}
}

// recordsOf runs an image and returns what it writes, by block and round, without the blocks' numbers.
func recordsOf(t *testing.T, img *runtime.Image, command []string) map[[2]int]string {
	t.Helper()
	p, err := (&runtime.Exec{Command: command}).Start(context.Background(), img)
	require.NoError(t, err)
	order := img.Program.Machine.Layout().Order
	out := map[[2]int]string{}
	for {
		head := make([]byte, arch.RecordHeaderSize)
		require.NoError(t, readFull(p, head))
		h, ok := arch.ParseRecordHeader(head, order)
		require.True(t, ok)
		payload := make([]byte, h.Length)
		require.NoError(t, readFull(p, payload))
		if h.Kind == arch.RecordEnd {
			require.NoError(t, p.Wait())
			return out
		}
		if h.Kind != arch.RecordStart {
			out[[2]int{int(h.Block), int(h.Round)}] = string(head[8:]) + string(payload)
		}
	}
}

func readFull(p runtime.Process, b []byte) error {
	for len(b) > 0 {
		n, err := p.Read(b)
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}
