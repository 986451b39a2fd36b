package mips

import "github.com/risugen/risugen/internal/archtest"

// twins are patterns that cannot be told apart.
var twins = []archtest.Twin{
	{One: `T(EQ|NE|GEU?|LTU?)`, Other: `T(EQ|NE|GEU?|LTU?)`, Why: "one instruction, in two patterns: with a code and without", Rare: true},
	{One: `SYSCALL`, Other: `SYSCALL`, Why: "one instruction, in two patterns: with a code and without", Rare: true},
	{One: `BREAK`, Other: `BREAK`, Why: "one instruction, in three patterns for the texts of its codes", Rare: true},
	{One: `BREAK`, Other: `T(EQ|GEU?)`, Why: "a trap of register 0 with itself is taken always"},
	{One: `(RD|WR)DSP`, Other: `(RD|WR)DSP`, Why: "one instruction, in three patterns for the texts of its mask"},
	{One: `JA?L?R`, Other: `JA?L?R_HB`, Why: "the hint is for the kernel"},
	{One: `[LS][WD]`, Other: `[LS][WD][LR]`, Why: "in one byte order, an aligned word is all that the other touches"},
	{One: `LLD?`, Other: `L[WD][LR]?`, Why: "without a store that is linked to it, it is a load; in one byte order, see above"},
	{One: `[LS]DXC1`, Other: `[LS]UXC1`, Why: "the latter ignores low bits of the address, which are 0 for the former"},
	{One: `MOV_([SD]|PS)`, Other: `MOVZ_([SD]|PS)`, Why: "a move has 0 where the other has the register that must be zero"},
	{One: `MOV[ZN]?_D`, Other: `MOV[ZN]?_PS`, Why: "64 bits are moved whatever they are"},
	{One: `CVT_PS_S`, Other: `PLL_PS`, Why: "both put two low halves together"},
	{One: `MOVE_V`, Other: `SLDI`, Why: "a slide by nothing is a move"},
	{One: `D?MUL(T_G)?`, Other: `D?MUL(TU?_G|U)`, Why: "the low half of a product does not depend on signs"},
	{One: `SEQ_CP2`, Other: `SEQU_CP2`, Why: "nor does equality"},
	{One: `SRA`, Other: `DSRA`, Why: "of a sign-extended number"},
	{One: `MOD`, Other: `DMOD`, Why: "of sign-extended numbers"},
	{One: `DIV(_G)?`, Other: `DDIV(_G)?`, Why: "of sign-extended numbers, but for the smallest divided by -1", Rare: true},
	{One: `EXT|INS`, Other: `DEXT|DINS`, Why: "of sign-extended numbers, but for all 32 bits of one, or a field up to bit 31", Rare: true},
	{One: `LWPC`, Other: `LWUPC`, Why: "but for words of code that are negative numbers", Rare: true},
	{One: `CFCMSA`, Other: `CFCMSA`, Why: "some have a MSAIR of 0, which is what missing registers read as", Rare: true},
	{One: `R(ECIP|SQRT)1_[SD]`, Other: `R(ECIP|SQRT)_[SD]`, Why: "how exact the former is, is for the CPU to say: in QEMU as the latter"},
	{One: `MAQ_SA_W_PH[LR]`, Other: `MAQ_SA_W_QHR[LR]`, Why: "the same halves, and a sum of 32 bits", Rare: true},
	{One: `T(EQ|NE)I?`, Other: `CTCMSA`, Why: "a trap that seldom happens, and nothing", Rare: true},
	{One: `PRECR_SRA(_R)?_QH_PW`, Other: `WRDSP`, Why: "as PRECR_SRA.QH.PW below, and words that change no field", Rare: true},
	{One: `PSUBUS[BH]`, Other: `PSUB[BH]`, Why: "a bug of QEMU's (docs/findings.md, Loongson: PSUBUSB)", Rare: true},
	{One: `D?ROR(32)?V?`, Other: `D?SRL(32)?V?`, Why: "a bug of QEMU's (docs/findings.md, VR5432: rotations)"},
	{One: `MOD_G`, Other: `MODU_G`, Why: "a bug of QEMU's (docs/findings.md, Loongson: MOD.G)"},
	{One: `PRECR_SRA_QH_PW`, Other: `PRECR_SRA_R_QH_PW`, Why: "a bug of QEMU's (docs/findings.md, DSP module: PRECR_SRA.QH.PW)"},
}
