package mips

import (
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/decodetree"
)

// ops are the instructions that harness and glue are made of, by the decode files. One that the CPU lacks
// has an error, which shows when a word of it is asked for.
type ops struct {
	addu, subu, and, or, xor, sll, srl, sltu, movz, jr, jalr arch.Op
	addiu, andi, ori, lui, dsll                              arch.Op
	lw, sw, ld, sd                                           arch.Op // ld and sd only where registers have 64 bits
	beq, bne, j, jal, syscall                                arch.Op
	mfhi, mflo, mthi, mtlo                                   arch.Op
	mfhiAC, mfloAC, mthiAC, mtloAC, rddsp, wrdsp             arch.Op
	cfc1, ctc1, lwc1, swc1, ldc1, sdc1                       arch.Op
	cfcmsa, ctcmsa, ldv, maxiu, ilvl, ilvr                   arch.Op

	wide  bool // registers have 64 bits
	moves bool // the CPU has conditional moves
	r6    bool // release 6
}

func newOps(specs []*decodetree.Spec, c *model, a *abi) *ops {
	e := arch.NewEncoder(specs...)
	r := func(name string) arch.Op { return e.Op(name, "rd", "rs", "rt") }
	imm := func(name string) arch.Op { return e.Op(name, "rt", "rs", "imm") }
	mem := func(name string) arch.Op { return e.Op(name, "rt", "offset", "base") }
	float := func(name string) arch.Op { return e.Op(name, "ft", "offset", "base") }
	branch := func(name string) arch.Op { return e.Op(name, "rs", "rt", "s16") }
	o := &ops{
		addu: r("ADDU"), subu: r("SUBU"), and: r("AND"), or: r("OR"), xor: r("XOR"), sltu: r("SLTU"), movz: r("MOVZ"),
		sll: e.Op("SLL", "rd", "rt", "sa"), srl: e.Op("SRL", "rd", "rt", "sa"), dsll: e.Op("DSLL", "rd", "rt", "sa"),
		jr: e.Op("JR", "rs"), jalr: e.Op("JALR", "rd", "rs"),
		addiu: imm("ADDIU"), andi: imm("ANDI"), ori: imm("ORI"), lui: e.Op("LUI", "rt", "imm"),
		lw: mem("LW"), sw: mem("SW"), ld: mem("LD"), sd: mem("SD"),
		beq: branch("BEQ"), bne: branch("BNE"), j: e.Op("J", "index"), jal: e.Op("JAL", "index"),
		syscall: e.Op("SYSCALL", "code"),
		mfhi:    e.Op("MFHI", "rd"), mflo: e.Op("MFLO", "rd"), mthi: e.Op("MTHI", "rs"), mtlo: e.Op("MTLO", "rs"),
		mfhiAC: e.Op("MFHI", "rd", "ac"), mfloAC: e.Op("MFLO", "rd", "ac"),
		mthiAC: e.Op("MTHI", "rs", "ac"), mtloAC: e.Op("MTLO", "rs", "ac"),
		rddsp: e.Op("RDDSP", "rd", "mask"), wrdsp: e.Op("WRDSP", "rs", "mask"),
		cfc1: e.Op("CFC1", "rt", "fs"), ctc1: e.Op("CTC1", "rt", "fs"),
		lwc1: float("LWC1"), swc1: float("SWC1"), ldc1: float("LDC1"), sdc1: float("SDC1"),
		cfcmsa: e.Op("CFCMSA", "rd", "cs"), ctcmsa: e.Op("CTCMSA", "cd", "rs"),
		ldv: e.Op("LD", "wd", "s10", "rs", "df"), maxiu: e.Op("MAXI_U", "df", "wd", "ws", "u5"),
		ilvl: e.Op("ILVL", "df", "wd", "ws", "wt"), ilvr: e.Op("ILVR", "df", "wd", "ws", "wt"),
		wide: a.regs == 8, moves: (c.has("mips4") || c.has("mips32")) && !c.has("r6"), r6: c.has("r6"),
	}
	return o
}

// jumpTo is the instruction that goes where a register says. Release 6 has JALR alone for it.
func (o *ops) jumpTo(reg int64) use {
	if o.r6 {
		return do(&o.jalr, 0, reg)
	}
	return do(&o.jr, reg)
}

// Numbers of control registers, and the mask of all fields of DSPControl.
const (
	numFCSR   = 31
	numMSACSR = 1
	dspAll    = 0x3f
)

// dfDouble is the code of the doubleword data format.
const dfDouble = 3

// use is an instruction with its arguments.
type use = arch.OpWith

// do is an instruction with its arguments.
func do(op *arch.Op, args ...int64) use { return op.With(args...) }

// read is the instruction that copies a state into a general register.
func (o *ops) read(state string, reg int64) use {
	switch state {
	case "hi":
		return do(&o.mfhi, reg)
	case "lo":
		return do(&o.mflo, reg)
	case "fcsr":
		return do(&o.cfc1, reg, numFCSR)
	case "msacsr":
		return do(&o.cfcmsa, reg, numMSACSR)
	case "dspcontrol":
		return do(&o.rddsp, reg, dspAll)
	}
	if ac, ok := strings.CutPrefix(state, "hi"); ok {
		return do(&o.mfhiAC, reg, int64(ac[0]-'0'))
	}
	return do(&o.mfloAC, reg, int64(state[2]-'0'))
}

// write is the instruction that gives a state a general register's value.
func (o *ops) write(state string, reg int64) use {
	switch state {
	case "hi":
		return do(&o.mthi, reg)
	case "lo":
		return do(&o.mtlo, reg)
	case "fcsr":
		return do(&o.ctc1, reg, numFCSR)
	case "msacsr":
		return do(&o.ctcmsa, numMSACSR, reg)
	case "dspcontrol":
		return do(&o.wrdsp, reg, dspAll)
	}
	if ac, ok := strings.CutPrefix(state, "hi"); ok {
		return do(&o.mthiAC, reg, int64(ac[0]-'0'))
	}
	return do(&o.mtloAC, reg, int64(state[2]-'0'))
}
