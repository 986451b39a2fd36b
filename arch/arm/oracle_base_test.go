package arm

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

var a64Base = func() *oracle.Dialect {
	d := a64Dialect("a64.decode", "+memtag+cssc+rng+tme")
	d.Unchecked = map[string]string{
		"MRS": "objdump has names for registers: TestSystemRegisters",
		"MSR": "objdump has names for registers: TestSystemRegisters",
	}
	const rotation = "of the rotation only the bits below the element's size count"
	d.Synonyms = map[string]string{"AND_imm": rotation, "ORR_imm": rotation, "EOR_imm": rotation, "ANDS_imm": rotation}
	return d
}()

func TestBinutilsAgreesOnBase(t *testing.T) { a64Base.Check(t) }

// TestSystemRegisters: registers without a name in our text are those that their numbers say.
func TestSystemRegisters(t *testing.T) {
	needtool.Slow(t)
	set := a64Base.Set(t)
	cs := a64Base.Cases(slices.Concat(set.ByName("MRS"), set.ByName("MSR")), 2000)
	assert.Empty(t, a64Base.Assemble(t, "little", cs))
}
