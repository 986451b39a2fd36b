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

// TestA64HandlerTakesSignals puts words that raise a signal into the first block of an image. The handler must make a
// record of it, with the word's address, and the image must go on to its end.
func TestA64HandlerTakesSignals(t *testing.T) {
	needtool.Slow(t)
	for signal, words := range map[string][2]uint32{
		"SIGILL":  {0x0000_0000},              // udf #0
		"SIGTRAP": {0xd420_0000},              // brk #0
		"SIGSEGV": {0xd280_0201, 0xf940_0020}, // mov x1, #16; ldr x0, [x1]
		"SIGBUS":  {0xd280_0021, 0xc85f_7c20}, // mov x1, #1; ldxr x0, [x1]
	} {
		for order, emulator := range findExecution("lp64").emulators {
			t.Run(signal+"-"+order, func(t *testing.T) {
				r := a64RunWith(t, order, needtool.Path(t, emulator), words)
				require.Zero(t, r.Mismatches)
				require.EqualValues(t, 4, r.Faults, "one in each round")
				require.True(t, slices.ContainsFunc(r.Findings, func(f *runtime.Finding) bool { return f.Kind == runtime.FindingFault }))
				assert.EqualValues(t, 4, r.FaultsBySignal[signal], "%v", r.FaultsBySignal)
			})
		}
	}
}

// a64RunWith runs an image of harmless instructions in which the first two are others.
func a64RunWith(t *testing.T, order, emulator string, words [2]uint32) *runtime.Report {
	p := a64Program(t, arch.Config{CPU: "cortex-a53", Order: order}, arch.Options{
		Seed: 1, Count: 40, BlockLen: 8, Rounds: 4, Select: arch.Selection{Patterns: []string{"ADD_shift", "EOR_shift"}},
	})
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	target := archtest.Doctored(t, img, []string{emulator, "-cpu", "cortex-a53"}, map[uint64]uint32{p.Blocks[0].Addr: words[0], p.Blocks[0].Addr + 4: words[1]})
	r, err := runtime.Run(context.Background(), img, target, target, runtime.Options{Stall: time.Minute})
	require.NoError(t, err)
	return r
}
