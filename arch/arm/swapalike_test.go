package arm

import "github.com/risugen/risugen/internal/archtest"

// twins are patterns that cannot be told apart.
var twins = []archtest.Twin{
	{One: sigill, Other: sigill, Why: "each raises SIGILL in a program"},
	{One: `LDAPU?R(S?[BHW])?|LDURS?[BHW]?`, Other: `LDURS?[BHW]?|LDTRS?[BHW]?`, Why: "in a program, LDTR is LDUR, and order of accesses does not show"},
	{One: `ST(UR|LUR|TR)[BH]?`, Other: `ST(UR|LUR|TR)[BH]?`, Why: "in a program, STTR is STUR, and order of accesses does not show"},
	{One: `LD(X|AX|A|LA)[RP][BH]?`, Other: `LD(X|AX|A|LA)[RP][BH]?`, Why: "order of accesses does not show, nor a load exclusive without its store"},
	{One: `STL(L)?R[BH]?`, Other: `STL(L)?R[BH]?`, Why: "order of accesses does not show"},
	{One: `STL?X[RP][BH]?`, Other: `STL?X[RP][BH]?`, Why: "order of accesses does not show"},
	{One: `(LD|ST)P(_fp)?`, Other: `(LD|ST)NP(_fp)?`, Why: "the hint that data are not used again does not show"},
	{One: `LD[1-4]R(_post)?`, Other: `LD1_multi(_post)?`, Why: "one doubleword for each register, which has no other element", Rare: true},
	{One: `BR`, Other: `RET`, Why: "the hint for branch prediction does not show"},
	{One: `XPACI`, Other: `XPACD`, Why: "addresses of code and data have as many bits"},
	{One: `ST2G_p(re|ost)`, Other: `STG_p(re|ost)`, Why: "tags are not recorded"},
	{One: `FMULX_s?elem|FMULX_[sv]`, Other: `FMUL_s?elem|FMUL_[sv]`, Why: "zero times infinity", Rare: true},
	{One: `FCVTA[SU]_(s|v|gen)|FRINTA_[sv]`, Other: `FCVTN[SU]_(s|v|gen)|FRINTN_[sv]`, Why: "but for ties, of an even and an odd number", Rare: true},
	// A32
	{One: `(LDR|STR)(S?[BH])?T_(imm|reg)`, Other: `(LDR|STR)(S?[BH])?_(imm|reg)_post`, Why: "in a program, LDRT is LDR"},
	{One: `LDA(EX)?[BHD]?|LDREX[BHD]?`, Other: `LDA(EX)?[BHD]?|LDREX[BHD]?`, Why: "order of accesses does not show, nor a load exclusive without its store"},
	{One: `STLEX[BHD]?|STREX[BHD]?`, Other: `STLEX[BHD]?|STREX[BHD]?`, Why: "order of accesses does not show"},
	{One: `V(LD|ST)M(IA|DB)_[ds]`, Other: `V(LD|ST)M(IA|DB)_[ds]`, Why: "pairs of singles are doubles"},
	{One: `VMOV_(from|to)_gen_(d|pair)`, Other: `VMOV_(from|to)_gen_(d|pair)`, Why: "a pair of singles is a double", Rare: true},
	{One: `VMOV_(from|to)_gen_(s|lane)`, Other: `VMOV_(from|to)_gen_(s|lane)`, Why: "a single is half of a double", Rare: true},
	{One: `VCVT[AN]_i[ds]|VRINT[AN]_[ds]`, Other: `VCVT[AN]_i[ds]|VRINT[AN]_[ds]`, Why: "but for ties, of an even and an odd number", Rare: true},
	// T32
	{One: `STR[BH]?T`, Other: `STR[BH]?_(imm|neg)`, Why: "in a program, STRT is STR"},
}

// barrier32 are moves to a coprocessor that are barriers.
const barrier32 = `MCR_(isb|dsb|dmb)`

// sigill are patterns of which each word raises SIGILL.
const sigill = `UDF|HLT|HVC|SMC|DCPS[123]|DRPS|ERET(AA|AB)?|MSR_imm_(UAO|PAN|SPSel)|(ST|LD|STZ)GM`

// unseen says why nothing that some patterns do shows.
var unseen = map[string]string{
	`IRG|MRS_RNDR(RS)?`:     "a random number",
	`PAC[ID]Z?[AB].*|PACGA`: "it depends on a key",
	`ST2?G`:                 "tags are not recorded",
	barrier32:               "order of accesses does not show",
}
