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
	features []string // what it has beside Armv8.0, floating point and Advanced SIMD, as requires blocks name it
}

// Features of several models. What the optional parts of a core are is taken to be as QEMU has it: all are there.
var (
	crypto = []string{"aes", "pmull", "sha1", "sha256"}
	armv80 = append([]string{"crc32"}, crypto...)
	armv82 = append([]string{"lse", "rdm", "fp16", "dotprod", "lrcpc", "dpb", "lor", "pan", "uao", "ras"}, armv80...)
)

// models are named as QEMU names them. Their features are those of the ID registers in the cores' technical reference
// manuals; max has what QEMU 7.2's has, of which later releases have more.
var models = []model{
	{name: "cortex-a53", about: "Armv8.0-A, CRC32, cryptography", features: armv80},
	{name: "cortex-a57", about: "Armv8.0-A, CRC32, cryptography", features: armv80},
	{name: "cortex-a72", about: "Armv8.0-A, CRC32, cryptography", features: armv80},
	{name: "cortex-a76", about: "Armv8.2-A, cryptography, FP16, DotProd, LRCPC", features: armv82},
	{
		name: "neoverse-n1", about: "Armv8.2-A, cryptography, FP16, DotProd, LRCPC, SSBS",
		features: append([]string{"ssbs"}, armv82...),
	},
	{
		name: "max", about: "all that QEMU 7.2 has of Armv8 and Armv9, but for SVE and SME",
		features: append([]string{
			"sha3", "sha512", "sm3", "sm4", "fhm", "flagm", "flagm2", "rng", "dpb2", "jscvt", "fcma", "lrcpc2", "frintts",
			"sb", "specres", "bf16", "i8mm", "dgh", "dit", "bti", "ssbs", "mte", "pauth",
		}, armv82...),
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
func (c *model) has(feature string) bool { return slices.Contains(c.features, feature) }

// abis lists the ABIs in which images for the model are made, the usual one first.
func (c *model) abis() []string {
	var out []string
	for i := range executions {
		out = append(out, executions[i].abi)
	}
	return out
}

// execution finds the execution state of an ABI; "" is the usual one. nil: the model has none.
func (c *model) execution(abi string) *execution {
	for i := range executions {
		if abi == "" || executions[i].abi == abi {
			return &executions[i]
		}
	}
	return nil
}

// describe makes the model's entry in the list of CPUs.
func (c *model) describe() arch.CPU {
	out := arch.CPU{Name: c.name, ISAs: c.execution("").isas(), Description: c.about}
	for i := range executions {
		e := &executions[i]
		for _, order := range []string{"little", "big"} {
			out.Variants = append(out.Variants, arch.Variant{ABI: e.abi, Order: order, Emulator: e.emulators[order] + " -cpu " + c.name})
		}
	}
	return out
}
