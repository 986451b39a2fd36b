package mips

import "testing"

func TestBinutilsAgreesFPU(t *testing.T) {
	d := dialect{
			name: "mips64r5-ps", files: []string{"fpu.decode"}, features: levels("mips64r2", "fpu", "fr1", "ps"),
			objdump: "mips:isa64r5", as: []string{"-mips64r5", "-mabi=64"},
	}
	d.check(t)
}
