package reduce_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/reduce"
)

const opSH = 0x42 // of the toy

// TestOperands: fields of a word that are not decisive hold low registers, which differ, and zero; those that are stay, or what is
// decisive of them.
func TestOperands(t *testing.T) {
	for name, test := range map[string]struct {
		op    uint32
		wrong func(word, s, t uint32) bool
		want  string
	}{
		"all":                {opXOR, func(_, s, t uint32) bool { return true }, "XOR rd=1 rs=2 rt=3"},
		"values":             {opXOR, func(_, s, t uint32) bool { return s>>31 == 1 && t&2 != 0 }, "XOR rd=1 rs=2 rt=3"},
		"a register":         {opXOR, func(w, s, t uint32) bool { return w>>16&15 >= 6 }, "XOR rd=2 rs=6 rt=1"},
		"one register twice": {opXOR, func(w, s, t uint32) bool { return w>>16&15 == w>>12&15 && s != 0 }, "XOR rd=2 rs=1 rt=1"},
		"no number":          {opLW, func(_, s, t uint32) bool { return true }, "LW rt=1 rs=2 imm=0"},
		"a bit of a number":  {opLW, func(w, s, t uint32) bool { return w&0x40 != 0 }, "LW rt=1 rs=2 imm=64"},
		"a large number":     {opLW, func(w, s, t uint32) bool { return w&0xffff > 0x1234 }, "LW rt=1 rs=2 imm=8192"},
	} {
		for _, order := range []string{"little", "big"} {
			t.Run(name+order, func(t *testing.T) {
				wrong := &toyTarget{hook: func() toy.Hook {
					return func(st *toy.Step) {
						d, s, r := fields(st.Word)
						if opcode(st.Word, test.op) && d != 0 && test.wrong(st.Word, st.Before.R[s], st.Before.R[r]) {
							st.CPU.R[d] ^= 0x10
						}
					}
				}}
				o := usual
				o.EdgeShare, o.Seed = arch.DefaultEdgeShare, 9 // what is shown depends on what is found first
				out := reduced(t, toyImage(t, order, o), wrong)
				c := only(t, out, strings.Fields(test.want)[0])
				assert.Equal(t, test.want, c.Shown.Disassembly)
				require.Len(t, c.Found, 1)
				assert.NotEqual(t, test.want, c.Found[0])
				var text strings.Builder
				require.NoError(t, reduce.Text(&text, out, nil))
				assert.Contains(t, text.String(), ", found as "+c.Found[0]+", reduced to ")
			})
		}
	}
}

// TestOperandsOfMemory: a load of other registers finds its bytes where it reads now.
func TestOperandsOfMemory(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		wrong := wrongLoads()
		c := only(t, reduced(t, toyImage(t, order, usual), wrong), "LW")
		assert.Equal(t, "LW rt=1 rs=2 imm=0", c.Shown.Disassembly)
	}
}

// TestOperandsOfBranch: however far a branch goes, its registers are low ones.
func TestOperandsOfBranch(t *testing.T) {
	for seed := range uint64(4) {
		wrong := &toyTarget{branch: func(st *toy.Step) bool { return opcode(st.Word, opBEQ) }}
		o := usual
		o.Seed, o.Count, o.BlockLen, o.Select.Patterns = seed, 60, 4, []string{"BEQ", "ADD"}
		out := reduced(t, toyImage(t, "little", o), wrong)
		require.NotEmpty(t, out.Cases)
		c := out.Cases[0]
		require.Equal(t, []string{"BEQ"}, under(c))
		assert.Equal(t, []int{1, 2}, []int{operand(t, c, "rs"), operand(t, c, "rt")})
	}
}

// TestOperandsAreLegal: no word is tried that the description does not have, and no access at an address that it does not allow.
func TestOperandsAreLegal(t *testing.T) {
	illegal := 0
	wrong := &toyTarget{hook: func() toy.Hook {
		return func(st *toy.Step) {
			if opcode(st.Word, opSH) { // that writes memory; what else it does is wrong
				if st.CPU.V[3] ^= 1; (st.Before.R[st.Word>>16&15]+uint32(int32(int16(st.Word))))&1 != 0 {
					illegal++
				}
			}
			if v := st.Word >> 24; v >= 0x30 && v <= 0x32 && st.Word>>23&1+st.Word>>19&1+st.Word>>15&1 > 0 {
				illegal++
			}
		}
	}}
	o := usual
	o.MisalignedShare, o.Count, o.Select.Patterns = 0, 200, []string{"SH", "VADD", "XOR"}
	out := reduced(t, toyImage(t, "little", o), wrong)
	require.NotEmpty(t, out.Cases)
	assert.Zero(t, illegal)
}
