package image_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/risu/image"
)

// RISU's words for A32.
const (
	armCompare = 0xe7fe5af0 + iota
	armEnd
	armSetMemory
	armGetMemory
	armCompareMemory
)

// armLoad is what loads registers, as RISU's generator writes it, in short; the data in it look like code.
func armLoad() []uint32 {
	return []uint32{
		0xe28f000c, 0xecb00b20, 0xecf00b20, 0xe8905fff, // ADD R0, PC, #12; VLDMIA, twice; LDMIA
		0xea000002, armCompare, armEnd, 0xe0810002, // B over the data
		0xe32cf000, armCompare, // MSR APSR_nzcvqg, #0
	}
}

// armStart is what an image of RISU's generator begins with: FPSCR, memory, registers.
func armStart() []uint32 {
	return slices.Concat([]uint32{
		0xe3000000, 0xe3400000, 0xeee10a10, // MOVW, MOVT, VMSR
		0xe28f0047, 0xe3c0003f, armSetMemory, 0xea000001, armCompareMemory, 0xe0810002,
	}, armLoad())
}

// armAccess is an instruction that accesses memory at [r5]; what follows it depends on whether it overwrites r5.
func armAccess(word uint32, overwrites bool) []uint32 {
	const zero = 0xe3000000 // MOVW R0, #0
	out := []uint32{0xe3000400, armGetMemory, 0xe1a05000, zero, word}
	if !overwrites {
		out = append(out, zero, armGetMemory, 0xe0455000, zero)
	}
	return append(out, armCompareMemory, armCompare)
}

func TestReadA32(t *testing.T) {
	const add, str, ldr, adr = 0xe0810002, 0xe5851000, 0xe5955000, 0xe28f0004
	words := slices.Concat(armStart(), []uint32{add, armCompare}, armAccess(str, false), armLoad(), armAccess(ldr, true),
		[]uint32{0xea000000, armCompare, adr, armCompare, armEnd})
	got, ok, err := image.Read(bytesOf(words...), machine(t, arch.Config{CPU: "cortex-a7", ABI: "eabi"}))
	require.NoError(t, err)
	require.True(t, ok)
	var found []uint64
	for _, g := range got {
		found = append(found, g.Word)
		assert.EqualValues(t, words[g.Offset/4], g.Word)
	}
	assert.Equal(t, []uint64{add, str, ldr, 0xea000000, adr}, found)
	for _, m := range []arch.Machine{
		machine(t, arch.Config{CPU: "cortex-a7", ABI: "eabi", Order: "big"}), machine(t, arch.Config{CPU: "max"}),
	} {
		_, ok, err := image.Read(bytesOf(words...), m)
		assert.NoError(t, err)
		assert.False(t, ok, "another machine's")
	}
}
