package reduce_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/reduce"
	"github.com/risugen/risugen/runtime"
)

// swapTarget runs another instruction in the place of each of a pattern: its word with some bits changed.
type swapTarget struct {
	t       *testing.T
	command []string
	pattern string
	flip    uint64
}

func (s *swapTarget) Name() string { return "swapped" }

func (s *swapTarget) Start(ctx context.Context, img *runtime.Image) (runtime.Process, error) {
	p, words := img.Program, map[uint64]arch.Word{}
	for b := range p.Blocks {
		for i, it := range p.Blocks[b].Items {
			if it.Kind == arch.Test && p.Machine.Set().Insns[it.Insn].Name() == s.pattern {
				words[archtest.ItemAddress(p, b, i)] = arch.Word{Bits: it.Word ^ s.flip, Size: it.Size}
			}
		}
	}
	return archtest.Doctored(s.t, img, s.command, words).Start(ctx, img)
}

// TestSwapped: an emulator that takes an instruction for its neighbour is shown by the fewest bits in which these differ.
func TestSwapped(t *testing.T) {
	needtool.Slow(t)
	for _, test := range []struct {
		arch    arch.Arch
		cpu     string
		command []string
		pattern string
		flip    uint64
		bits    int // set in the inputs
	}{
		{mips.New(), "24Kc", []string{"qemu-mipsel", "-cpu", "24Kc"}, "SLT", 1, 1},                         // SLTU: one sign
		{mips.New(), "24Kc", []string{"qemu-mipsel", "-cpu", "24Kc"}, "AND", 1, 1},                         // OR: one bit
		{mips.New(), "24Kc", []string{"qemu-mipsel", "-cpu", "24Kc"}, "SRAV", 1, 2},                        // SRLV: a sign, and an amount
		{arm.New(), "cortex-a72", []string{"qemu-aarch64", "-cpu", "cortex-a72"}, "UMULH", 1 << 23, 2},     // SMULH: a sign, and a bit
		{arm.New(), "cortex-a72", []string{"qemu-aarch64", "-cpu", "cortex-a72"}, "AND_shift", 1 << 29, 1}, // ORR
		{arm.New(), "cortex-a72", []string{"qemu-aarch64", "-cpu", "cortex-a72"}, "EOR_v", 1 << 29, 1},     // AND
	} {
		t.Run(test.cpu+test.pattern, func(t *testing.T) {
			needtool.Path(t, test.command[0])
			m, err := test.arch.Machine(arch.Config{CPU: test.cpu})
			require.NoError(t, err)
			out, err := reduce.Run(context.Background(), rich(t, m, test.pattern, 1), reduce.Options{
				Targets: [2]runtime.Target{&runtime.Exec{Command: test.command}, &swapTarget{t, test.command, test.pattern, test.flip}},
				Tool:    "test", Stall: time.Minute,
			})
			require.NoError(t, err)
			c := only(t, out, test.pattern)
			p := c.Image.Program
			ones := 0
			for _, v := range p.PoolWindow(&p.Blocks[0], 0)[:p.Machine.Layout().Window] {
				for ; v > 0; v &= v - 1 {
					ones++
				}
			}
			assert.Equal(t, test.bits, ones, "%s", c.Size())
		})
	}
}
