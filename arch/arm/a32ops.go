package arm

import (
	"github.com/risugen/risugen/arch"
)

// a32Ops are the instructions that harness and glue are made of, by the decode files. One that these lack has an error,
// which shows when a word of it is asked for.
type a32Ops struct {
	movImm, mvnImm, addImm, subImm, andImm, bicImm, orrImm, rsbImm, cmpImm, tstImm arch.Op
	add, sub, orr, eor, mov, cmp, movw, movt, clz                                  arch.Op
	b, bl, bx, movPC, svc, nop, ldr, str, strPre, ldrPC                            arch.Op
	vldm, vstm, mrs, msr, vmrs, vmsr, mrcThread, mcrThread                         arch.Op
}

// Values of fields.
const (
	condEQ, condNE, condMI, condAL = 0, 1, 4, 14

	a32LSL, a32LSR, a32ROR = 0, 1, 3 // shift

	psrFlags, psrGE = 8, 4 // mask
)

func newA32Ops(e *arch.Encoder) *a32Ops {
	imm := func(name string) arch.Op { return e.Op(name, "rd", "rn", "imm12", "cond", "s") }
	move := func(name string) arch.Op { return e.Op(name, "rd", "imm12", "cond", "s", "sbz") }
	test := func(name string) arch.Op { return e.Op(name, "rn", "imm12", "cond", "sbz") }
	reg := func(name string) arch.Op { return e.Op(name, "rd", "rn", "rm", "shift", "imm5", "cond", "s") }
	access := func(name string) arch.Op { return e.Op(name, "rt", "rn", "off", "cond") }
	several := func(name string) arch.Op { return e.Op(name, "rn", "vd", "n", "w", "above", "cond") }
	return &a32Ops{
		movImm: move("MOV_imm"), mvnImm: move("MVN_imm"), cmpImm: test("CMP_imm"), tstImm: test("TST_imm"),
		addImm: imm("ADD_imm"), subImm: imm("SUB_imm"), andImm: imm("AND_imm"), bicImm: imm("BIC_imm"), orrImm: imm("ORR_imm"), rsbImm: imm("RSB_imm"),
		add: reg("ADD_reg"), sub: reg("SUB_reg"), orr: reg("ORR_reg"), eor: reg("EOR_reg"),
		mov: e.Op("MOV_reg", "rd", "rm", "shift", "imm5", "cond", "s", "sbz"), cmp: e.Op("CMP_reg", "rn", "rm", "shift", "imm5", "cond", "sbz"),
		movw: e.Op("MOVW", "rd", "imm16", "cond"), movt: e.Op("MOVT", "rd", "imm16", "cond"), clz: e.Op("CLZ", "rd", "rm", "sbo", "sbo2", "cond"),
		b: e.Op("B", "imm24", "cond"), bl: e.Op("BL", "imm24", "cond"), movPC: e.Op("MOV_pc", "rm", "cond"), bx: e.Op("BX", "rm", "sbo", "cond"),
		svc: e.Op("SVC", "imm24", "cond"), nop: e.Op("NOP", "cond"),
		ldr: access("LDR_imm"), str: access("STR_imm"), strPre: access("STR_imm_pre"), ldrPC: e.Op("LDR_imm_pc", "rn", "off", "cond"),
		vldm: several("VLDMIA_d"), vstm: several("VSTMIA_d"),
		mrs: e.Op("MRS", "rd", "sbo", "sbz", "cond"), msr: e.Op("MSR_reg", "rn", "mask", "sbo", "sbz", "sbz2", "cond"),
		vmrs: e.Op("VMRS", "rt", "cond"), vmsr: e.Op("VMSR", "rt", "cond"),
		mrcThread: e.Op("MRC_tpidrurw", "rt", "cond"), mcrThread: e.Op("MCR_tpidrurw", "rt", "cond"),
	}
}

// The uses below are always executed, and set no flags unless they compare.

func (o *a32Ops) move(rd, rm int64) use {
	return do(&o.mov, rd, rm, a32LSL, 0, condAL, 0, 0)
}

// shifted moves a register shifted by a number, which is not 0.
func (o *a32Ops) shifted(rd, rm, kind, by int64) use {
	return do(&o.mov, rd, rm, kind, by, condAL, 0, 0)
}

// immediate computes with a number that has the form of an immediate.
func (o *a32Ops) immediate(op *arch.Op, rd, rn int64, n uint32) use {
	return do(op, rd, rn, mustRotate(n), condAL, 0)
}

// compute computes with two registers.
func (o *a32Ops) compute(op *arch.Op, rd, rn, rm int64) use {
	return do(op, rd, rn, rm, a32LSL, 0, condAL, 0)
}

// compareWith compares a register with a number that has the form of an immediate, or tests its bits.
func (o *a32Ops) compareWith(op *arch.Op, rn int64, n uint32) use {
	return do(op, rn, mustRotate(n), condAL, 0)
}

func (o *a32Ops) load(rt, off, rn int64) use  { return do(&o.ldr, rt, rn, off, condAL) }
func (o *a32Ops) store(rt, off, rn int64) use { return do(&o.str, rt, rn, off, condAL) }

// push puts a register onto the stack.
func (o *a32Ops) push(rt int64) use { return do(&o.strPre, rt, a32SP, -4, condAL) }

// readCPSR copies CPSR into a register; writeCPSR writes its parts of a mask.
func (o *a32Ops) readCPSR(rd int64) use { return do(&o.mrs, rd, 15, 0, condAL) }
func (o *a32Ops) writeCPSR(rn, mask int64) use {
	return do(&o.msr, rn, mask, 15, 0, 0, condAL)
}

// system is a move between a register and one of the system's.
func (o *a32Ops) system(op *arch.Op, rt int64) use { return do(op, rt, condAL) }
