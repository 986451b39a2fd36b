package probe

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// view chooses the classes that a block uses where registers have two names: those of its instructions or, where these name
// neither, those that the case names.
func (p *Prober) view(prog *arch.Program, b *arch.Block, c *Case) error {
	if p.l.Views < 2 {
		return nil
	}
	want := 0
	if p.named(prog, b) {
		want = b.View
	}
	for _, v := range []*Values{&c.In, &c.Out} {
		for _, place := range v.places() {
			if place.Kind != arch.RegisterPlace {
				continue
			}
			view := p.l.Classes[place.Class].View
			if view == 0 || want == 0 || view == want {
				want = max(want, view)
				continue
			}
			return fmt.Errorf("%s is another name of part of the registers that %s, %s: name those", p.l.PlaceName(place), p.owners(want), "which this case uses")
		}
	}
	b.View = max(1, want)
	return nil
}

// owners names the registers of a view.
func (p *Prober) owners(view int) string {
	for i := range p.l.Classes {
		if c := &p.l.Classes[i]; c.View == view {
			return fmt.Sprintf("%s0 to %s%d are", c.Prefix, c.Prefix, c.Count-1)
		}
	}
	return "others are"
}

// named reports whether an instruction of a block needs its view.
func (p *Prober) named(prog *arch.Program, b *arch.Block) bool {
	for _, it := range b.Items {
		if it.Kind != arch.Test {
			continue
		}
		in := prog.Machine.Set().Insns[it.Insn]
		for i := range in.Operands {
			op := &in.Operands[i]
			if op.Kind != constraints.StateOperand && op.Class >= 0 && op.Class < len(p.l.Classes) && p.l.Classes[op.Class].View != 0 {
				return true
			}
		}
	}
	return false
}
