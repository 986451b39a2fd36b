package runtime

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// PatternState is how far a pattern of the image came.
type PatternState struct {
	Pattern string `json:"pattern"` // its name
	Source  string `json:"source"`  // file:line of the pattern
	State   string `json:"state"`   // how far it came

	// What follows is there if Options.Hits asks for it. A pattern behind a prefix is the same as elsewhere.
	Executions int64            `json:"executions,omitempty"` // instructions of it that ran and were compared
	Faults     map[string]int64 `json:"faults,omitempty"`     // of these, by signal, undeclared ones too
	Fields     []FieldState     `json:"fields,omitempty"`     // arguments of at most 64 values
	Alignments []FieldState     `json:"alignments,omitempty"` // where it accesses memory: AddressField, MisalignedField
	Branches   []FieldState     `json:"branches,omitempty"`   // of a branch: BackField, WaysField
}

// Values of PatternState.State. Of a pattern without a result that is recorded it is enough to run, or to raise a
// fault that it declares.
const (
	StateCovered   = "covered"      // an instruction of it ran to its end and was seen to change what it writes
	StateCompleted = "completed"    // one ran to its end, and none was seen to change anything
	StateFaulted   = "faulted only" // none ran to its end
	StateNever     = "never ran"    // each stood behind a fault, in every round, or where a run that ended early did not come to

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

// statesByWorth are the states of a pattern that was drawn; an earlier one says more of it.
var statesByWorth = []string{StateCovered, StateCompleted, StateFaulted, StateNever}

// states lists the patterns drawn, in the order of their descriptions. One that was drawn behind a prefix, too, came as far
// as the better of the two.
func (c *coverage) states() []PatternState {
	var out []PatternState
	for _, in := range c.set.Patterns() {
		best := len(statesByWorth)
		for _, v := range c.set.Variants(in.Pattern) {
			if ps := &c.patterns[v.Index]; ps.drawn {
				best = min(best, slices.Index(statesByWorth, ps.state()))
			}
		}
		if best < len(statesByWorth) {
			st := PatternState{Pattern: in.Name(), Source: Source(in), State: statesByWorth[best]}
			c.hits.describe(&st, c.set.Variants(in.Pattern), func(v *constraints.Insn) *patternStats { return &c.patterns[v.Index] })
			out = append(out, st)
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
			st := PatternState{Pattern: c.set.Insns[i].Name(), Source: Source(c.set.Insns[i]), State: state}
			if c.hits != nil {
				st.Executions, st.Faults = c.hits.hits[i].reserved, c.hits.hits[i].refused
			}
			out = append(out, st)
		}
	}
	return out
}

// Source is the file, without its folder, and the line of an instruction's pattern.
func Source(in *constraints.Insn) string {
	return fmt.Sprintf("%s:%d", filepath.Base(in.Pattern.Pos.File), in.Pattern.Pos.Line)
}
