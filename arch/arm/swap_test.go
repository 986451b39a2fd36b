package arm

import (
	"testing"

	"github.com/risugen/risugen/internal/archtest"
)

// TestSwappedInstructionIsFoundAndNamed swaps every pattern, in every form in which a model has it, for others. What cannot be
// told apart, and why, is in swapalike_test.go.
func TestSwappedInstructionIsFoundAndNamed(t *testing.T) {
	swaps := archtest.Swaps{Arch: New(), Twins: twins, Unseen: unseen, Literals: []string{"(LDR|STR)S?[BHW]?_imm"}}
	swaps.Test(t)
}
