package constraints

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRetarget(t *testing.T) {
	set := mustLoad(t, `
J   00000001 index:24           #! branch { absolute; offset(index << 2); }
B   00000010 rs:8 off:s16       #! operands { rs: in gpr; } branch { offset(4 + (off << 2)); }
JR  00000011 rs:8 00000000 ---- ---- #! operands { rs: in gpr; } branch { register(rs); }
JX  00000100 rs:8 off:s16       #! operands { rs: in gpr; } branch { register(rs, off << 1); }
`)
	j, b, jr, jx := set.ByName("J")[0], set.ByName("B")[0], set.ByName("JR")[0], set.ByName("JX")[0]
	for _, c := range []struct {
		in           *Insn
		word, offset int64
		want         uint64
		ok           bool
	}{
		{j, 0x01ffffff, 0x500020, 0x01140008, true},
		{j, 0x01ffffff, 0x500021, 0, false}, // no multiple of 4
		{j, 0x01ffffff, 1 << 30, 0, false},  // too far
		{b, 0x02070000, -12, 0x0207fffc, true},
		{b, 0x02070000, 1 << 20, 0, false},
		{jr, 0x03070000, 0, 0, false},
		{jx, 0x04070000, -2, 0x0407ffff, true},
	} {
		w, ok := c.in.Retarget(uint64(c.word), c.offset)
		assert.Equal(t, c.ok, ok, "%s %#x", c.in.Name(), c.offset)
		if c.ok && assert.Equal(t, c.want, w, c.in.Name()) {
			assert.Equal(t, c.offset, c.in.BranchOffset(w, c.in.Pattern.Extract(w, nil)))
		}
	}
	assert.False(t, j.Conditional())
	assert.True(t, b.Conditional())
	assert.False(t, jr.Conditional(), "its target is all that it reads")
	assert.True(t, jr.Branch.Absolute)
	assert.Equal(t, 0, jx.Branch.Target)
	_, ok := jx.Draw(newRand(), []uint64{1 << 5}, 12)
	require.True(t, ok, "the displacement is no matter: the register makes up for it")
}
