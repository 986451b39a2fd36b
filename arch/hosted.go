package arch

import (
	"errors"

	"github.com/risugen/risugen/constraints"
)

// Hosted images are run by another program, which loads them wherever it likes and puts memory in their reach: see
// Layout.Hosted. Nothing in a register may tell where that is when registers are compared, for it may be elsewhere on the
// other side.

// positionGroup is that of instructions whose result tells where they stand.
const positionGroup = "pc"

// Locator is implemented by the Glue of hosted machines.
type Locator interface {
	// Locate puts the address of the memory block, offset bytes further, into a register. Nothing else changes.
	Locate(dst []Word, reg int, offset uint64) ([]Word, error)
	// Distance makes of an address in a register its distance from the memory block. Nothing else changes.
	Distance(dst []Word, reg int) ([]Word, error)
}

// TellsPlace reports whether a word's result may tell where it stands, a branch's aside.
func TellsPlace(in *constraints.Insn, word uint64, args []int64) bool {
	return in.InGroup(positionGroup) || in.ReadsPC(word, args) || in.Memory != nil && in.Memory.Base < 0
}

// suitsHost reports whether an instruction can be in a hosted image at all. Single words of it may not: see
// constraints.Insn.ReadsPC.
func suitsHost(in *constraints.Insn) bool { return !in.MayFault() && !in.InGroup(positionGroup) }

// leaksAddress reports whether an instruction would take the address of the memory block for an input beside the
// address that it accesses.
func (pl *placement) leaksAddress(a *address) bool {
	if a.index == a.base {
		return true
	}
	for i := range pl.uses {
		u := &pl.uses[i]
		base := pl.register(pl.in.Memory.Base)
		if u.Kind == constraints.UseRegister && u.Operand != pl.in.Memory.Base && u.Class == base.Class && int(u.Num) == a.base && u.Role.Reads() {
			return true
		}
	}
	return false
}

// locate emits glue that makes an address register point into the memory block of a hosted image.
func (s *scheduler) locate(reg int, offset uint64) error {
	g, ok := s.glueHere(0).(Locator)
	if !ok {
		return errors.New("this machine cannot tell where memory stands")
	}
	words, err := g.Locate(s.words[:0], reg, offset)
	s.words = words
	s.append(words, Item{Kind: Prepare, Class: uint8(s.layout.AddrClass), Reg: uint8(reg)})
	return err
}

// isBase reports whether an operand is the base of an access, or what is written back to it.
func isBase(in *constraints.Insn, operand int) bool {
	if in.Memory == nil || in.Memory.Base < 0 {
		return false
	}
	base, op := &in.Operands[in.Memory.Base], &in.Operands[operand]
	return operand == in.Memory.Base || base.Arg >= 0 && op.Arg == base.Arg
}

// Exposed lists the address registers that hold an address of memory behind a block of a hosted image: those that its
// accesses are based on, unless an instruction wrote something else there.
func (p *Program) Exposed(b *Block) []int {
	l := p.Machine.Layout()
	var based, written uint64
	var args []int64
	var uses []constraints.Use
	for i := range b.Items {
		it := &b.Items[i]
		if it.Kind != Test {
			continue
		}
		in := p.Machine.Set().Insns[it.Insn]
		args = in.Pattern.Extract(it.Word, args[:0])
		uses = in.Uses(uses[:0], it.Word, args)
		for _, u := range uses {
			switch {
			case u.Kind != constraints.UseRegister || int(u.Class) != l.AddrClass:
			case isBase(in, u.Operand):
				based |= 1 << u.Num
			case u.Role.Writes():
				written |= 1 << u.Num
			}
		}
	}
	var out []int
	for reg := range l.Classes[l.AddrClass].Count {
		if (based&^written)>>reg&1 != 0 {
			out = append(out, reg)
		}
	}
	return out
}
