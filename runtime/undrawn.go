package runtime

import (
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// More values of PatternState.State, of patterns that the image does not hold.
const (
	StateUndrawn     = "not drawn"     // options left it out, or chance did
	StateUndescribed = "not described" // nothing says what it reads and writes
	StateUnrecorded  = "not recorded"  // it touches what the CPU has not, or images do not record
)

// undrawn lists the CPU's patterns that the image does not hold, in the order of their descriptions.
func (c *coverage) undrawn() []PatternState {
	undescribed, unrecorded := arch.Undescribed(c.prog.Machine), arch.Unrecorded(c.prog.Machine)
	drawn := func(v *constraints.Insn) bool { return c.patterns[v.Index].drawn }
	var out []PatternState
	for _, in := range c.set.Patterns() {
		state := StateUndrawn
		switch {
		case slices.ContainsFunc(c.set.Variants(in.Pattern), drawn):
			continue
		case slices.Contains(undescribed, in):
			state = StateUndescribed
		case slices.Contains(unrecorded, in):
			state = StateUnrecorded
		}
		out = append(out, PatternState{Pattern: in.Name(), Source: Source(in), State: state})
	}
	return out
}
