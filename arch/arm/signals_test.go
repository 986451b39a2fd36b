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

// signalCases are words that raise a signal, one or two for each, and a machine that runs them among harmless instructions.
var signalCases = []struct {
	abi, cpu string
	harmless []string
	words    map[string][2]uint32
}{
	{"lp64", "cortex-a53", []string{"ADD_shift", "EOR_shift"}, map[string][2]uint32{
		"SIGILL":  {0x0000_0000},              // udf #0
		"SIGTRAP": {0xd420_0000},              // brk #0
		"SIGSEGV": {0xd280_0201, 0xf940_0020}, // mov x1, #16; ldr x0, [x1]
		"SIGBUS":  {0xd280_0021, 0xc85f_7c20}, // mov x1, #1; ldxr x0, [x1]
	}},
	{"eabi", "cortex-a9", []string{"ADD_reg", "EOR_reg"}, map[string][2]uint32{
		"SIGILL":  {0xe7f0_00f0},              // udf #0
		"SIGTRAP": {0xe120_0070},              // bkpt #0
		"SIGSEGV": {0xe3a0_1010, 0xe591_0000}, // mov r1, #16; ldr r0, [r1]
		"SIGBUS":  {0xe3a0_1001, 0xe191_0f9f}, // mov r1, #1; ldrex r0, [r1]
	}},
}

// TestHandlerTakesSignals puts words that raise a signal into the first block of an image. The handler must make a
// record of it, with the word's address, and the image must go on to its end.
func TestHandlerTakesSignals(t *testing.T) {
	needtool.Slow(t)
	for _, c := range signalCases {
		for signal, words := range c.words {
			for order, emulator := range findExecution(c.abi).emulators {
				t.Run(c.abi+"-"+signal+"-"+order, func(t *testing.T) {
					p := archtest.Generate(t, New(), arch.Config{CPU: c.cpu, ABI: c.abi, Order: order}, arch.Options{
						Seed: 1, Count: 40, BlockLen: 8, Rounds: 4, Select: arch.Selection{Patterns: c.harmless},
					})
					r := runWith(t, p, []string{needtool.Path(t, emulator), "-cpu", c.cpu}, words)
					require.Zero(t, r.Mismatches)
					require.EqualValues(t, 4, r.Faults, "one in each round")
					require.True(t, slices.ContainsFunc(r.Findings, func(f *runtime.Finding) bool { return f.Kind == runtime.FindingFault }))
					assert.EqualValues(t, 4, r.FaultsBySignal[signal], "%v", r.FaultsBySignal)
				})
			}
		}
	}
}

// runWith runs an image of a program in which the first two instructions are others.
func runWith(t *testing.T, p *arch.Program, command []string, words [2]uint32) *runtime.Report {
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	target := archtest.Doctored(t, img, command, map[uint64]arch.Word{p.Blocks[0].Addr: {Bits: uint64(words[0]), Size: 4}, p.Blocks[0].Addr + 4: {Bits: uint64(words[1]), Size: 4}})
	r, err := runtime.Run(context.Background(), img, target, target, runtime.Options{Stall: time.Minute})
	require.NoError(t, err)
	return r
}
