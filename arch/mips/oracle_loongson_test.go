package mips

import "testing"

// TestBinutilsAgreesOnLoongson is about what Loongson's CPUs add. binutils tells their generations apart, and
// so do the dialects: one word has several names, or is several instructions.
func TestBinutilsAgreesOnLoongson(t *testing.T) {
	for _, d := range loongsons {
		d.check(t)
	}
}

var loongsons = []dialect{
	{
		name: "loongson2e", files: []string{"loongson2.decode", "lmmi.decode"},
		features: []string{"loongson2e", "lfp", "lmmi", "fpu", "fr1", "ps"},
		objdump:  "mips:loongson_2e", as: []string{"-march=loongson2e", "-mabi=64"},
	},
	{
		name: "loongson2f", files: []string{"loongson2.decode", "lmmi.decode"},
		features: []string{"loongson2f", "lfp", "lmmi", "fpu", "fr1", "ps"},
		objdump:  "mips:loongson_2f", options: "loongson-mmi",
		as: []string{"-march=loongson2f", "-mabi=64", "-mloongson-mmi"},
	},
	{
		name: "gs464", files: []string{"loongson2.decode", "lmmi.decode", "loongson3a.decode"},
		features: []string{"loongson3a", "lbound", "lmmi", "lcam", "fpu", "fr1"},
		objdump:  "mips:gs464", options: "loongson-mmi,loongson-ext,loongson-cam",
		as: []string{"-march=gs464", "-mabi=64", "-mloongson-mmi", "-mloongson-ext", "-mloongson-cam"},
	},
	{
		name: "gs464e", files: []string{"loongson2.decode", "lmmi.decode", "loongson3a.decode"},
		features: []string{"loongson3a", "lbound", "lext2", "lmmi", "lcam", "fpu", "fr1"},
		objdump:  "mips:gs464e", options: "loongson-mmi,loongson-ext,loongson-ext2,loongson-cam",
		as: []string{"-march=gs464e", "-mabi=64", "-mloongson-mmi", "-mloongson-ext", "-mloongson-ext2", "-mloongson-cam"},
	},
	{
		name: "gs264e", files: []string{"loongson2.decode", "lmmi.decode", "loongson3a.decode"},
		features: []string{"loongson3a", "lbound", "lext2", "lmmi", "lcam", "fpu", "fr1"},
		objdump:  "mips:gs264e", options: "loongson-mmi,loongson-ext,loongson-ext2,loongson-cam",
		as: []string{"-march=gs264e", "-mabi=64", "-mloongson-mmi", "-mloongson-ext", "-mloongson-ext2", "-mloongson-cam"},
	},
}
