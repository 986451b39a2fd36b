package arm

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// TestA32HandlerTakesSignals puts words that raise a signal into the first block of an image. The handler must make a
// record of it, with the word's address, and the image must go on to its end.
func TestA32HandlerTakesSignals(t *testing.T) {
	needtool.Slow(t)
	for signal, words := range map[string][2]uint32{
		"SIGILL":  {0xe7f0_00f0},              // udf #0
		"SIGTRAP": {0xe120_0070},              // bkpt #0
		"SIGSEGV": {0xe3a0_1010, 0xe591_0000}, // mov r1, #16; ldr r0, [r1]
		"SIGBUS":  {0xe3a0_1001, 0xe191_0f9f}, // mov r1, #1; ldrex r0, [r1]
	} {
		for order, emulator := range findExecution("eabi").emulators {
			t.Run(signal+"-"+order, func(t *testing.T) {
				r := a32RunWith(t, order, needtool.Path(t, emulator), words)
				require.Zero(t, r.Mismatches)
				require.EqualValues(t, 4, r.Faults, "one in each round")
				require.True(t, slices.ContainsFunc(r.Findings, func(f *runtime.Finding) bool { return f.Kind == runtime.FindingFault }))
				assert.EqualValues(t, 4, r.FaultsBySignal[signal], "%v", r.FaultsBySignal)
			})
		}
	}
}

// a32RunWith runs an image of harmless instructions in which the first two are others.
func a32RunWith(t *testing.T, order, emulator string, words [2]uint32) *runtime.Report {
	p := a32Program(t, arch.Config{CPU: "cortex-a9", Order: order}, arch.Options{
		Seed: 1, Count: 40, BlockLen: 8, Rounds: 4, Select: arch.Selection{Patterns: []string{"ADD_reg", "EOR_reg"}},
	})
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	target := archtest.Doctored(t, img, []string{emulator, "-cpu", "cortex-a9"}, map[uint64]uint32{p.Blocks[0].Addr: words[0], p.Blocks[0].Addr + 4: words[1]})
	r, err := runtime.Run(context.Background(), img, target, target, runtime.Options{Stall: time.Minute})
	require.NoError(t, err)
	return r
}
