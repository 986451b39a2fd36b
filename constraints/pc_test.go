package constraints

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestWhoReadsPC: the program counter is no operand that is used, and what reads it is told word by word.
func TestWhoReadsPC(t *testing.T) {
	for blocks, want := range map[string][2]bool{ // of words whose a is 14 and 15, b 3 and c 1
		"operands { a: in gpr, 15 is none; }":                 {false, false},
		"operands { a: in gpr, 15 is pc; }":                   {false, true},
		"operands { a: in gpr, 15 is pc if b == 3; }":         {false, true},
		"operands { a: in gpr, 15 is pc if b == 2; }":         {false, false},
		"operands { b: in gpr; c, a: in gpr, 15 is pc; }":     {false, true},
		"operands { pc: in; }":                                {true, true},
		"operands { pc: in if a == 14; }":                     {true, false},
		"operands { list(b): in gpr; pc: in if b >> 1 & 1; }": {true, true},
	} {
		in := mustLoad(t, abc+"#! "+blocks+"\n").Insns[0]
		for i, a := range []int64{14, 15} {
			args := []int64{a, 3, 1}
			w := word(14, 3, 1) + uint64(i)<<20
			assert.Equal(t, want[i], in.ReadsPC(w, args), "%s %d", blocks, a)
			for _, u := range in.Uses(nil, w, args) {
				assert.False(t, u.Kind == UseRegister && u.Num == 15, blocks)
				assert.NotEqual(t, UseState, u.Kind, blocks)
			}
		}
	}
	for blocks, want := range map[string]string{
		"operands { a: out gpr, 15 is pc; }":   "pc can only be read",
		"operands { pc: inout; }":              "pc can only be read",
		"operands { a: in gpr, 15 is pc(1); }": "expected zero, none, pc, a state or class(number)",
	} {
		_, err := load(t, abc+"#! "+blocks+"\n")
		assert.ErrorContains(t, err, want, blocks)
	}
}
