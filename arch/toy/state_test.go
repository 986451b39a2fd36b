package toy

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestForgottenFlagIsSeen lets instructions forget to set the sticky flag: each that should have set it
// must be seen, however many set it before.
func TestForgottenFlagIsSeen(t *testing.T) {
	p := generate(t, "little", arch.Options{Seed: 5, Count: 300, BlockLen: 6, Rounds: 8, Select: arch.Selection{Patterns: []string{"SADD", "XOR"}}})
	l := p.Machine.Layout()
	code, err := p.Machine.Emit(p)
	require.NoError(t, err)
	mem := memoryOf(code)
	in, err := NewInterpreter(l.Order)
	require.NoError(t, err)
	clean := payloads(t, p, runProgram(t, p, nil))
	forgotten := 0
	for b := range p.Blocks {
		for _, r := range p.Effects(&p.Blocks[b]).Results {
			insn := p.Machine.Set().Insns[p.Blocks[b].Items[r.Item].Insn]
			if insn.Name() != "SADD" || insn.Operands[r.Operand].Name != "status" {
				continue
			}
			for round := range p.Rounds {
				forgot := false
				in.Hook = func(s *Step) {
					if s.Index == r.Item && setsFlag(insn.Pattern.Extract(uint64(s.Word), nil), s.Before) {
						s.CPU.Status, forgot = s.Before.Status, true
					}
				}
				_, out, err := in.Round(mem, b, round)
				require.NoError(t, err)
				if forgot {
					forgotten++
					off, n := l.Span(r.Place)
					require.NotEqual(t, clean[b][round][off:off+n], out[off:off+n], "block %d round %d item %d", b, round, r.Item)
				}
			}
		}
	}
	require.Greater(t, forgotten, 100)
}

// setsFlag reports whether SADD sets the flag when it is clear before.
func setsFlag(args []int64, before CPU) bool {
	r := run{cpu: before}
	r.cpu.Status &^= 1
	saturatingAdd(&r, args)
	return r.cpu.Status&1 == 1
}

// TestUndefinedOutputIsNotCompared changes what MULX leaves in the accumulator: no record may show it.
func TestUndefinedOutputIsNotCompared(t *testing.T) {
	p := generate(t, "big", arch.Options{Seed: 6, Count: 900, BlockLen: 8, Rounds: 2})
	changed := 0
	mulx := p.Machine.Set().ByName("MULX")[0].Pattern
	out := runProgram(t, p, func(s *Step) {
		if uint64(s.Word)&mulx.FixedMask == mulx.FixedBits {
			s.CPU.Acc ^= 0x5a5a5a5a5a
			changed++
		}
	})
	require.Greater(t, changed, 10)
	require.Equal(t, runProgram(t, p, nil), out)
}
