package mistakes

import (
	"math/bits"

	"github.com/risugen/risugen/arch/semantics"
)

// Integer instructions of MIPS32. Registers have 32 bits; operands stand in the order of the operands blocks.

// rrr is an instruction with one output and two sources.
func rrr(f func(a, b uint32) uint32) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo = uint64(f(uint32(x.In[1].Lo), uint32(x.In[2].Lo))) }
}

// rr is one with one source; n is the last argument: a shift amount, or an immediate.
func rr(f func(a uint32, n int64) uint32) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo = uint64(f(uint32(x.In[1].Lo), x.Args[len(x.Args)-1])) }
}

// hilo is one that writes HI and LO, and may add to them. Its operands are rs, rt, hi and lo.
func hilo(f func(acc uint64, a, b uint32) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		acc := f(x.In[2].Lo<<32|x.In[3].Lo, uint32(x.In[0].Lo), uint32(x.In[1].Lo))
		x.Out[2].Lo, x.Out[3].Lo = acc>>32, acc&0xffff_ffff
	}
}

// traps is one that faults, with the signed or unsigned values of rs and rt.
func traps(f func(a, b uint32) bool) semantics.Func {
	return func(x *semantics.Exec) { x.Fault = f(uint32(x.In[0].Lo), uint32(x.In[1].Lo)) }
}

// checked is a sum or a difference that faults where it overflows.
func checked(f func(a, b int64) int64) semantics.Func {
	return func(x *semantics.Exec) {
		v := f(semantics.Sext(x.In[1].Lo, 32), semantics.Sext(x.In[2].Lo, 32))
		x.Fault = v != int64(int32(v))
		x.Out[0].Lo = uint64(v)
	}
}

func smul(a, b uint32) uint64 { return uint64(int64(int32(a)) * int64(int32(b))) }
func umul(a, b uint32) uint64 { return uint64(a) * uint64(b) }

// pair joins HI and LO.
func pair(hi, lo uint32) uint64 { return uint64(hi)<<32 | uint64(lo) }

// div gives remainder and quotient; of a division by zero, which is UNPREDICTABLE, zeros.
func div(_ uint64, a, b uint32) uint64 {
	if b == 0 {
		return 0
	}
	x, y := int32(a), int32(b)
	return pair(uint32(x%y), uint32(x/y))
}

// ext takes a field; its arguments are rt, rs, msbd and lsb.
func ext(x *semantics.Exec) {
	x.Out[0].Lo = x.In[1].Lo >> x.Args[3] & semantics.Mask(int(x.Args[2])+1)
}

// ins puts in a field; its arguments are rt, rs, msb and lsb.
func ins(x *semantics.Exec) {
	m := semantics.Mask(int(x.Args[2]-x.Args[3])+1) << x.Args[3]
	x.Out[0].Lo = x.In[0].Lo&^m | x.In[1].Lo<<x.Args[3]&m
}

func slt(a, b uint32) uint32 { return uint32(semantics.Bool(int32(a) < int32(b))) }

func movz(x *semantics.Exec) {
	if x.Out[0] = x.In[0]; x.In[2].Lo == 0 {
		x.Out[0] = x.In[1]
	}
}

var (
	add = checked(func(a, b int64) int64 { return a + b })
	sub = checked(func(a, b int64) int64 { return a - b })
)

// baseRight are the right models.
func baseRight() map[string]semantics.Func {
	return map[string]semantics.Func{
		"DIV":   hilo(div),
		"MULT":  hilo(func(_ uint64, a, b uint32) uint64 { return smul(a, b) }),
		"MADD":  hilo(func(acc uint64, a, b uint32) uint64 { return acc + smul(a, b) }),
		"MADDU": hilo(func(acc uint64, a, b uint32) uint64 { return acc + umul(a, b) }),
		"MSUB":  hilo(func(acc uint64, a, b uint32) uint64 { return acc - smul(a, b) }),
		"TEQ":   traps(func(a, b uint32) bool { return a == b }),
		"TGE":   traps(func(a, b uint32) bool { return int32(a) >= int32(b) }),
		"TLTU":  traps(func(a, b uint32) bool { return a < b }),
		"ADD":   add,
		"SUB":   sub,
		"EXT":   ext,
		"INS":   ins,
		"SLT":   rrr(slt),
		"SLTIU": rr(func(a uint32, imm int64) uint32 { return uint32(semantics.Bool(a < uint32(imm))) }),
		// The distance is the last operand, and comes after the value.
		"SRAV":  rrr(func(a, n uint32) uint32 { return uint32(int32(a) >> (n & 31)) }),
		"ROTRV": rrr(func(a, n uint32) uint32 { return bits.RotateLeft32(a, -int(n&31)) }),
		"CLZ":   rr(func(a uint32, _ int64) uint32 { return uint32(bits.LeadingZeros32(a)) }),
		"CLO":   rr(func(a uint32, _ int64) uint32 { return uint32(bits.LeadingZeros32(^a)) }),
		"SEH":   rr(func(a uint32, _ int64) uint32 { return uint32(int32(int16(a))) }),
		"ROTR":  rr(func(a uint32, n int64) uint32 { return bits.RotateLeft32(a, -int(n)) }),
		"SRA":   rr(func(a uint32, n int64) uint32 { return uint32(int32(a) >> n) }),
		"MOVN": func(x *semantics.Exec) {
			if x.Out[0] = x.In[0]; x.In[2].Lo != 0 {
				x.Out[0] = x.In[1]
			}
		},
		"MOVZ": movz,
		"LUI":  func(x *semantics.Exec) { x.Out[0].Lo = uint64(x.Args[1]) << 16 },
		"ORI":  func(x *semantics.Exec) { x.Out[0].Lo = x.In[1].Lo | uint64(x.Args[2]) },
	}
}
