package arm

import (
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// model is a CPU.
type model struct {
	name     string
	about    string
	features []string // A64: what it has beside Armv8.0, floating point and Advanced SIMD, as requires blocks name it
	// AArch32: all that it has. A model has the execution states of which features are listed.
	features32 []string
	// For programs of AArch32: the model that QEMU's user mode runs them on, where it has this one for A64 alone. It has all
	// that this one has, and more.
	user32 string
}

// Features of several models. What the optional parts of a core are is taken to be as QEMU has it: all are there.
var (
	crypto = []string{"aes", "pmull", "sha1", "sha256"}
	armv80 = append([]string{"crc32"}, crypto...)
	armv82 = append([]string{"lse", "rdm", "fp16", "dotprod", "lrcpc", "dpb", "lor", "pan", "uao", "ras"}, armv80...)
	// what the cores of version 8.2 that are here have beside it
	armv82ssbs = append([]string{"ssbs"}, armv82...)
)

// The same for AArch32, each with what the one before it has.
var (
	armv5      = []string{"v5te", "thumb", "vfp2"}
	armv6k     = append([]string{"v6", "v6k"}, armv5...)
	armv7      = append([]string{"v6t2", "thumb2", "v7", "vfp3", "d32", "neon"}, armv6k...)
	armv7mp    = append([]string{"mp", "fp16cvt"}, armv7...)
	armv7ve    = append([]string{"v7ve", "idiv", "idivt", "vfp4"}, armv7mp...)
	armv80in32 = append([]string{"v8", "v8fp", "aes", "sha1", "sha2", "crc32"}, armv7ve...)
	armv82in32 = append([]string{"fp16", "rdm", "dotprod", "ras", "pan", "ssbs"}, armv80in32...)
	armv8Max   = append([]string{"fcma", "jscvt", "fhm", "bf16", "i8mm", "sb", "dit"}, armv82in32...)
)

// models are named as QEMU names them. Their features are those of the ID registers in the cores' technical reference
// manuals; max has what QEMU 7.2's has, of which later releases have more.
var models = []model{
	{name: "cortex-a53", about: "Armv8.0-A, CRC32, cryptography", features: armv80, features32: armv80in32, user32: "max"},
	{name: "cortex-a57", about: "Armv8.0-A, CRC32, cryptography", features: armv80, features32: armv80in32, user32: "max"},
	{name: "cortex-a72", about: "Armv8.0-A, CRC32, cryptography", features: armv80, features32: armv80in32, user32: "max"},
	{
		name: "cortex-a76", about: "Armv8.2-A, cryptography, FP16, DotProd, LRCPC, SSBS",
		features: armv82ssbs, features32: armv82in32, user32: "max",
	},
	{
		name: "neoverse-n1", about: "Armv8.2-A, cryptography, FP16, DotProd, LRCPC, SSBS",
		features: armv82ssbs, features32: armv82in32, user32: "max",
	},
	{
		name: "max", about: "all that QEMU 7.2 has of Armv8 and Armv9, but for SVE and SME",
		features: append([]string{
			"sha3", "sha512", "sm3", "sm4", "fhm", "flagm", "flagm2", "rng", "dpb2", "jscvt", "fcma", "lrcpc2", "frintts",
			"sb", "specres", "bf16", "i8mm", "dgh", "dit", "bti", "ssbs", "mte", "pauth",
			"sve", "sme",
		}, armv82...),
		features32: armv8Max,
	},
	{name: "arm926", about: "ARMv5TEJ, VFPv2", features32: armv5},
	{name: "arm1176", about: "ARMv6K, VFPv2", features32: armv6k},
	{name: "cortex-a7", about: "ARMv7-A with division, VFPv4, Advanced SIMD", features32: armv7ve},
	{name: "cortex-a8", about: "ARMv7-A, VFPv3, Advanced SIMD", features32: armv7},
	{name: "cortex-a9", about: "ARMv7-A, VFPv3 with half precision, Advanced SIMD", features32: armv7mp},
	{name: "cortex-a15", about: "ARMv7-A with division, VFPv4, Advanced SIMD", features32: armv7ve},
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
func (c *model) has(feature string) bool { return slices.Contains(c.features, feature) }

// has32 is the same for a feature of AArch32.
func (c *model) has32(feature string) bool { return slices.Contains(c.features32, feature) }

// executions lists the execution states that the model has, the usual one first.
func (c *model) executions() []*execution {
	var out []*execution
	for i := range executions {
		if executions[i].has(c) {
			out = append(out, &executions[i])
		}
	}
	return out
}

// abis lists the ABIs in which images for the model are made, the usual one first.
func (c *model) abis() []string {
	var out []string
	for _, e := range c.executions() {
		out = append(out, e.abi)
	}
	return out
}

// execution finds the execution state of an ABI; "" is the usual one. nil: the model has none.
func (c *model) execution(abi string) *execution {
	for _, e := range c.executions() {
		if abi == "" || e.abi == abi {
			return e
		}
	}
	return nil
}

// describe makes the model's entry in the list of CPUs.
func (c *model) describe() arch.CPU {
	out := arch.CPU{Name: c.name, ISAs: c.execution("").isas(), Description: c.about}
	for _, e := range c.executions() {
		for _, order := range e.orders(c) {
			out.Variants = append(out.Variants, arch.Variant{ABI: e.abi, Order: order, Emulator: e.emulators[order] + " -cpu " + e.user(c), ISAs: e.isas()})
		}
	}
	return out
}
