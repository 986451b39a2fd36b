package runtime

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestUndrawn: a pattern of the CPU is in the image or in the list of those that are not, and the word of an instruction is
// said to be of its fields' bits.
func TestUndrawn(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 1, Count: 40, BlockLen: 4, Rounds: 2, Select: arch.Selection{Patterns: []string{"ADD", "XOR"}}})
	s := toyStream(t, img, nil)
	r, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	assert.Len(t, r.PatternList, 2)
	assert.Len(t, r.UndrawnList, r.Known-2)
	for _, p := range r.UndrawnList {
		assert.NotContains(t, []string{"ADD", "XOR"}, p.Pattern)
		assert.Equal(t, StateUndrawn, p.State)
		assert.NotEmpty(t, p.Source)
	}
}

// TestWordOfMismatch: the fields of a word are where the report says that they are.
func TestWordOfMismatch(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 1, Count: 40, BlockLen: 4, Rounds: 2, Select: arch.Selection{Patterns: []string{"ADD"}}})
	right := toyStream(t, img, nil)
	wrong := append([]byte{}, right...)
	for b := range img.Program.Blocks {
		at, h := recordAt(t, img, wrong, b, 0)
		h.Kind, h.Signal, h.PC = arch.RecordFault, 11, img.Program.Blocks[b].Addr
		h.Put(wrong[at:], img.Program.Machine.Layout().Order)
	}
	r, err := runBytes(t, img, right, wrong)
	require.NoError(t, err)
	require.NotEmpty(t, r.MismatchList)
	m := r.MismatchList[0]
	assert.Equal(t, 32, m.Width)
	require.NotEmpty(t, m.Arguments)
	var all Hex
	for _, a := range m.Arguments {
		assert.Zero(t, all&a.Mask, "fields are apart")
		all |= a.Mask
		if a.Mask != 0 {
			assert.Equal(t, a.Value, int64(m.Word&a.Mask)/int64(a.Mask&-a.Mask), a.Name)
		}
	}
	assert.NotZero(t, all)
	assert.Contains(t, m.Text(), m.Disassembly)
}

func TestHex(t *testing.T) {
	for text, want := range map[string]Hex{`"0x1f"`: 0x1f, `"0xffffffffffffffff"`: ^Hex(0), `"0x0"`: 0} {
		var h Hex
		require.NoError(t, json.Unmarshal([]byte(text), &h), text)
		assert.Equal(t, want, h)
		out, err := json.Marshal(h)
		require.NoError(t, err)
		assert.Equal(t, text, string(out))
	}
	for _, text := range []string{`""`, `"12"`, `"0x"`, `"0xg"`, `"0x1 "`, `"0x1ffffffffffffffff"`, `"0x-1"`, `"0x+1"`, `"0x1_0"`} {
		var h Hex
		assert.Error(t, json.Unmarshal([]byte(text), &h), text)
	}
}
