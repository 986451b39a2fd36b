package mips

import "testing"

var dspDialects = []dialect{
	{
		name: "dsp", files: []string{"mips32r5.decode", "dsp.decode"}, features: levels("mips32r2", "dsp"),
		objdump: "mips:isa32r2", as: []string{"-mips32r2", "-mdsp"}, aliases: release5Aliases,
	},
	{
		name: "dspr2", files: []string{"mips32r5.decode", "dsp.decode"}, features: levels("mips32r2", "dsp", "dspr2"),
		objdump: "mips:isa32r2", as: []string{"-mips32r2", "-mdspr2"}, aliases: release5Aliases,
	},
	{
		name: "dspr3", files: []string{"dsp.decode"}, features: levels("mips32r5", "r6", "dsp", "dspr2", "dspr3"),
		objdump: "mips:isa32r6", as: []string{"-mips32r6", "-mabi=32", "-mdspr3"},
	},
}

func TestBinutilsAgreesOnDSP(t *testing.T) {
	for i := range dspDialects {
		dspDialects[i].check(t)
	}
}
