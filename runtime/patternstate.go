package runtime

import (
	"fmt"
	"path/filepath"

	"github.com/risugen/risugen/constraints"
)

// PatternState is how far a pattern of the image came.
type PatternState struct {
	Pattern string `json:"pattern"`
	Source  string `json:"source"` // file:line of the pattern
	State   string `json:"state"`
}

// Values of PatternState.State. Of a pattern without a result that is recorded it is enough to run, or to raise a
// fault that it declares.
const (
	StateCovered   = "covered"      // an instruction of it ran to its end and was seen to change what it writes
	StateCompleted = "completed"    // one ran to its end, and none was seen to change anything
	StateFaulted   = "faulted only" // none ran to its end
	StateNever     = "never ran"    // each stood behind a fault, in every round

	// Of a pattern that reserved words were drawn from:
	StateRefused = "refused" // one raised a fault
	StateRan     = "ran"     // none did
)

// state is how far a pattern that was drawn came.
func (ps *patternStats) state() string {
	switch {
	case ps.covered || !ps.hasResult && (ps.completed || ps.trapped):
		return StateCovered
	case ps.completed:
		return StateCompleted
	case ps.trapped || ps.faulted:
		return StateFaulted
	}
	return StateNever
}

// states lists the patterns drawn, in the order of their descriptions.
func (c *coverage) states() []PatternState {
	var out []PatternState
	for i := range c.patterns {
		if ps := &c.patterns[i]; ps.drawn {
			in := c.set.Insns[i]
			out = append(out, PatternState{in.Name(), source(in), ps.state()})
		}
	}
	return out
}

// refusals lists the patterns that reserved words were drawn from, in the order of their descriptions.
func (c *coverage) refusals() []PatternState {
	var out []PatternState
	for i := range c.patterns {
		if ps := &c.patterns[i]; ps.reserved {
			state := StateRan
			if ps.refused {
				state = StateRefused
			}
			out = append(out, PatternState{c.set.Insns[i].Name(), source(c.set.Insns[i]), state})
		}
	}
	return out
}

// source is the file, without its folder, and the line of an instruction's pattern.
func source(in *constraints.Insn) string {
	return fmt.Sprintf("%s:%d", filepath.Base(in.Pattern.Pos.File), in.Pattern.Pos.Line)
}
