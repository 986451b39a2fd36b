package mips

import "testing"

// TestBinutilsAgreesOnDSP: the DSP module, revisions 1 and 2. Accumulator 0 of the multiplications is the base
// file's.
func TestBinutilsAgreesOnDSP(t *testing.T) {
	for _, d := range []dialect{
		{
			name: "dsp", files: []string{"dsp.decode"}, features: levels("mips32r2", "dsp"),
			objdump: "mips:isa32r2", as: []string{"-mips32r2", "-mdsp"},
		},
		{
			name: "dspr2", files: []string{"dsp.decode"}, features: levels("mips32r2", "dsp", "dspr2"),
			objdump: "mips:isa32r2", as: []string{"-mips32r2", "-mdspr2"},
		},
	} {
		d.check(t)
	}
}
