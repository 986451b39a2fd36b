package mips

import (
	"slices"
	"strings"
)

// model is a CPU.
type model struct {
	name     string
	about    string
	features []string // what it has, as requires blocks name it
	level    level
	machine  uint32 // e_flags: the vendor's machine
	isaExt   uint32 // the same for the ABI flags
	nan2008  bool   // NaNs and absolute values as IEEE 754-2008 has them; the ELF file must say so
}

// level is an architecture level: as e_flags, as the ABI flags and as requires blocks name it.
type level struct {
	elf      uint32
	isa, rev uint8
	features []string
}

var (
	mips3    = level{0x20000000, 3, 0, []string{"mips1", "mips2", "mips3"}}
	mips4    = level{0x30000000, 4, 0, append(slices.Clone(mips3.features), "mips4")}
	mips32r1 = level{0x50000000, 32, 1, []string{"mips1", "mips2", "mips32"}}
	mips32r2 = level{0x70000000, 32, 2, append(slices.Clone(mips32r1.features), "mips32r2")}
	mips32r5 = level{0x70000000, 32, 5, append(slices.Clone(mips32r2.features), "mips32r3", "mips32r5")}
	mips32r6 = level{0x90000000, 32, 6, append(slices.Clone(mips32r5.features), "r6")}
	mips64r1 = level{0x60000000, 64, 1, append(slices.Clone(mips4.features), "mips5", "mips32", "mips64")}
	mips64r6 = level{0xa0000000, 64, 6, append(slices.Clone(mips64r1.features), "mips32r2", "mips32r3", "mips32r5", "mips64r2", "r6")}
	mips64r2 = level{0x80000000, 64, 2, append(slices.Clone(mips64r1.features), "mips32r2", "mips64r2")}
)

// Machines in e_flags and extensions in the ABI flags, of vendors whose instructions are described.
const (
	elfVR5400     = 0x00910000
	elfOcteon2    = 0x008d0000
	elfLoongson2E = 0x00a00000
	elfLoongson2F = 0x00a10000
	elfLoongson3A = 0x00a20000

	extOcteon2    = 2
	extVR5400     = 15
	extLoongson2E = 17
	extLoongson2F = 18
)

// models are named as QEMU names them. Those of release 6 and with MSA have 64-bit floating-point
// registers always.
var models = []model{
	{name: "P5600", about: "MIPS32 release 5, FPU, MSA", level: mips32r5, features: []string{"fpu", "msa"}, nan2008: true},
	{name: "4Kc", about: "MIPS32 release 1", level: mips32r1},
	{name: "4KEc", about: "MIPS32 release 2", level: mips32r2},
	{name: "24Kc", about: "MIPS32 release 2", level: mips32r2},
	{name: "24KEc", about: "MIPS32 release 2, DSP", level: mips32r2, features: []string{"dsp"}},
	{name: "24Kf", about: "MIPS32 release 2, FPU", level: mips32r2, features: []string{"fpu"}},
	{name: "34Kf", about: "MIPS32 release 2, FPU, DSP", level: mips32r2, features: []string{"fpu", "dsp"}},
	{name: "74Kf", about: "MIPS32 release 2, FPU, DSP r2", level: mips32r2, features: []string{"fpu", "dsp", "dspr2"}},
	{name: "M14K", about: "MIPS32 release 2", level: mips32r2},
	{name: "M14Kc", about: "MIPS32 release 2", level: mips32r2},
	{name: "mips32r6-generic", about: "MIPS32 release 6, FPU", level: mips32r6, features: []string{"fpu"}, nan2008: true},
	{name: "R4000", about: "MIPS III, FPU", level: mips3, features: []string{"fpu"}},
	{
		name: "VR5432", about: "MIPS IV, FPU, NEC multiply-accumulate", level: mips4, features: []string{"fpu", "vr5400"},
		machine: elfVR5400, isaExt: extVR5400,
	},
	{name: "5Kc", about: "MIPS64 release 1", level: mips64r1},
	{name: "5Kf", about: "MIPS64 release 1, FPU", level: mips64r1, features: []string{"fpu"}},
	{name: "20Kc", about: "MIPS64 release 1, FPU, paired single, MIPS-3D", level: mips64r1, features: []string{"fpu", "ps", "mips3d"}},
	{name: "MIPS64R2-generic", about: "MIPS64 release 2, FPU, paired single, MIPS-3D", level: mips64r2, features: []string{"fpu", "ps", "mips3d"}},
	{name: "5KEc", about: "MIPS64 release 2", level: mips64r2},
	{name: "5KEf", about: "MIPS64 release 2, FPU", level: mips64r2, features: []string{"fpu"}},
	{name: "mips64dspr2", about: "MIPS64 release 2, FPU, paired single, DSP r2", level: mips64r2, features: []string{"fpu", "ps", "dsp", "dspr2"}},
	{name: "I6400", about: "MIPS64 release 6, FPU, MSA", level: mips64r6, features: []string{"fpu", "msa"}, nan2008: true},
	{name: "I6500", about: "MIPS64 release 6, FPU, MSA", level: mips64r6, features: []string{"fpu", "msa"}, nan2008: true},
	{
		name: "Loongson-2E", about: "MIPS III, FPU, Loongson integer", level: mips3, features: []string{"fpu", "loongson2e"},
		machine: elfLoongson2E, isaExt: extLoongson2E,
	},
	{
		name: "Loongson-2F", about: "MIPS III, FPU, Loongson integer and multimedia", level: mips3, features: []string{"fpu", "loongson2f", "lmmi"},
		machine: elfLoongson2F, isaExt: extLoongson2F,
	},
	{
		name: "Loongson-3A1000", about: "MIPS64 release 2, FPU, paired single, Loongson 3A and multimedia", level: mips64r2,
		features: []string{"fpu", "ps", "loongson3a", "lmmi"}, machine: elfLoongson3A,
	},
	{
		name: "Loongson-3A4000", about: "MIPS64 release 2, FPU, paired single, Loongson 3A and multimedia, MSA", level: mips64r2,
		features: []string{"fpu", "ps", "loongson3a", "lmmi", "msa"}, machine: elfLoongson3A,
	},
	{
		name: "Octeon68XX", about: "MIPS64 release 2, Cavium Octeon II", level: mips64r2, features: []string{"octeon", "octeonplus", "octeon2"},
		machine: elfOcteon2, isaExt: extOcteon2,
	},
}

func findModel(name string) *model {
	for i := range models {
		if strings.EqualFold(models[i].name, name) {
			return &models[i]
		}
	}
	return nil
}

func modelNames() []string {
	var out []string
	for i := range models {
		out = append(out, models[i].name)
	}
	return out
}

// has reports whether the model has a feature.
func (c *model) has(feature string) bool {
	return slices.Contains(c.features, feature) || slices.Contains(c.level.features, feature)
}

// is64 reports whether general registers have 64 bits.
func (c *model) is64() bool { return c.has("mips3") }

// abis lists the ABIs in which images for the model are made, the usual one first.
func (c *model) abis() []string {
	switch {
	case c.is64():
		return []string{"n64", "n32"}
	case c.has("msa") || c.has("r6"):
		return []string{"o32fp64"}
	case c.has("fpu"):
		return []string{"o32", "o32fp64"}
	}
	return []string{"o32"}
}
