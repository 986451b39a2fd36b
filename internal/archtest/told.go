package archtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// EveryWriteIsAResult makes a program of each CPU, ABI and instruction set. What an instruction under test writes to a register or
// a state must be a result: something else that is written there before it is copied would take its place.
func EveryWriteIsAResult(t *testing.T, a arch.Arch, o arch.Options) {
	t.Helper()
	for _, cpu := range a.CPUs() {
		for _, v := range cpu.Variants {
			for _, isa := range v.ISAs {
				c := arch.Config{CPU: cpu.Name, ABI: v.ABI, Order: v.Order, ISAs: []string{isa}}
				m, err := a.Machine(c)
				require.NoError(t, err)
				if v.Order != cpu.Variants[0].Order || !drawsAny(m) {
					continue
				}
				p, err := arch.Generate(m, o)
				require.NoError(t, err)
				if lost := lostWrites(p); len(lost) > 0 {
					assert.Empty(t, lost, "%s %s %s: nobody sees what these write", cpu.Name, v.ABI, isa)
				}
			}
		}
	}
}

// drawsAny reports whether a machine has an instruction that can be drawn.
func drawsAny(m arch.Machine) bool {
	for _, in := range m.Set().Insns {
		if arch.Schedulable(in, m.Layout()) {
			return true
		}
	}
	return false
}

// lostWrites counts outputs that are no results, by instruction and operand.
func lostWrites(p *arch.Program) map[string]int {
	type written struct {
		item  int
		place arch.Place
	}
	lost := map[string]int{}
	for b := range p.Blocks {
		told := map[written]bool{}
		for _, r := range p.Effects(&p.Blocks[b]).Results {
			told[written{r.Item, r.Wrote}] = true
		}
		for i := range p.Blocks[b].Items {
			it := &p.Blocks[b].Items[i]
			if !it.Kind.UnderTest() || it.Kind == arch.Reserved {
				continue
			}
			in := p.Machine.Set().Insns[it.Insn]
			args := in.Pattern.Extract(it.Word, nil)
			for _, u := range in.Uses(nil, it.Word, args) {
				place, kept := placeOf(p.Machine.Layout(), &u)
				if kept && u.Role.Writes() && !in.Undefined(u.Operand, it.Word, args) && !told[written{i, place}] {
					lost[in.Label()+" "+in.Operands[u.Operand].Name]++
				}
			}
		}
	}
	return lost
}

// placeOf is where a use stands in records. It reports false of memory, and of what is written to a register that reads as zero.
func placeOf(l *arch.Layout, u *constraints.Use) (place arch.Place, kept bool) {
	switch u.Kind {
	case constraints.UseState:
		return arch.Place{Kind: arch.StatePlace, Num: u.Num}, true
	case constraints.UseRegister:
		return arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}, l.Classes[u.Class].Zero>>u.Num&1 == 0
	}
	return place, false
}
