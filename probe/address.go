package probe

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// addresses gives base registers that the user said nothing of an address in the memory block, aligned as the access wants it,
// and makes sure that stores hit the block. Registers that an instruction before has written are left alone: what they
// hold is not known.
func (p *Prober) addresses(c *Case) error {
	written := map[arch.Place]bool{}
	for _, g := range c.Words {
		in := p.decode(g.Word)
		if in == nil {
			continue
		}
		args := in.Pattern.Extract(g.Word, nil)
		uses := in.Uses(nil, g.Word, args)
		if in.Memory != nil && in.Memory.Base >= 0 {
			if err := p.address(c, in, g.Word, args, uses, written); err != nil {
				return err
			}
		}
		noteWritten(written, uses)
	}
	return nil
}

// decode finds the instruction that a word is, behind a prefix or elsewhere.
func (p *Prober) decode(word uint64) *constraints.Insn {
	if in := p.m.Set().Decode(word); in != nil {
		return in
	}
	return p.m.Set().DecodeBehind(word)
}

// registerOf finds the register of an operand.
func registerOf(uses []constraints.Use, operand int) (arch.Place, bool) {
	for _, u := range uses {
		if u.Operand == operand && u.Kind == constraints.UseRegister {
			return arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}, true
		}
	}
	return arch.Place{}, false
}

// address does that for one access.
func (p *Prober) address(c *Case, in *constraints.Insn, word uint64, args []int64, uses []constraints.Use, written map[arch.Place]bool) error {
	base, ok := registerOf(uses, in.Memory.Base)
	index, indexed := registerOf(uses, in.Memory.Index)
	if !ok || written[base] || indexed && written[index] {
		return nil
	}
	access := in.Access(word, args)
	if c.In.cells[base] == nil && p.l.Classes[base.Class].Zero>>base.Num&1 == 0 && int(base.Class) == p.l.AddrClass {
		v, ok := p.base(c, in, word, args, access, base)
		if !ok {
			return fmt.Errorf("no address in the memory block can be found for %s: give %s a value", in.Name(), p.l.PlaceName(base))
		}
		if err := c.In.Set(p.Names, p.l.PlaceName(base), fmt.Sprintf("0x%x", v)); err != nil {
			return err
		}
	}
	return p.checkStore(c, in, word, args, uses, access)
}

// base finds a value of the base register that has the access hit the block: one in the block, too, if there is one.
func (p *Prober) base(c *Case, in *constraints.Insn, word uint64, args []int64, access constraints.Access, base arch.Place) (uint64, bool) {
	mem, size := p.l.Memory.Addr, p.l.Memory.Bytes()
	mask := ^uint64(0) >> (64 - 8*p.l.Classes[base.Class].Bytes)
	addr := func(v uint64) uint64 {
		a, _ := in.Address(word, args, func(class, num int) (uint64, bool) {
			if class == int(base.Class) && num == int(base.Num) {
				return v, true
			}
			return c.In.number(arch.Place{Kind: arch.RegisterPlace, Class: uint8(class), Num: uint8(num)}), true
		})
		return a & p.addressMask()
	}
	multiple := uint64(max(1, access.BaseAlign))
	zero := addr(0)
	per := addr(1) - zero // how often the base counts
	if per == 0 || per > 1<<16 {
		return 0, false
	}
	best, found := uint64(0), false
	for at := 0; at+access.Size <= size; at++ {
		target := mem + uint64(at)
		v := (target - zero) & p.addressMask()
		if v%per != 0 {
			continue
		}
		v = v / per & mask
		if v%multiple != 0 || !access.Aligned(target) || addr(v) != target {
			continue
		}
		if mem <= v && v < mem+uint64(size) {
			return v, true
		}
		if !found {
			best, found = v, true
		}
	}
	return best, found
}

// addressMask cuts a number to the width of an address.
func (p *Prober) addressMask() uint64 { return ^uint64(0) >> (64 - 8*p.l.AddrBytes) }

// checkStore makes sure that a store hits the memory block: elsewhere it might hit the harness, and would not be seen.
func (p *Prober) checkStore(c *Case, in *constraints.Insn, word uint64, args []int64, uses []constraints.Use, access constraints.Access) error {
	stores := false
	for _, u := range uses {
		stores = stores || u.Kind == constraints.UseMemory && u.Role.Writes()
	}
	if !stores || p.force {
		return nil
	}
	addr, ok := in.Address(word, args, func(class, num int) (uint64, bool) {
		return c.In.number(arch.Place{Kind: arch.RegisterPlace, Class: uint8(class), Num: uint8(num)}), true
	})
	addr &= p.addressMask()
	lo, hi := p.l.Memory.Addr, p.l.Memory.Addr+uint64(p.l.Memory.Bytes())
	if ok && (addr < lo || addr+uint64(max(1, access.Size)) > hi) {
		return fmt.Errorf("%s stores %d bytes at 0x%x, which is outside of the memory block (0x%x to 0x%x): nobody would see it, and it may hit the harness; --force runs it nevertheless",
			in.Name(), access.Size, addr, lo, hi-1)
	}
	return nil
}
