package mips

import (
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/runtime"
)

// TestSwappedInstructionIsFoundAndNamed swaps every pattern, in every form in which a model has it, for others. What cannot be
// told apart, and why, is in swapalike_test.go.
func TestSwappedInstructionIsFoundAndNamed(t *testing.T) {
	swaps := archtest.Swaps{
		Arch: New(), Twins: twins, Links: links, Literals: []string{"[LS][BHW]U?"},
		Narrow:    func(m arch.Machine, state int) bool { return m.(*machine).layout.isNarrow(state) },
		Form:      nanForm,
		Unsettles: func(k *runtime.Known) bool { return k.ID == "cvt-s-pl-cause" },
	}
	swaps.Test(t)
}

// links reports whether QEMU's instruction writes register 31, which the manual's does not (docs/findings.md): BOVC
// and BNVC of register 0 with itself.
func links(in *constraints.Insn, word uint64) bool {
	return (in.Name() == "BOVC" || in.Name() == "BNVC") && word&0x3ff_0000 == 0
}

// nanForm is the rule for NaNs of an instruction that touches control registers.
func nanForm(m arch.Machine, in *constraints.Insn) string {
	for i := range in.Operands {
		op := &in.Operands[i]
		if op.Kind == constraints.StateOperand && op.State < len(m.Layout().States) && m.Layout().States[op.State].Reset && m.(*machine).cpu.nan2008 {
			return " nan2008"
		}
	}
	return ""
}
