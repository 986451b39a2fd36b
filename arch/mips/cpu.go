package mips

import (
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// model is a CPU.
type model struct {
	name     string
	about    string
	features []string // what it has, as requires blocks name it
	isas     []string // what can be drawn from; the first is the default
	fpu      bool     // FCSR exists
	msa      bool     // vector registers exist
	nan2008  bool     // the ELF file must say so, or kernel and emulator refuse it
	elfArch  uint32   // architecture level in e_flags
	isaRev   uint8    // release, for the ABI flags
	// fcsrFixed is what FCSR reads as beside rounding mode, flush-to-zero and flags: NAN2008 and ABS2008.
	fcsrFixed uint32
}

// Architecture levels in e_flags.
const (
	elfMIPS32   = 0x50000000
	elfMIPS32R2 = 0x70000000 // releases 3 and 5 have no level of their own
)

var (
	release1 = []string{"mips1", "mips2", "mips32"}
	release2 = append(slices.Clone(release1), "mips32r2")
	release5 = append(slices.Clone(release2), "mips32r5")
)

// models are named as QEMU names them. The feature fpu, which floating-point patterns require, is left
// out of all: those patterns need register pairs and are not described yet. The harness still loads and
// compares the FCSR of models that have one.
var models = []model{
	{
		name: "P5600", about: "MIPS32 release 5 with MSA", features: append(slices.Clone(release5), "msa"),
		isas: []string{"msa", "base"}, fpu: true, msa: true, nan2008: true, elfArch: elfMIPS32R2, isaRev: 5,
		fcsrFixed: 1<<18 | 1<<19,
	},
	{
		name: "24Kf", about: "MIPS32 release 2 with FPU", features: release2,
		isas: []string{"base"}, fpu: true, elfArch: elfMIPS32R2, isaRev: 2,
	},
	{
		name: "24Kc", about: "MIPS32 release 2 without FPU", features: release2,
		isas: []string{"base"}, elfArch: elfMIPS32R2, isaRev: 2,
	},
	{
		name: "4Kc", about: "MIPS32 release 1 without FPU", features: release1,
		isas: []string{"base"}, elfArch: elfMIPS32, isaRev: 1,
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

// selectISAs checks a selection of instruction sets; none is the model's default.
func (c *model) selectISAs(want []string) ([]string, error) {
	if len(want) == 0 {
		return c.isas[:1], nil
	}
	var out []string
	for _, isa := range want {
		if !slices.Contains(c.isas, isa) {
			return nil, fmt.Errorf("the %s has no instruction set %q; it has %s", c.name, isa, strings.Join(c.isas, ", "))
		}
		if !slices.Contains(out, isa) {
			out = append(out, isa)
		}
	}
	return out, nil
}

func (c *model) describe() arch.CPU {
	return arch.CPU{
		Name: c.name, ISAs: c.isas, Order: "little", Orders: []string{"little", "big"}, Description: c.about,
		Emulators: map[string]string{
			"little": "qemu-mipsel -cpu " + c.name,
			"big":    "qemu-mips -cpu " + c.name,
		},
	}
}

// elfFlags is e_flags: o32, the architecture level, and the NaN rule.
func (c *model) elfFlags() uint32 {
	const (
		noReorder = 0x1
		nan2008   = 0x400
		abiO32    = 0x1000
	)
	f := c.elfArch | abiO32 | noReorder
	if c.nan2008 {
		f |= nan2008
	}
	return f
}

// abiFlags is the PT_MIPS_ABIFLAGS program header of models with 64-bit floating-point registers: without
// it a kernel starts an o32 program with FR=0, and MSA needs FR=1.
func (c *model) abiFlags(order arch.ByteOrder) []arch.Header {
	if !c.msa {
		return nil
	}
	const (
		headerType = 0x70000003
		reg32      = 1 // register size codes
		reg128     = 3
		fp64       = 6
		aseMSA     = 0x200
		oddSingles = 1 // odd-numbered single-precision registers are used
	)
	var b []byte
	b = order.AppendUint16(b, 0) // version
	b = append(b, 32, c.isaRev, reg32, reg128, 0, fp64)
	b = order.AppendUint32(b, 0) // no vendor extension
	b = order.AppendUint32(b, aseMSA)
	b = order.AppendUint32(b, oddSingles)
	b = order.AppendUint32(b, 0)
	return []arch.Header{{Type: headerType, Align: 8, Data: b}}
}
