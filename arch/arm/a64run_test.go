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

// findExecution is the execution state of an ABI.
func findExecution(abi string) *execution {
	for i := range executions {
		if executions[i].abi == abi {
			return &executions[i]
		}
	}
	return nil
}

// modelsOf lists the models that have an ABI.
func modelsOf(abi string) []*model {
	var out []*model
	for i := range models {
		if models[i].execution(abi) != nil {
			out = append(out, &models[i])
		}
	}
	return out
}

// a64Image makes an image, and finds the emulator that runs it.
func a64Image(t *testing.T, cpu, order string, o arch.Options) (*runtime.Image, []string) {
	t.Helper()
	p := a64Program(t, arch.Config{CPU: cpu, Order: order}, o)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	return img, []string{needtool.Path(t, findExecution("lp64").emulators[order]), "-cpu", cpu}
}

// TestA64Images: every model's images run in both byte orders, and are the same one instruction at a time. Nothing is found
// that is not known.
func TestA64Images(t *testing.T) {
	needtool.Slow(t)
	known, err := runtime.ParseKnown(New().Known())
	require.NoError(t, err)
	for i, c := range modelsOf("lp64") {
		for _, order := range []string{"little", "big"} {
			t.Run(c.name+" "+order, func(t *testing.T) {
				img, command := a64Image(t, c.name, order, arch.Options{
					Seed: uint64(i + 1), Count: 6000, BlockLen: 24, Rounds: 64, MisalignedShare: arch.DefaultMisalignedShare, EdgeShare: arch.DefaultEdgeShare,
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

// TestA64Digests: what images compute is what package arch does, for records of all kinds: if it were not, blocks would be
// run again.
func TestA64Digests(t *testing.T) {
	needtool.Slow(t)
	for _, order := range []string{"little", "big"} {
		for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
			t.Run(fmt.Sprint(order, " ", output), func(t *testing.T) {
				img, command := a64Image(t, "neoverse-n1", order, arch.Options{
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
