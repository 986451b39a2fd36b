package reduce_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/reduce"
	"github.com/risugen/risugen/runtime"
)

// TestKnownBits: a difference beyond the bits that a list of known differences allows is not reduced to one within them, which
// the same instruction shows with simpler values.
func TestKnownBits(t *testing.T) {
	known, err := runtime.ParseKnown("known.yaml", []byte(`
- id: lowest-bit
  cpus: [toy]
  patterns: [XOR]
  kinds: [result]
  bits: 0x1
  text: the lowest bit is wrong
`))
	require.NoError(t, err)
	wrong := &toyTarget{hook: func() toy.Hook {
		return func(st *toy.Step) {
			d, s, r := fields(st.Word)
			if !opcode(st.Word, opXOR) || d == 0 {
				return
			}
			st.CPU.R[d] ^= 1
			if st.Before.R[s]>>31 == 1 && st.Before.R[r] != 0 && s != r {
				st.CPU.R[d] ^= 0x10
			}
		}
	}}
	for _, list := range [][]*runtime.Known{nil, known} {
		out, err := reduce.Run(context.Background(), toyImage(t, "little", usual), reduce.Options{
			Targets: [2]runtime.Target{&toyTarget{}, wrong}, Tool: "test", Stall: time.Minute, Known: list,
		})
		require.NoError(t, err)
		c := only(t, out, "XOR")
		rs, rt := operand(t, c, "rs"), operand(t, c, "rt")
		want := []uint64{0, 0}
		if list != nil {
			want = []uint64{1 << 31, 1}
			assert.Less(t, c.Count, out.First.Mismatches, "the entry of the report that nobody knows")
		}
		assert.Equal(t, want, []uint64{registers(c, 0)[rs], registers(c, 0)[rt]})
	}
}
