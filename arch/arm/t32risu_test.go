package arm

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/risu/image"
)

// thumbImage is an image in short, and what is under test in it.
func thumbImage() (data []byte, want []arch.Given) {
	put16 := func(halves ...uint16) {
		for _, h := range halves {
			data = binary.LittleEndian.AppendUint16(data, h)
		}
	}
	put32 := func(words ...uint32) {
		for _, w := range words {
			data = binary.LittleEndian.AppendUint32(data, w)
		}
	}
	load := func() { // LDMIA, B over data, MSR; then to Thumb
		put32(0xe28f0004, 0xe8905fff, 0xea000000, 0xe7fe5af0, 0xe32cf000, 0xe7fe5af0, 0xe28f0001, 0xe12fff10)
		put16(0x4040)
	}
	test := func(halves ...uint16) {
		g := arch.Given{Word: uint64(halves[0]), Size: 2, Offset: uint64(len(data))}
		if len(halves) > 1 {
			g.Word, g.Size = g.Word<<16|uint64(halves[1]), 4
		}
		want = append(want, g)
		put16(halves...)
	}
	put32(0xe28f0047, 0xe3c0003f, 0xe7fe5af2, 0xea000000, 0xe7fe5af1) // memory
	load()
	test(0x4008) // ANDS R0, R1
	put16(0xdee0)
	test(0xfbb1, 0xf0f2) // UDIV R0, R1, R2
	put16(0xdee0)
	put16(0xf240, 0x1000, 0xdee3, 0xea4f, 0x0500, 0xf240, 0x0000)
	test(0x6829) // LDR R1, [R5]
	put16(0xf240, 0x0000, 0xdee3, 0xeba5, 0x0500, 0xf240, 0x0000, 0xdee4, 0xdee0)
	put16(0xbf00, 0x4778, 0xbf00)
	load()
	test(0x1888) // ADDS R0, R1, R2
	put16(0xdee0, 0xdee1)
	return data, want
}

// TestThumbImagesAreRead: words of both sizes are found where they stand.
func TestThumbImagesAreRead(t *testing.T) {
	data, want := thumbImage()
	got, ok, err := image.Read(data, thumbOf(t, "max"))
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, want, got)
}

// FuzzThumbImages reads arbitrary halfwords: no panic, and what is found stands there.
func FuzzThumbImages(f *testing.F) {
	m := thumbOf(f, "cortex-a7")
	data, _ := thumbImage()
	f.Add(data)
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
			got := uint64(binary.LittleEndian.Uint16(data[last:]))
			if w.Word>>16 != 0 {
				got = got<<16 | uint64(binary.LittleEndian.Uint16(data[last+2:]))
			}
			require.Equal(t, w.Word, got)
		}
	})
}

func thumbOf(t testing.TB, cpu string) *a32Machine {
	m, err := New().Machine(arch.Config{CPU: cpu, ABI: "thumb"})
	require.NoError(t, err)
	return m.(*a32Machine)
}
