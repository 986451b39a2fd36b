package mips

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

func everything(t *testing.T, seed uint64, blockLen int) *arch.Program {
	m, err := New().Machine(arch.Config{CPU: "P5600", ISAs: []string{"msa", "base"}})
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{Seed: seed, Count: 6000, BlockLen: blockLen, Rounds: 1})
	require.NoError(t, err)
	return p
}

// TestEveryOutputHasAPlaceOfItsOwn: no output is lost, but for those that are not defined and those that go
// to register 0, and no two share a place: link registers and marks of branches, copies of HI and LO.
func TestEveryOutputHasAPlaceOfItsOwn(t *testing.T) {
	type output struct{ item, operand int }
	for seed := range uint64(4) {
		p := everything(t, seed, 24)
		for b := range p.Blocks {
			block := &p.Blocks[b]
			have, taken := map[output]int{}, map[arch.Place]output{}
			for _, r := range p.Effects(block).Results {
				o := output{r.Item, r.Operand}
				have[o]++
				other, twice := taken[r.Place]
				require.False(t, twice, "block %d: %v and %v share %v", b, other, o, r.Place)
				taken[r.Place] = o
			}
			for i, it := range block.Items {
				if it.Kind != arch.Test {
					continue
				}
				in := p.Machine.Set().Insns[it.Insn]
				if in.Branch != nil {
					require.Equal(t, 1, have[output{i, -1}], "block %d item %d: mark of %s", b, i, in.Name())
				}
				args := in.Pattern.Extract(it.Word, nil)
				for n := range in.Operands {
					op := &in.Operands[n]
					want := 0
					if op.Role.Writes() && !in.Undefined(n, it.Word, args) && (op.Kind > constraints.FixedRegister || !isZero(p, op, args)) {
						want = 1
					}
					require.Equal(t, want, have[output{i, n}], "block %d item %d: %s of %s", b, i, op.Name, in.Name())
				}
			}
		}
	}
}

// TestNothingWritesToAResult walks each block and asks the words themselves, glue included, what they
// write: no later word may write where a result stands.
func TestNothingWritesToAResult(t *testing.T) {
	for seed := range uint64(4) {
		p := everything(t, seed, 32)
		all, err := p.Machine.(*machine).everything()
		require.NoError(t, err)
		for b := range p.Blocks {
			block := &p.Blocks[b]
			since := map[arch.Place]int{} // the last word that writes a place
			for i, it := range block.Items {
				in := all.Decode(it.Word)
				require.NotNil(t, in, "%08x", it.Word)
				args := in.Pattern.Extract(it.Word, nil)
				for n := range in.Operands {
					op := &in.Operands[n]
					if op.Role.Writes() && op.Kind <= constraints.FixedRegister && !isZero(p, op, args) {
						since[arch.Place{Class: uint8(op.Class), Num: uint8(op.Register(args))}] = i
					}
				}
			}
			for _, r := range p.Effects(block).Results {
				if r.Place.Kind != arch.RegisterPlace {
					continue
				}
				last := &block.Items[since[r.Place]]
				require.True(t, since[r.Place] == r.Item || int(last.Owner) == r.Item && (last.Kind == arch.Save || last.Kind == arch.Mark),
					"block %d: the result of item %d in %v is overwritten by item %d (%s)", b, r.Item, r.Place, since[r.Place], last.Kind)
			}
		}
	}
}

// TestRegisterZeroKeepsItsShare: register 0 takes any number of results, and must not be what is left when
// a block has used up the others.
func TestRegisterZeroKeepsItsShare(t *testing.T) {
	m, err := New().Machine(arch.Config{CPU: "P5600", ISAs: []string{"base"}})
	require.NoError(t, err)
	for _, length := range []int{8, 24, 256} {
		p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 20000, BlockLen: length, Rounds: 1, Select: arch.Selection{Patterns: []string{"ADDU"}}})
		require.NoError(t, err)
		zero := 0
		for b := range p.Blocks {
			for _, it := range p.Blocks[b].Items {
				if it.Word>>11&31 == 0 {
					zero++
				}
			}
		}
		require.InDelta(t, 20000/28.0, zero, 120, "blocks of %d", length) // 28 registers can be drawn
	}
}

// isZero reports whether a register operand is register 0.
func isZero(p *arch.Program, op *constraints.Operand, args []int64) bool {
	return p.Machine.Layout().Classes[op.Class].Zero>>op.Register(args)&1 != 0
}
