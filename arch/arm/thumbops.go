package arm

import (
	"math/bits"
	"sync"

	"github.com/risugen/risugen/arch"
)

// thumbOps are the instructions that Thumb's glue is made of, by the decode files.
type thumbOps struct {
	movHi, addHi, bxPC, b, bCond, pop     arch.Op // of 16 bits
	movw, movt, mov, orr, bfc, ubfx, clz  arch.Op
	cmpImm, tstImm                        arch.Op
	addw, subw, ldr, mrs, msr, vmrs, vmsr arch.Op
	mrcThread, mcrThread                  arch.Op
}

// loadThumbOps reads the decode files when it is first called.
var loadThumbOps = sync.OnceValues(newThumbOps)

func newThumbOps() (*thumbOps, error) {
	n, err := library.Encoder("t16.decode")
	if err != nil {
		return nil, err
	}
	e, err := library.Encoder("t32.decode", "t32vfp.decode")
	if err != nil {
		return nil, err
	}
	field := func(name, last string) arch.Op {
		if name == "BFC" {
			return e.Op(name, "rd", "imm5", last, "sbz")
		}
		return e.Op(name, "rd", "rn", "imm5", last, "sbz")
	}
	return &thumbOps{
		movHi: n.Op("MOV_hi", "rdn", "rm"), addHi: n.Op("ADD_hi", "rdn", "rm"), bxPC: n.Op("BX_pc"), b: n.Op("B", "imm"), pop: n.Op("POP", "list"),
		bCond: n.Op("B_cond", "cond", "imm"),
		movw:  e.Op("MOVW", "rd", "imm"), movt: e.Op("MOVT", "rd", "imm"),
		mov: e.Op("MOV_reg", "s", "rd", "rm", "imm5", "type", "sbz"), orr: e.Op("ORR_reg", "s", "rd", "rn", "rm", "imm5", "type", "sbz"),
		cmpImm: e.Op("CMP_imm", "rn", "imm"), tstImm: e.Op("TST_imm", "rn", "imm"), bfc: field("BFC", "msb"), ubfx: field("UBFX", "last"),
		clz: e.Op("CLZ", "rd", "rn", "rm"), addw: e.Op("ADDW", "rd", "rn", "imm"), subw: e.Op("SUBW", "rd", "rn", "imm"),
		ldr: e.Op("LDR_imm", "rt", "rn", "imm"), mrs: e.Op("MRS", "rd", "r", "sbo", "sbz"), msr: e.Op("MSR_reg", "rn", "r", "mask", "sbz"),
		vmrs: e.Op("VMRS", "rt"), vmsr: e.Op("VMSR", "rt"), mrcThread: e.Op("MRC_tpidrurw", "rt"), mcrThread: e.Op("MCR_tpidrurw", "rt"),
	}, nil
}

// nop does nothing, in 16 bits, on every processor.
func (o *thumbOps) nop() use { return do(&o.movHi, 8, 8) }

// here copies the address of the second word of 16 bits behind this one, which is of 16 bits, into a register.
func (o *thumbOps) here(reg int64) use { return do(&o.movHi, reg, a32PC) }

// addHere adds that address to a register.
func (o *thumbOps) addHere(reg int64) use { return do(&o.addHi, reg, a32PC) }

// move copies a register, and shifted shifts one to the left.
func (o *thumbOps) move(rd, rm int64) use { return do(&o.mov, 0, rd, rm, 0, 0, 0) }

func (o *thumbOps) shifted(rd, rm, by int64) use { return do(&o.mov, 0, rd, rm, by, a32LSL, 0) }

// constant puts a number into a register.
func (o *thumbOps) constant(dst []arch.Word, reg int64, n uint32) ([]arch.Word, error) {
	return sequence(dst, do(&o.movw, reg, int64(n&0xffff)), do(&o.movt, reg, int64(n>>16)))
}

// clear zeroes bits of a register, from one on.
func (o *thumbOps) clear(reg, from, n int64) use { return do(&o.bfc, reg, from, from+n-1, 0) }

// flags copies the bits of CPSR of a mask that has no gaps into a register, and zeroes its others.
func (o *thumbOps) flags(dst []arch.Word, reg int64, mask uint32) ([]arch.Word, error) {
	from, n := int64(bits.TrailingZeros32(mask)), int64(bits.OnesCount32(mask))
	return sequence(dst, o.readCPSR(reg), do(&o.ubfx, reg, reg, from, n-1, 0), o.shifted(reg, reg, from))
}

// readCPSR copies CPSR into a register; writeCPSR writes its parts of a mask: psrFlags or psrGE.
func (o *thumbOps) readCPSR(rd int64) use { return do(&o.mrs, rd, 0, 15, 0) }

func (o *thumbOps) writeCPSR(rn, mask int64) use { return do(&o.msr, rn, 0, mask>>2, 0) }
