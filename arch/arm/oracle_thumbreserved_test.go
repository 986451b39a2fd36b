package arm

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
)

// thumbTables is a machine whose instructions are Thumb's; nothing else of it is.
type thumbTables struct {
	arch.Machine
	set *constraints.Set
}

func (m thumbTables) Set() *constraints.Set { return m.set }

// TestLLVMKnowsNoReservedThumb asks LLVM about words of Thumb's tables.
func TestLLVMKnowsNoReservedThumb(t *testing.T) {
	needtool.Slow(t)
	m := stateMachine(t, "eabi", everything())
	sources, err := library.Sources(nil, "t16.decode", "t32.decode", "t32vfp.decode", "t32neon.decode", "t16reserved.decode", "t32reserved.decode")
	require.NoError(t, err)
	set, err := library.LoadSpecs(sources, a32Names.all(), m.Layout())
	require.NoError(t, err)
	words := drawTables(t, thumbTables{m, set})
	notKnown(t, words, llvmTexts(t, words, []string{"-triple=thumbv8.7a", llvmFeatures}), regexp.MustCompile(`^$`))
}
