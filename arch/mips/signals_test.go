package mips

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// TestHandlerTakesEverySignal puts a word that raises a signal into the first block of an image. The
// handler must make a record of it, with the word's address, and the image must go on to its end.
func TestHandlerTakesEverySignal(t *testing.T) {
	needtool.Slow(t)
	for _, c := range []struct {
		signal string
		word   uint32
	}{
		{"SIGILL", 0x7c00003f},  // a SPECIAL3 function that nobody has
		{"SIGTRAP", 0x00000034}, // teq $0,$0
		{"SIGFPE", 0x0007000d},  // break 7: division by zero
		{"SIGSEGV", 0x8c081000}, // lw $8,0x1000($0)
		{"SIGBUS", 0x8c080001},  // lw $8,1($0), where the emulator looks at alignment first
	} {
		for order, emulator := range map[string]string{"little": "qemu-mipsel", "big": "qemu-mips"} {
			t.Run(c.signal+"-"+order, func(t *testing.T) {
				r := runWith(t, order, needtool.Path(t, emulator), c.word)
				require.Zero(t, r.Mismatches)
				require.EqualValues(t, 4, r.Faults, "one in each round")
				require.Len(t, r.Findings, 1)
				if c.signal == "SIGBUS" && r.FaultsBySignal["SIGSEGV"] == 4 {
					return // releases differ in what they look at first
				}
				if c.signal == "SIGFPE" && r.FaultsBySignal["SIGTRAP"] == 4 {
					return // before release 8 linux-user took every break for a trap
				}
				assert.EqualValues(t, 4, r.FaultsBySignal[c.signal], "%v", r.FaultsBySignal)
			})
		}
	}
}

// runWith runs an image of harmless instructions in which the first is replaced by a word.
func runWith(t *testing.T, order, emulator string, word uint32) *runtime.Report {
	m, err := New().Machine(arch.Config{CPU: "P5600", ISAs: []string{"base"}, Order: order})
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 40, BlockLen: 8, Rounds: 4,
		Select: arch.Selection{Patterns: []string{"ADDU", "XOR"}}})
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	target := archtest.Doctored(t, img, []string{emulator, "-cpu", "P5600"}, map[uint64]arch.Word{p.Blocks[0].Addr: {Bits: uint64(word), Size: 4}})
	r, err := runtime.Run(context.Background(), img, target, target, runtime.Options{Stall: time.Minute})
	require.NoError(t, err)
	return r
}

// TestEveryPatternThereAndBack: a word decodes to the pattern that it was drawn for, and its arguments
// encode to the word.
func TestEveryPatternThereAndBack(t *testing.T) {
	for _, isa := range []string{"msa", "base"} {
		m, err := New().Machine(arch.Config{CPU: "P5600", ISAs: []string{isa}})
		require.NoError(t, err)
		archtest.ThereAndBack(t, m.Set())
	}
}

func TestConfigurationErrors(t *testing.T) {
	for want, c := range map[string]arch.Config{
		"known are P5600, 4Kc":       {CPU: "Z80"},
		"no instruction set \"msa\"": {CPU: "24Kc", ISAs: []string{"msa"}},
		"unknown byte order":         {CPU: "24Kc", Order: "middle"},
		"it has o32, o32fp64":        {CPU: "24Kf", ABI: "n64"},
	} {
		_, err := New().Machine(c)
		assert.ErrorContains(t, err, want)
	}
	m, err := New().Machine(arch.Config{CPU: "p5600"})
	require.NoError(t, err)
	got := m.Config()
	require.Len(t, got.Sources, 3)
	assert.Equal(t, "msa.decode", got.Sources[2].Name)
	got.Sources = nil
	assert.Equal(t, arch.Config{Arch: "mips", CPU: "P5600", ISAs: []string{"base", "fpu", "msa"}, ABI: "o32fp64", Order: "little"}, got)
}
