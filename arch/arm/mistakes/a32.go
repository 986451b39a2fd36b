package mistakes

import (
	"math/bits"

	"github.com/risugen/risugen/arch/semantics"
)

// Instructions of A32, whose first argument is the condition. The flags are an operand where they are needed; rd is one
// twice, written and, where the instruction may not be executed, read.

const (
	flagQ = 1 << 27
	geAt  = 16 // the lowest of the GE bits
)

// conditional executes an instruction whose condition holds; the flags that it reads are an operand.
func conditional(flags int, f semantics.Func) semantics.Func {
	return func(x *semantics.Exec) {
		if x.Skip = !holds(x.Args[0], x.In[flags].Lo) && x.Args[0] != 14; !x.Skip {
			f(x)
		}
	}
}

// register is the operand whose number an argument is: 15 reads as the word's address and 8.
func register(x *semantics.Exec, operand, arg int) uint32 {
	if x.Args[arg] == 15 {
		return uint32(x.PC) + 8
	}
	return uint32(x.In[operand].Lo)
}

// byImmediate32 shifts by an immediate of which zero means 32, or a rotation through the carry. It gives the carry, too.
func byImmediate32(v uint32, imm, kind int64, carry uint64) (uint32, uint64) {
	switch {
	case kind == 0 && imm == 0:
		return v, carry
	case kind == 3 && imm == 0:
		return v>>1 | uint32(carry)<<31, uint64(v & 1)
	case imm == 0:
		imm = 32
	}
	return byAmount(v, uint32(imm), kind, carry)
}

// byAmount shifts by a number of bits.
func byAmount(v, by uint32, kind int64, carry uint64) (uint32, uint64) {
	if by == 0 {
		return v, carry
	}
	wide := uint64(v)
	switch kind {
	case 0:
		wide <<= min(by, 33)
		return uint32(wide), wide >> 32 & 1
	case 1:
		wide = wide << 1 >> min(by, 33)
		return uint32(wide >> 1), wide & 1
	case 2:
		signed := int64(int32(v)) << 1 >> min(by, 33)
		return uint32(signed >> 1), uint64(signed & 1)
	}
	r := bits.RotateLeft32(v, -int(by&31))
	return r, uint64(r >> 31)
}

// logicReg is an operation on a register and another one that an immediate shifts. The arguments are cond, s, rd, rn, rm,
// imm5 and shift, the operands rd twice, rn, rm, and the flags read and written.
func logicReg(f func(a, b uint32) uint32, shift shifter) semantics.Func {
	return conditional(4, func(x *semantics.Exec) {
		b, c := shift(register(x, 3, 4), x.Args[5], x.Args[6], x.In[4].Lo>>29&1)
		v := f(register(x, 2, 3), b)
		x.Out[0].Lo, x.Out[5].Lo = uint64(v), logicFlags(x.In[4].Lo, v, c)
	})
}

type shifter = func(v uint32, imm, kind int64, carry uint64) (uint32, uint64)

// logicFlags are the flags of a logic operation, which keeps V.
func logicFlags(old uint64, v uint32, carry uint64) uint64 {
	return old&flagV | signZero(32, uint64(v)) | carry<<29
}

// moveReg is MOV; it has no rn.
func moveReg(shift shifter) semantics.Func {
	return conditional(3, func(x *semantics.Exec) {
		v, c := shift(register(x, 2, 3), x.Args[4], x.Args[5], x.In[3].Lo>>29&1)
		x.Out[0].Lo, x.Out[4].Lo = uint64(v), logicFlags(x.In[3].Lo, v, c)
	})
}

type amountShifter = func(v, by uint32, kind int64, carry uint64) (uint32, uint64)

// moveRSR shifts by the lowest byte of a register; arguments are cond, s, rd, rm, rs and shift.
func moveRSR(shift amountShifter) semantics.Func {
	return conditional(4, func(x *semantics.Exec) {
		v, c := shift(uint32(x.In[2].Lo), uint32(x.In[3].Lo&0xff), x.Args[5], x.In[4].Lo>>29&1)
		x.Out[0].Lo, x.Out[5].Lo = uint64(v), logicFlags(x.In[4].Lo, v, c)
	})
}

// orrRSR is the same with rn; its shift is the last argument.
func orrRSR(shift amountShifter) semantics.Func {
	return conditional(5, func(x *semantics.Exec) {
		b, c := shift(uint32(x.In[3].Lo), uint32(x.In[4].Lo&0xff), x.Args[6], x.In[5].Lo>>29&1)
		v := uint32(x.In[2].Lo) | b
		x.Out[0].Lo, x.Out[6].Lo = uint64(v), logicFlags(x.In[5].Lo, v, c)
	})
}

