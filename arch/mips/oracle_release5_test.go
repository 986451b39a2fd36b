package mips

import (
	"regexp"
	"testing"
)

var release5Aliases = []alias{
	{regexp.MustCompile(`^(d?)neg(u?) (\$\d+),(\$\d+)$`), "${1}sub$2 $3,$$0,$4"},
	{regexp.MustCompile(`^dli (\$\d+),(0x[0-9a-f]+)$`), "ori $1,$$0,$2"},
	{regexp.MustCompile(`^(cfcmsa \$\d+),msa_ir$`), "$1,$$0"},
	{regexp.MustCompile(`^(cfcmsa \$\d+),msa_csr$`), "$1,$$1"},
	{regexp.MustCompile(`^ctcmsa msa_ir,`), "ctcmsa $$0,"},
	{regexp.MustCompile(`^ctcmsa msa_csr,`), "ctcmsa $$1,"},
}

// release5 are the classic integer instructions and MSA.
var release5 = []dialect{
	{
		name: "mips32r5", files: []string{"mips32r5.decode", "msa.decode"}, features: levels("mips32r5", "fpu", "msa"),
		objdump: "mips:isa32r5", options: "msa", as: []string{"-mips32r5", "-mabi=32", "-mfp64", "-mmsa"}, aliases: release5Aliases,
	},
	{
		name: "mips64r5", files: []string{"mips32r5.decode", "mips64r5.decode", "msa.decode"},
		features: levels("mips64r2", "fpu", "msa"), objdump: "mips:isa64r5", options: "msa,cp0-names=numeric", as: []string{"-mips64r5", "-mabi=64", "-mmsa"}, aliases: release5Aliases,
	},
}

func TestBinutilsAgrees(t *testing.T) {
	for i := range release5 {
		release5[i].check(t)
	}
}
