package arch_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// hasty is the toy machine on a CPU with hazards: two instructions must stand between one that reads the accumulator
// and one that writes it, one between a load and what reads the register.
type hasty struct {
	arch.Machine
	layout arch.Layout
}

func (h *hasty) Layout() *arch.Layout { return &h.layout }

func newHasty(t *testing.T) *hasty {
	h := &hasty{Machine: machine(t, "little")}
	h.layout = *h.Machine.Layout()
	h.layout.Hazards = []arch.Hazard{
		{State: h.layout.StateIndex("acc"), First: arch.Touch{Role: constraints.In}, Second: arch.Touch{Role: constraints.Out}, Between: 2},
		{State: arch.AnyRegister, First: arch.Touch{Role: constraints.Out, Group: "load"}, Second: arch.Touch{Role: constraints.In}, Between: 1},
	}
	for _, in := range h.Set().ByName("LW") {
		in.Groups = append(in.Groups, "load")
	}
	return h
}

// tooSoon counts words, glue included, that follow too closely on what they depend on, in blocks without branches.
func tooSoon(p *arch.Program) (acc, load int) {
	set := p.Machine.Set()
	for _, b := range p.Blocks {
		for i := range b.Items {
			second := set.Decode(b.Items[i].Word)
			for back := 1; back <= 2 && back <= i; back++ {
				first := set.Decode(b.Items[i-back].Word)
				switch {
				case touches(first, b.Items[i-back].Word, "acc", constraints.In) && touches(second, b.Items[i].Word, "acc", constraints.Out):
					acc++
				case back == 1 && first.Name() == "LW" && reads(second, b.Items[i].Word, first.Pattern.Extract(b.Items[i-1].Word, nil)[0]):
					load++
				}
			}
		}
	}
	return acc, load
}

func touches(in *constraints.Insn, word uint64, state string, role constraints.Role) bool {
	for _, u := range in.Uses(nil, word, in.Pattern.Extract(word, nil)) {
		if in.Operands[u.Operand].Name == state && u.Role&role != 0 {
			return true
		}
	}
	return false
}

func reads(in *constraints.Insn, word uint64, reg int64) bool {
	for _, u := range in.Uses(nil, word, in.Pattern.Extract(word, nil)) {
		if u.Kind == constraints.UseRegister && u.Class == 0 && int64(u.Num) == reg && reg != 0 && u.Role.Reads() {
			return true
		}
	}
	return false
}

func TestHazardsAreKeptApart(t *testing.T) {
	o := usual
	o.Count = 4000
	o.Select.Patterns = []string{"MAC", "MFACC", "MTACC", "MULX", "LW", "ADD", "SADD"}
	h := newHasty(t)
	p, err := arch.Generate(h, o)
	require.NoError(t, err)
	acc, load := tooSoon(p)
	assert.Zero(t, acc)
	assert.Zero(t, load)
	spaces := 0
	for _, b := range p.Blocks {
		for _, it := range b.Items {
			if it.Kind == arch.Space {
				spaces++
				assert.True(t, b.Items[it.Owner].Kind.UnderTest())
				assert.Equal(t, "space", it.Kind.String())
			}
		}
	}
	assert.Positive(t, spaces)

	h.layout.Hazards = nil
	p, err = arch.Generate(h, o)
	require.NoError(t, err)
	acc, load = tooSoon(p)
	assert.Positive(t, acc)
	assert.Positive(t, load)
}