// carryReg adds with the carry.
func carryReg(f func(a, b, carry uint64) (v, nzcv uint64)) semantics.Func {
	return conditional(4, func(x *semantics.Exec) {
		b, _ := byImmediate32(register(x, 3, 4), x.Args[5], x.Args[6], x.In[4].Lo>>29&1)
		x.Out[0].Lo, x.Out[5].Lo = f(uint64(register(x, 2, 3)), uint64(b), x.In[4].Lo>>29&1)
	})
}

func adc32(a, b, c uint64) (uint64, uint64) { return addFlags(32, a, b, c) }
func rsc32(a, b, c uint64) (uint64, uint64) { return addFlags(32, ^a, b, c) }

// rrr32 is an instruction without flags, whose operands are rd twice, rn, rm and the flags that its condition reads.
func rrr32(f func(a, b uint32) uint32) semantics.Func {
	return conditional(4, func(x *semantics.Exec) { x.Out[0].Lo = uint64(f(uint32(x.In[2].Lo), uint32(x.In[3].Lo))) })
}

// sticky is one that may set Q, which stands before the condition's flags.
func sticky(q int, f func(x *semantics.Exec) (uint64, bool)) semantics.Func {
	return conditional(q+1, func(x *semantics.Exec) {
		v, over := f(x)
		x.Out[0].Lo, x.Out[q].Lo = v, x.In[q].Lo|semantics.Bool(over)*flagQ
	})
}

// sat32 is a sum that saturates, of rn and rm.
func sat32(f func(n, m semantics.Wide) (uint64, bool)) semantics.Func {
	return sticky(4, func(x *semantics.Exec) (uint64, bool) { return f(signed(x.In[2].Lo, 32), signed(x.In[3].Lo, 32)) })
}

func qadd(n, m semantics.Wide) (uint64, bool) { return m.Add(n).SatS(32) }
func qsub(n, m semantics.Wide) (uint64, bool) { return m.Sub(n).SatS(32) }

// qdadd doubles rn first, which saturates by itself.
func qdadd(n, m semantics.Wide) (uint64, bool) {
	d, o1 := n.Shl(1).SatS(32)
	v, o2 := m.Add(signed(d, 32)).SatS(32)
	return v, o1 || o2
}

// dual is the sum of the products of the halves of rn and rm.
func dual(n, m uint64) semantics.Wide {
	return signed(n, 16).Mul(signed(m, 16)).Add(signed(n>>16, 16).Mul(signed(m>>16, 16)))
}

// wraps is the lower half of a number, and whether that is another one.
func wraps(v semantics.Wide) (uint64, bool) {
	_, over := v.SatS(32)
	return v.Lo & semantics.Mask(32), over
}

func smlad(x *semantics.Exec) (uint64, bool) {
	return wraps(dual(x.In[2].Lo, x.In[3].Lo).Add(signed(x.In[4].Lo, 32)))
}

func smuad(x *semantics.Exec) (uint64, bool) { return wraps(dual(x.In[2].Lo, x.In[3].Lo)) }

func smlabb(x *semantics.Exec) (uint64, bool) {
	return wraps(signed(x.In[2].Lo, 16).Mul(signed(x.In[3].Lo, 16)).Add(signed(x.In[4].Lo, 32)))
}

func smlawb(x *semantics.Exec) (uint64, bool) {
	return wraps(signed(x.In[2].Lo, 32).Mul(signed(x.In[3].Lo, 16)).Shr(16).Add(signed(x.In[4].Lo, 32)))
}

// saturate is SSAT and USAT: the arguments are cond, rd, rn, sat, imm5 and sh; the operands rd twice, rn and Q.
func saturate(f func(v semantics.Wide, sat int) (uint64, bool), shift shifter) semantics.Func {
	return sticky(3, func(x *semantics.Exec) (uint64, bool) {
		v, _ := shift(uint32(x.In[2].Lo), x.Args[4], 2*x.Args[5], 0)
		return f(signed(uint64(v), 32), int(x.Args[3]))
	})
}

func ssat(v semantics.Wide, sat int) (uint64, bool) {
	r, over := v.SatS(sat + 1)
	return uint64(uint32(semantics.Sext(r, sat+1))), over
}

func usat(v semantics.Wide, sat int) (uint64, bool) {
	if sat == 0 {
		return 0, v != semantics.Wide{}
	}
	return v.SatU(sat)
}

// saturate16 does that to both halves.
func saturate16(f func(v semantics.Wide, sat int) (uint64, bool)) semantics.Func {
	return sticky(3, func(x *semantics.Exec) (uint64, bool) {
		lo, o1 := f(signed(x.In[2].Lo, 16), int(x.Args[3]))
		hi, o2 := f(signed(x.In[2].Lo>>16, 16), int(x.Args[3]))
		return hi&0xffff<<16 | lo&0xffff, o1 || o2
	})
}
