package constraints

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestRulesTellStates: whatever the condition, and if nothing but the operand can tell whether it holds.
func TestRulesTellStates(t *testing.T) {
	for _, cond := range []string{"", "if b == 4", "if b & 4", "if a + b > 9"} {
		in := mustLoad(t, abc+"#! operands { a: out gpr; hi, lo: out "+cond+"; }\n").Insns[0]
		for i, state := range []uint8{0, 1} {
			r := in.uses[1+i]
			assert.Equal(t, UseState, r.use.Kind, cond)
			assert.Equal(t, state, r.num, cond)
		}
		for v := range uint64(4096) {
			w := word(v>>8, v>>4&15, v&15)
			assert.Equal(t, usesOf(in, w), in.UsesOf(nil, w), "%s: %08x", cond, w)
		}
	}
}
