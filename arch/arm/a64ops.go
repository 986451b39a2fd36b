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
	ubfm, extr, adr                                  arch.Op
	b, bl, br, cbz, cbnz, svc, nop                   arch.Op
	ldr, str, ldr64, str64, ldp, stp, ld1, st1       arch.Op
	mrs, msr                                         map[string]*arch.Op // by state
}

// Values of fields.
const (
	w32, w64 = 0, 1 // sf
	zr       = 31   // where number 31 is the zero register
	lsl      = 0    // shift
	uxtx     = 3    // option
	double   = 3    // size of a vector's elements: 8 bytes
)

func newA64Ops(specs []*decodetree.Spec) *a64Ops {
	e := arch.NewEncoder(specs...)
	wide := func(name string) arch.Op { return e.Op(name, "sf", "hw", "imm16", "rd") }
	imm := func(name string) arch.Op { return e.Op(name, "sf", "sh", "imm12", "rn", "rd") }
	mask := func(name string) arch.Op { return e.Op(name, "sf", "n", "immr", "imms", "rn", "rd") }
	shifted := func(name string) arch.Op { return e.Op(name, "sf", "shift", "rm", "imm6", "rn", "rd") }
	extended := func(name string) arch.Op { return e.Op(name, "sf", "rm", "option", "imm3", "rn", "rd") }
	// What is accessed is part of the fixed bits: 4 bytes or 8.
	access := func(name string, size uint64) arch.Op { return e.Op(name, "rt", "rn", "imm12").Fixed(size<<30, 3<<30) }
	pair := func(name string) arch.Op { return e.Op(name, "sf", "imm7", "rt2", "rn", "rt") }
	vectors := func(name string) arch.Op { return e.Op(name, "regs", "q", "size", "rm", "rn", "rt") }
	o := &a64Ops{
		movz: wide("MOVZ"), movk: wide("MOVK"), movn: wide("MOVN"),
		addImm: imm("ADD_imm"), subImm: imm("SUB_imm"), andImm: mask("AND_imm"), orrImm: mask("ORR_imm"), ubfm: mask("UBFM"),
		add: shifted("ADD_shift"), sub: shifted("SUB_shift"), orr: shifted("ORR_shift"), eor: shifted("EOR_shift"), and: shifted("AND_shift"),
		addExt: extended("ADD_ext"), subExt: extended("SUB_ext"),
		adr:  e.Op("ADR", "imm", "rd"),
		extr: e.Op("EXTR", "sf", "n", "rm", "imms", "rn", "rd"),
		b:    e.Op("B", "imm26"), bl: e.Op("BL", "imm26"), br: e.Op("BR", "rn"),
		cbz: e.Op("CBZ", "sf", "imm19", "rt"), cbnz: e.Op("CBNZ", "sf", "imm19", "rt"),
		svc: e.Op("SVC", "imm16"), nop: e.Op("NOP"),
		ldr: access("LDR_imm", 2), str: access("STR_imm", 2), ldr64: access("LDR_imm", 3), str64: access("STR_imm", 3),
		ldp: pair("LDP"), stp: pair("STP"), ld1: vectors("LD1_multi_post"), st1: vectors("ST1_multi_post"),
		mrs: map[string]*arch.Op{}, msr: map[string]*arch.Op{},
	}
	for state, register := range systemRegisters {
		read, write := e.Op("MRS_"+register, "rt"), e.Op("MSR_"+register, "rt")
		o.mrs[state], o.msr[state] = &read, &write
	}
	return o
}

// systemRegisters are the registers that states are, as names of patterns end.
var systemRegisters = map[string]string{
	"nzcv": "NZCV", "fpcr": "FPCR", "fpsr": "FPSR", "tpidr_el0": "TPIDR_EL0", "dit": "DIT", "ssbs": "SSBS", "tco": "TCO",
}

// read is the instruction that copies a state into a general register.
func (o *a64Ops) read(state string, reg int64) use { return do(o.mrs[state], reg) }

// write is the instruction that gives a state a general register's value.
func (o *a64Ops) write(state string, reg int64) use { return do(o.msr[state], reg) }
