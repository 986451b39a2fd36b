package arm

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

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

// TestDigests: what images compute is what package arch does, for records of all kinds: if it were not, blocks would be
// run again.
func TestDigests(t *testing.T) {
	needtool.Slow(t)
	for abi, cpu := range map[string]string{"lp64": "neoverse-n1", "eabi": "cortex-a15"} {
		for order, emulator := range findExecution(abi).emulators {
			for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
				t.Run(abi+" "+order+" "+output.String(), func(t *testing.T) {
					p := archtest.Generate(t, New(), arch.Config{CPU: cpu, ABI: abi, Order: order}, arch.Options{
						Seed: 3, Count: 3000, BlockLen: 24, Rounds: 16, MisalignedShare: 0.05, EdgeShare: 0.1,
					})
					requireEqualByDigest(t, p, []string{needtool.Path(t, emulator), "-cpu", cpu}, output)
				})
			}
		}
	}
}

func requireEqualByDigest(t *testing.T, p *arch.Program, command []string, output arch.Output) {
	t.Helper()
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	r, err := runtime.Run(context.Background(), img, &runtime.Exec{Command: command}, &runtime.Exec{Command: command},
		runtime.Options{Stall: time.Minute, Digest: runtime.DigestOptions{Output: output}})
	require.NoError(t, err)
	require.Zero(t, r.Mismatches)
	require.EqualValues(t, len(p.Blocks)*p.Rounds, r.Digests.Equal)
	require.Zero(t, r.Digests.Again)
	require.Positive(t, r.Faults)
}
