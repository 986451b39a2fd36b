package mips

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// twins are patterns that cannot be told apart, or whose words drawn here cannot, given by regular expressions for
// their names. Rare ones can be by luck, or are tried with -allpairs alone.
var twins = []struct {
	one, other, why string
	rare            bool
}{
	{one: `T(EQ|NE|GEU?|LTU?)`, other: `T(EQ|NE|GEU?|LTU?)`, why: "one instruction, in two patterns: with a code and without", rare: true},
	{one: `SYSCALL`, other: `SYSCALL`, why: "one instruction, in two patterns: with a code and without", rare: true},
	{one: `BREAK`, other: `BREAK`, why: "one instruction, in three patterns for the texts of its codes", rare: true},
	{one: `BREAK`, other: `T(EQ|GEU?)`, why: "a trap of register 0 with itself is taken always"},
	{one: `(RD|WR)DSP`, other: `(RD|WR)DSP`, why: "one instruction, in three patterns for the texts of its mask"},
	{one: `D?LSA`, other: `D?LSA`, why: "MSA and release 6 have the same instruction"},
	{one: `JA?L?R`, other: `JA?L?R_HB`, why: "the hint is for the kernel"},
	{one: `[LS][WD]`, other: `[LS][WD][LR]`, why: "in one byte order, an aligned word is all that the other touches"},
	{one: `LLD?`, other: `L[WD][LR]?`, why: "without a store that is linked to it, it is a load; in one byte order, see above"},
	{one: `[LS]DXC1`, other: `[LS]UXC1`, why: "the latter ignores low bits of the address, which are 0 for the former"},
	{one: `MOV_([SD]|PS)`, other: `MOVZ_([SD]|PS)`, why: "a move has 0 where the other has the register that must be zero"},
	{one: `MOV[ZN]?_D`, other: `MOV[ZN]?_PS`, why: "64 bits are moved whatever they are"},
	{one: `CVT_PS_S`, other: `PLL_PS`, why: "both put two low halves together"},
	{one: `MOVE_V`, other: `SLDI`, why: "a slide by nothing is a move"},
	{one: `D?MUL(T_G)?`, other: `D?MUL(TU_G|U)`, why: "the low half of a product does not depend on signs"},
	{one: `SEQ_CP2`, other: `SEQU_CP2`, why: "nor does equality"},
	{one: `SRA`, other: `DSRA`, why: "of a sign-extended number"},
	{one: `MOD`, other: `DMOD`, why: "of sign-extended numbers"},
	{one: `DIV(_G)?`, other: `DDIV(_G)?`, why: "of sign-extended numbers, but for the smallest divided by -1", rare: true},
	{one: `EXT|INS`, other: `DEXT|DINS`, why: "of sign-extended numbers, but for all 32 bits of one, or a field up to bit 31", rare: true},
	{one: `LWPC`, other: `LWUPC`, why: "but for words of code that are negative numbers", rare: true},
	{one: `CFCMSA`, other: `CFCMSA`, why: "some have a MSAIR of 0, which is what missing registers read as", rare: true},
	{one: `R(ECIP|SQRT)1_[SD]`, other: `R(ECIP|SQRT)_[SD]`, why: "how exact the former is, is for the CPU to say: in QEMU as the latter"},
	{one: `MAQ_SA_W_PH[LR]`, other: `MAQ_SA_W_QHR[LR]`, why: "the same halves, and a sum of 32 bits", rare: true},
	{one: `T(EQ|NE)I?`, other: `CTCMSA`, why: "a trap that seldom happens, and nothing", rare: true},
	{one: `PRECR_SRA(_R)?_QH_PW`, other: `WRDSP`, why: "as PRECR_SRA.QH.PW below, and words that change no field", rare: true},
	{one: `PSUBUS[BH]`, other: `PSUB[BH]`, why: "a bug of QEMU's (docs/findings.md, Loongson: PSUBUSB)", rare: true},
	{one: `D?ROR(32)?V?`, other: `D?SRL(32)?V?`, why: "a bug of QEMU's (docs/findings.md, VR5432: rotations)"},
	{one: `MOD_G`, other: `MODU_G`, why: "a bug of QEMU's (docs/findings.md, Loongson: MOD.G)"},
	{one: `PRECR_SRA_QH_PW`, other: `PRECR_SRA_R_QH_PW`, why: "a bug of QEMU's (docs/findings.md, DSP module: PRECR_SRA.QH.PW)"},
}

// twinRule is the index of the entry that says why two patterns are not told apart, or -1.
func twinRule(in, other *constraints.Insn) int {
	for i, r := range twins {
		for _, p := range [2][2]string{{r.one, r.other}, {r.other, r.one}} {
			if matchesWhole(p[:1], in.Name()) && matchesWhole(p[1:], other.Name()) {
				return i
			}
		}
	}
	return -1
}

// silent reports whether an instruction does nothing that a record could show: it writes nothing, does not branch
// and cannot fault.
func silent(in *constraints.Insn) bool {
	for i := range in.Operands {
		if in.Operands[i].Role.Writes() {
			return false
		}
	}
	return in.Branch == nil && !in.MayFault()
}

// notSwapped says why a pattern of a machine is not swapped, or "".
func (m *swapMachine) notSwapped(in *constraints.Insn) string {
	switch bug := m.bug[in.Index]; {
	case bug != "":
		return fmt.Sprintf("%s of known.yaml", bug)
	case silent(in):
		return "nothing that it does shows"
	}
	return ""
}
