package arm

import (
	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/decodetree"
)

// a64Ops are the instructions that harness and glue are made of, by the decode files. One that these lack has an error,
// which shows when a word of it is asked for.
type a64Ops struct {
	movz, movk, movn, addImm, subImm, andImm, orrImm arch.Op
	add, sub, orr, eor, and, addExt, subExt          arch.Op
	ubfm, extr                                       arch.Op
	b, bl, br, ret, cbz, cbnz, svc, nop              arch.Op
	ldr, str, ldp, stp, ld1, st1                     arch.Op
	mrs, msr                                         arch.Op
}

// Values of fields.
const (
	w32, w64 = 0, 1 // sf
	zr       = 31   // where number 31 is the zero register
	lsl      = 0    // shift
	uxtx     = 3    // option
	word     = 2    // size of a load or store: 4 bytes
	double   = 3    // 8 bytes, also of vector elements
)

func newA64Ops(specs []*decodetree.Spec) *a64Ops {
	e := arch.NewEncoder(specs...)
	wide := func(name string) arch.Op { return e.Op(name, "sf", "hw", "imm16", "rd") }
	imm := func(name string) arch.Op { return e.Op(name, "sf", "sh", "imm12", "rn", "rd") }
	mask := func(name string) arch.Op { return e.Op(name, "sf", "n", "immr", "imms", "rn", "rd") }
	shifted := func(name string) arch.Op { return e.Op(name, "sf", "shift", "rm", "imm6", "rn", "rd") }
	extended := func(name string) arch.Op { return e.Op(name, "sf", "rm", "option", "imm3", "rn", "rd") }
	return &a64Ops{
		movz: wide("MOVZ"), movk: wide("MOVK"), movn: wide("MOVN"),
		addImm: imm("ADD_imm"), subImm: imm("SUB_imm"), andImm: mask("AND_imm"), orrImm: mask("ORR_imm"),
		add: shifted("ADD_shift"), sub: shifted("SUB_shift"), orr: shifted("ORR_shift"), eor: shifted("EOR_shift"), and: shifted("AND_shift"),
		addExt: extended("ADD_ext"), subExt: extended("SUB_ext"),
		ubfm: mask("UBFM"), extr: e.Op("EXTR", "sf", "n", "rm", "imms", "rn", "rd"),
		b: e.Op("B", "imm26"), bl: e.Op("BL", "imm26"), br: e.Op("BR", "rn"), ret: e.Op("RET", "rn"),
		cbz: e.Op("CBZ", "sf", "imm19", "rt"), cbnz: e.Op("CBNZ", "sf", "imm19", "rt"),
		svc: e.Op("SVC", "imm16"), nop: e.Op("NOP"),
		ldr: e.Op("LDR_imm", "size", "imm12", "rn", "rt"), str: e.Op("STR_imm", "size", "imm12", "rn", "rt"),
		ldp: e.Op("LDP", "sf", "imm7", "rt2", "rn", "rt"), stp: e.Op("STP", "sf", "imm7", "rt2", "rn", "rt"),
		ld1: e.Op("LD1_4_post", "q", "size", "rm", "rn", "rt"), st1: e.Op("ST1_4_post", "q", "size", "rm", "rn", "rt"),
		mrs: e.Op("MRS", "o0", "op1", "crn", "crm", "op2", "rt"), msr: e.Op("MSR_reg", "o0", "op1", "crn", "crm", "op2", "rt"),
	}
}

// a64Use is an instruction with its arguments.
type a64Use struct {
	op   *arch.Op
	args []int64
}

// systemRegisters are the fields op1, CRn, CRm and op2 of states' registers.
var systemRegisters = map[string][4]int64{
	"nzcv": {3, 4, 2, 0},
	"fpcr": {3, 4, 4, 0},
	"fpsr": {3, 4, 4, 1},
}

// read is the instruction that copies a state into a general register.
func (o *a64Ops) read(state string, reg int64) a64Use { return moveSystem(&o.mrs, state, reg) }

// write is the instruction that gives a state a general register's value.
func (o *a64Ops) write(state string, reg int64) a64Use { return moveSystem(&o.msr, state, reg) }

func moveSystem(op *arch.Op, state string, reg int64) a64Use {
	r := systemRegisters[state]
	return a64Use{op, []int64{1, r[0], r[1], r[2], r[3], reg}}
}
