package image_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/risu/image"
)

func bytesOf(words ...uint32) []byte {
	var out []byte
	for _, w := range words {
		out = binary.LittleEndian.AppendUint32(out, w)
	}
	return out
}

const (
	clearFlags = 0xd51b421f // MSR NZCV, XZR
	barrier    = 0xd5033f9f // DSB SY
	zero       = 0x52800000 // MOV W0, #0
	add        = 0x8b020020 // ADD X0, X1, X2
)

// load is what loads registers, as RISU's generator writes it, in short; the data in it look like code.
func load() []uint32 {
	return []uint32{clearFlags, 0x10000080, 0x927cec00, 0x14000004, add, opCompare, opEnd, 0xacc10400, 0x52800001, opCompare}
}

// start is what an image of RISU's generator begins with.
func start() []uint32 {
	return slices.Concat([]uint32{zero, 0xd51b4420, 0x70000260, 0x927ae400, opSetMemory, 0x14000003, opEnd, add}, load())
}

// access is an instruction that accesses memory at [x5]; what follows it depends on whether it overwrites x5.
func access(word uint32, overwrites bool) []uint32 {
	out := []uint32{0x52808000, opGetMemory, 0x91000005, zero, barrier, word, barrier}
	if !overwrites {
		out = append(out, zero, opGetMemory, 0xcb0000a5, zero)
	}
	return append(out, opCompareMemory, opCompare)
}

func TestRead(t *testing.T) {
	const str, ldr = 0xf90000a1, 0xf94000a5 // STR X1, [X5]; LDR X5, [X5]
	words := slices.Concat(start(), []uint32{add, opCompare}, access(str, false), load(), access(ldr, true),
		[]uint32{0x14000002, opCompare, clearFlags, opCompare, opEnd})
	m := machine(t, arch.Config{CPU: "max"})
	got, ok, err := image.Read(bytesOf(words...), m)
	require.NoError(t, err)
	require.True(t, ok)
	var found []uint64
	for _, g := range got {
		found = append(found, g.Word)
		assert.EqualValues(t, words[g.Offset/4], g.Word)
	}
	assert.Equal(t, []uint64{add, str, ldr, 0x14000002, clearFlags}, found)
}

func TestOtherFilesAreNoImages(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		m := machine(t, arch.Config{CPU: "max", Order: order})
		for _, data := range [][]byte{nil, {1}, bytesOf(add, opEnd)[:7], bytesOf(add)} {
			_, ok, err := image.Read(data, m)
			assert.NoError(t, err)
			assert.False(t, ok)
		}
	}
	_, ok, err := image.Read(bytesOf(add, opEnd), machine(t, arch.Config{CPU: "max", Order: "big"}))
	assert.NoError(t, err)
	assert.False(t, ok, "RISU has no such images")
}

func TestReadErrors(t *testing.T) {
	m := machine(t, arch.Config{CPU: "max"})
	const prefix = "it ends like a RISU image, but is none that RISU's own generator made: "
	for _, c := range []struct {
		words []uint32
		want  string
	}{
		{[]uint32{opEnd}, "the RISU image holds no instruction under test"},
		{slices.Concat(start(), []uint32{opEnd}), "the RISU image holds no instruction under test"},
		{[]uint32{add, opEnd}, "+0x4: " + prefix + "the end does not stand behind a comparison, at the end"},
		{[]uint32{opEnd, add, opCompare, opEnd}, "+0x0: " + prefix + "the end does not stand behind a comparison, at the end"},
		{[]uint32{add, add, opCompare, opEnd}, "+0x8: " + prefix + "before the comparison stands neither one instruction nor an access nor what loads registers"},
		{[]uint32{opCompare, opEnd}, "+0x0: " + prefix + "before the comparison stands neither one instruction nor an access nor what loads registers"},
		{[]uint32{add, 0x14000008, opCompare, opEnd}, "+0x4: " + prefix + "a jump leaves the image"},
		{[]uint32{add, 0x17ffffff, opCompare, opEnd}, "+0x4: " + prefix + "a jump leaves the image"},
		{[]uint32{add, opGetMemory, opCompareMemory, opCompare, opEnd}, "+0xc: " + prefix + "before the comparison stands no access as RISU's generator writes them"},
		{[]uint32{opCompareMemory, opCompare, opEnd}, "+0x4: " + prefix + "before the comparison stands no access as RISU's generator writes them"},
		{[]uint32{opGetMemory, opCompare, opEnd}, "+0x4: " + prefix + "before the comparison stands neither one instruction nor an access nor what loads registers"},
	} {
		_, ok, err := image.Read(bytesOf(c.words...), m)
		assert.True(t, ok)
		assert.EqualError(t, err, c.want)
	}
	p := program(t, m, arch.Options{Seed: 1, Count: 100})
	_, ok, err := image.Read(write(t, p), m)
	assert.True(t, ok)
	assert.ErrorContains(t, err, prefix, "our own images are no input")
}

// FuzzRead reads arbitrary words: no panic, and what is found stands there.
func FuzzRead(f *testing.F) {
	m := machine(f, arch.Config{CPU: "cortex-a53"})
	f.Add(bytesOf(slices.Concat(start(), []uint32{add, opCompare, opEnd})...))
	f.Add(bytesOf(slices.Concat(start(), access(0xf90000a1, false), []uint32{opEnd})...))
	f.Add(bytesOf(slices.Concat(load(), access(0xf94000a5, true), []uint32{opEnd})...))
	f.Fuzz(func(t *testing.T, data []byte) {
		words, ok, err := image.Read(data, m)
		if !ok || err != nil {
			require.Empty(t, words)
			return
		}
		require.NotEmpty(t, words)
		last := -1
		for _, w := range words {
			require.Greater(t, int(w.Offset), last)
			last = int(w.Offset)
			require.EqualValues(t, binary.LittleEndian.Uint32(data[last:]), w.Word)
		}
	})
}
