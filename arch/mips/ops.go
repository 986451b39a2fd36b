package mips

import (
	"github.com/risugen/risugen/arch"
)

// ops are the instructions that harness and glue are made of, by the decode files.
type ops struct {
	addu, subu, and, or, sll, srl, sltu, movz, jr arch.Op
	addiu, andi, ori, lui                         arch.Op
	lw, sw                                        arch.Op
	beq, bne, j, jal, syscall                     arch.Op
	mfhi, mflo, mthi, mtlo, cfc1, ctc1            arch.Op
	cfcmsa, ctcmsa, ld, st, maxiu                 arch.Op
}

func loadOps() (*ops, error) {
	base, _, err := parseISA("base")
	if err != nil {
		return nil, err
	}
	msa, _, err := parseISA("msa")
	if err != nil {
		return nil, err
	}
	b, v := arch.NewEncoder(base), arch.NewEncoder(msa)
	r := func(name string) arch.Op { return b.Op(name, "rd", "rs", "rt") }
	imm := func(name string) arch.Op { return b.Op(name, "rt", "rs", "imm") }
	mem := func(name string) arch.Op { return b.Op(name, "rt", "offset", "base") }
	branch := func(name string) arch.Op { return b.Op(name, "rs", "rt", "s16") }
	return &ops{
		addu: r("ADDU"), subu: r("SUBU"), and: r("AND"), or: r("OR"), sltu: r("SLTU"), movz: r("MOVZ"),
		sll: b.Op("SLL", "rd", "rt", "sa"), srl: b.Op("SRL", "rd", "rt", "sa"), jr: b.Op("JR", "rs"),
		addiu: imm("ADDIU"), andi: imm("ANDI"), ori: imm("ORI"), lui: b.Op("LUI", "rt", "imm"),
		lw: mem("LW"), sw: mem("SW"),
		beq: branch("BEQ"), bne: branch("BNE"), j: b.Op("J", "index"), jal: b.Op("JAL", "index"),
		syscall: b.Op("SYSCALL", "code"),
		mfhi:    b.Op("MFHI", "rd"), mflo: b.Op("MFLO", "rd"), mthi: b.Op("MTHI", "rs"), mtlo: b.Op("MTLO", "rs"),
		cfc1: b.Op("CFC1", "rt", "fs"), ctc1: b.Op("CTC1", "rt", "fs"),
		cfcmsa: v.Op("CFCMSA", "rd", "cs"), ctcmsa: v.Op("CTCMSA", "cd", "rs"),
		ld: v.Op("LD", "wd", "s10", "rs", "df"), st: v.Op("ST", "wd", "s10", "rs", "df"),
		maxiu: v.Op("MAXI_U", "df", "wd", "ws", "u5"),
	}, nil
}

// Numbers of control registers.
const (
	numFCSR   = 31
	numMSACSR = 1
)

// dfDouble is the code of the doubleword data format.
const dfDouble = 3

// glue implements arch.Glue.
type glue struct {
	*ops
	l *layout
}

func add(dst []arch.Word, op *arch.Op, values ...int64) ([]arch.Word, error) {
	w, err := op.Word(values...)
	return append(dst, w), err
}

// SetReg implements arch.Glue.
func (g *glue) SetReg(dst []arch.Word, reg int, value uint64) ([]arch.Word, error) {
	dst, err := add(dst, &g.lui, int64(reg), int64(value>>16&0xffff))
	if err != nil {
		return dst, err
	}
	return add(dst, &g.ori, int64(reg), int64(reg), int64(value&0xffff))
}

// NonZero implements arch.Glue. A vector's lanes become the unsigned maximum of themselves and 1; a
// general register takes the base register's value if it is zero.
func (g *glue) NonZero(dst []arch.Word, class, reg, laneBits, base int) ([]arch.Word, error) {
	if class == g.l.gpr {
		return add(dst, &g.movz, int64(reg), int64(base), int64(reg))
	}
	df := int64(0)
	for laneBits > 8<<df {
		df++
	}
	return add(dst, &g.maxiu, df, int64(reg), int64(reg), 1)
}

// Save implements arch.Glue.
func (g *glue) Save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	switch state {
	case g.l.hi:
		return add(dst, &g.mfhi, int64(reg))
	case g.l.lo:
		return add(dst, &g.mflo, int64(reg))
	case g.l.fcsr:
		return add(dst, &g.cfc1, int64(reg), numFCSR)
	}
	return add(dst, &g.cfcmsa, int64(reg), numMSACSR)
}

// Reset implements arch.Glue. Without a register that keeps the initial value, zero will do: then only HI
// and LO are left to be reset, after an undefined result.
func (g *glue) Reset(dst []arch.Word, state, keep int) ([]arch.Word, error) {
	value := int64(max(keep, 0))
	switch state {
	case g.l.hi:
		return add(dst, &g.mthi, value)
	case g.l.lo:
		return add(dst, &g.mtlo, value)
	case g.l.fcsr:
		return add(dst, &g.ctc1, value, numFCSR)
	}
	return add(dst, &g.ctcmsa, numMSACSR, value)
}

// Mark implements arch.Glue: the delay slot gives the register a value, and the word that a taken branch
// skips adds to it. A delay slot that is nullified leaves the old value to be added to.
func (g *glue) Mark(dst []arch.Word, reg int, delaySlot bool) ([]arch.Word, int64, error) {
	const inSlot, skipped = 0x5a5, 0x1234
	r, to := int64(reg), int64(8)
	var err error
	if delaySlot {
		to += 4
		if dst, err = add(dst, &g.addiu, r, 0, inSlot); err != nil {
			return dst, 0, err
		}
	}
	dst, err = add(dst, &g.addiu, r, r, skipped)
	return dst, to, err
}
