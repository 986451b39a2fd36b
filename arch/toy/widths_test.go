package toy

import (
	"encoding/binary"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// narrow is an instruction of 16 bits.
const narrow = `
&two    rd rs  #! operands { rd: inout r; rs: in r; } asm { "{name} r{rd}, r{rs}"; } groups { int; }
NADD    10000000 rd:4 rs:4  &two
`

// mixed is a machine of such instructions and the usual ones.
func mixed(t *testing.T) (arch.Machine, func(arch.Config) (arch.Machine, error)) {
	t.Helper()
	wide, err := files.ReadFile("toy.decode")
	require.NoError(t, err)
	machine := func(c arch.Config) (arch.Machine, error) { return Arch{}.Machine(c) }
	m, err := machine(arch.Config{Order: "little", Sources: []arch.Source{
		{Name: "narrow.decode", Kind: arch.DecodeSource, Text: []byte(narrow)},
		{Name: "wide.decode", Kind: arch.DecodeSource, Text: wide},
	}})
	require.NoError(t, err)
	return m, machine
}

// TestWordsOfTwoSizes draws words of 16 and of 32 bits into the same blocks, stores the program, and reads it again.
func TestWordsOfTwoSizes(t *testing.T) {
	m, machine := mixed(t)
	_, told := arch.WordSizesOf(m)
	assert.False(t, told)
	p, err := arch.Generate(m, arch.Options{
		Seed: 3, Count: 2000, BlockLen: 12, Rounds: 2, Select: arch.Selection{Patterns: []string{"NADD", "ADD", "LW", "SW"}},
	})
	require.NoError(t, err)
	memory, mixed, sizes := map[uint64][]byte{}, 0, map[uint8]int{}
	for b := range p.Blocks {
		inBlock, addr := map[uint8]int{}, p.Blocks[b].Addr
		for _, it := range p.Blocks[b].Items {
			if it.Kind.UnderTest() {
				in := m.Set().Insns[it.Insn]
				require.Same(t, in, m.Set().Decode(it.Word))
				require.EqualValues(t, in.Pattern.Width/8, it.Size)
				inBlock[it.Size]++
				sizes[it.Size]++
			}
			memory[addr] = arch.AppendWord(nil, arch.Word{Bits: it.Word, Size: it.Size}, m.Layout().Words())
			addr += uint64(it.Size)
		}
		if len(inBlock) == 2 {
			mixed++
		}
	}
	assert.Greater(t, mixed, len(p.Blocks)*3/4)
	assert.InDelta(t, 500, sizes[2], 100)

	p.PoolAddr = 1 << 40 // which Emit would choose
	table, err := p.MarshalTable()
	require.NoError(t, err)
	q, err := arch.UnmarshalTable(table, func(addr uint64, n int) ([]byte, bool) {
		if addr == p.PoolAddr {
			return p.Pool, true
		}
		return memory[addr], len(memory[addr]) == n
	}, machine)
	require.NoError(t, err)
	assert.True(t, reflect.DeepEqual(p.Blocks, q.Blocks))
}

// TestGivenWordsOfTwoSizes: what words are of is told by their bits and sizes.
func TestGivenWordsOfTwoSizes(t *testing.T) {
	m, _ := mixed(t)
	words := []arch.Given{
		{Word: 0x8012, Size: 2}, {Word: 0x01123000, Size: 4, Offset: 2}, {Word: 0x8034, Size: 2, Offset: 6}, {Word: 0x8012, Size: 4, Offset: 8},
	}
	p, refused := given(t, m, words)
	assert.Equal(t, []uint64{0x8012, 0x01123000, 0x8034}, tests(p))
	require.Len(t, refused.First, 1)
	assert.EqualValues(t, 8, refused.First[0].Offset)
}

// TestWordSizes: a word's first unit tells its size, and one that is cut off is no word.
func TestWordSizes(t *testing.T) {
	s := arch.WordSizes{Unit: 2, Of: func(first uint64) int { return 2 + 2*int(first>>15) }}
	for _, c := range []struct {
		code string
		want arch.Word
		ok   bool
	}{
		{"\x34\x12\x00", arch.Word{Bits: 0x1234, Size: 2}, true},
		{"\x34\x82\x78\x56", arch.Word{Bits: 0x82345678, Size: 4}, true},
		{"\x34\x82\x78", arch.Word{Size: 4}, false},
		{"\x34", arch.Word{Size: 2}, false},
		{"", arch.Word{Size: 2}, false},
	} {
		w, ok := s.Next([]byte(c.code), arch.Halves(binary.LittleEndian))
		assert.Equal(t, c.want, w, "%q", c.code)
		assert.Equal(t, c.ok, ok, "%q", c.code)
	}
	all, told := arch.WordSizesOf(machineFor(t, "big"))
	assert.True(t, told)
	assert.Equal(t, arch.WordSizes{Unit: 4}, all)
}

// TestHalves: the upper half of a word stands first.
func TestHalves(t *testing.T) {
	o := arch.Halves(binary.LittleEndian)
	b := arch.AppendWord(arch.AppendWord(nil, arch.Word{Bits: 0xbf00, Size: 2}, o), arch.Word{Bits: 0xf3af8014, Size: 4}, o)
	assert.Equal(t, []byte{0x00, 0xbf, 0xaf, 0xf3, 0x14, 0x80}, b)
	assert.EqualValues(t, 0xbf00, arch.GetWord(b[:2], o))
	assert.EqualValues(t, uint64(0xf3af8014), arch.GetWord(b[2:], o))
	assert.Equal(t, "little", arch.OrderName(o))
	o.PutUint32(b, 0x12345678)
	assert.Equal(t, []byte{0x34, 0x12, 0x78, 0x56}, b[:4])
}
