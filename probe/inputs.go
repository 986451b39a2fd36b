package probe

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// defaults gives registers that nobody set, and of which a description wants something else than zero in certain bits, such a
// value: that of a system call's number is one that no system has.
func (p *Prober) defaults(c *Case) error {
	return p.conditions(c, func(in *constraints.Insn, cond *constraints.Input, place arch.Place, written bool) error {
		if mask := p.mask(in, cond.Operand, false); cond.NonZero && mask != 0 && !written && c.In.cells[place] == nil {
			return c.In.Set(p.Names, p.l.PlaceName(place), fmt.Sprintf("0x%x", mask&-mask))
		}
		return nil
	})
}

// mask is the bits that an operand may have set, of which a description tells; 0: it tells of none.
func (p *Prober) mask(in *constraints.Insn, operand int, traps bool) uint64 {
	for i := range in.Inputs {
		cond := &in.Inputs[i]
		if cond.Operand != operand || cond.NonZero || cond.Sext32 {
			continue
		}
		if traps {
			return cond.TrapMask
		}
		return cond.Mask
	}
	return 0
}

// limits makes sure that registers have no bits set but those that a description allows: such numbers make system calls, or put the
// CPU into a state that the harness is not made for.
func (p *Prober) limits(c *Case, traps bool) error {
	if p.force {
		return nil
	}
	return p.conditions(c, func(in *constraints.Insn, cond *constraints.Input, place arch.Place, written bool) error {
		mask, name := p.mask(in, cond.Operand, traps), p.l.PlaceName(place)
		v := c.In.number(place)
		switch {
		case mask == 0 && (cond.NonZero || cond.Sext32) || cond.Sext32:
			return nil
		case written:
			return fmt.Errorf("%s: %s wants no bits but 0x%x in %s, which an instruction before it writes; --force runs it nevertheless", cond.At(), in.Name(), mask, name)
		case cond.NonZero && v == 0:
			return fmt.Errorf("%s: %s wants no zero in %s; --force runs it nevertheless", cond.At(), in.Name(), name)
		case v&^mask != 0:
			return fmt.Errorf("%s: %s wants no bits but 0x%x in %s; --force runs it nevertheless", cond.At(), in.Name(), mask, name)
		}
		return nil
	})
}

// conditions visits what descriptions ask of a case's inputs, and tells of each whether an instruction before writes it.
func (p *Prober) conditions(c *Case, visit func(in *constraints.Insn, cond *constraints.Input, place arch.Place, written bool) error) error {
	written := map[arch.Place]bool{}
	for _, g := range c.Words {
		in := p.decode(g.Word)
		if in == nil {
			continue
		}
		uses := in.Uses(nil, g.Word, in.Pattern.Extract(g.Word, nil))
		for i := range in.Inputs {
			if place, ok := registerOf(uses, in.Inputs[i].Operand); ok {
				if err := visit(in, &in.Inputs[i], place, written[place]); err != nil {
					return err
				}
			}
		}
		noteWritten(written, uses)
	}
	return nil
}

// noteWritten notes the registers that an instruction writes.
func noteWritten(written map[arch.Place]bool, uses []constraints.Use) {
	for _, u := range uses {
		if u.Role.Writes() && u.Kind == constraints.UseRegister {
			written[arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}] = true
		}
	}
}
