package arm

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

// a32Image makes an image, and finds the emulator that runs it.
func a32Image(t *testing.T, cpu, order string, o arch.Options) (*runtime.Image, []string) {
	t.Helper()
	p := a32Program(t, arch.Config{CPU: cpu, Order: order}, o)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	return img, []string{needtool.Path(t, findExecution("eabi").emulators[order]), "-cpu", cpu}
}

// TestA32Images: every model's images run in its byte orders, and are the same one instruction at a time. Nothing is found
// that is not known.
func TestA32Images(t *testing.T) {
	needtool.Slow(t)
	known, err := runtime.ParseKnown(New().Known())
	require.NoError(t, err)
	for i, c := range modelsOf("eabi") {
		for _, order := range findExecution("eabi").orders(c) {
			t.Run(c.name+" "+order, func(t *testing.T) {
				img, command := a32Image(t, c.name, order, arch.Options{
					Seed: uint64(i + 1), Count: 6000, CondShare: arch.DefaultCondShare, BlockLen: 24, Rounds: 64, MisalignedShare: arch.DefaultMisalignedShare, EdgeShare: arch.DefaultEdgeShare,
				})
				r, err := runtime.Run(context.Background(), img, &runtime.Exec{Command: command}, &runtime.OneInsn{Exec: &runtime.Exec{Command: command}},
					runtime.Options{Stall: time.Minute, Known: known})
				require.NoError(t, err)
				require.Zero(t, r.Mismatches)
				require.False(t, r.Failed(), "%+v", r.Findings)
			})
		}
	}
}

// TestA32Digests: what images compute is what package arch does, for records of all kinds: if it were not, blocks would be
// run again.
func TestA32Digests(t *testing.T) {
	needtool.Slow(t)
	for _, order := range []string{"little", "big"} {
		for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
			t.Run(fmt.Sprint(order, " ", output), func(t *testing.T) {
				img, command := a32Image(t, "cortex-a15", order, arch.Options{
					Seed: 3, Count: 3000, BlockLen: 24, Rounds: 16, MisalignedShare: 0.05, EdgeShare: 0.1,
				})
				r, err := runtime.Run(context.Background(), img, &runtime.Exec{Command: command}, &runtime.Exec{Command: command},
					runtime.Options{Stall: time.Minute, Digest: runtime.DigestOptions{Output: output}})
				require.NoError(t, err)
				require.Zero(t, r.Mismatches)
				require.EqualValues(t, len(img.Program.Blocks)*16, r.Digests.Equal)
				require.Zero(t, r.Digests.Again)
				require.Positive(t, r.Faults)
			})
		}
	}
}
