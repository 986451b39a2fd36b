package arm

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/oracle"
	"github.com/risugen/risugen/internal/risupeer"
	"github.com/risugen/risugen/risu/image"
)

// thumbImages is a machine whose images RISU's generator writes as Thumb's.
type thumbImages struct{ *a32Machine }

func (thumbImages) RISU() (arch.RISUMachine, error) { return nil, errors.New("not made") }

func (thumbImages) RISUForm() (arch.RISUForm, bool) { return t32RISUForm(), true }

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
		g := arch.Given{Word: uint64(halves[0]), Offset: uint64(len(data))}
		if len(halves) > 1 {
			g.Word = g.Word<<16 | uint64(halves[1])
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
	got, ok, err := image.Read(data, thumbImages{a32Of(t, "max")})
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, want, got)
}

// FuzzThumbImages reads arbitrary halfwords: no panic, and what is found stands there.
func FuzzThumbImages(f *testing.F) {
	m, err := New().Machine(arch.Config{CPU: "cortex-a7", ABI: "eabi"})
	require.NoError(f, err)
	data, _ := thumbImage()
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		words, ok, err := image.Read(data, thumbImages{m.(*a32Machine)})
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

// TestUpstreamThumbImagesAreRead: all instructions of an image of RISU's generator are found; those that can be drawn run on
// QEMU, and those that are none raise SIGILL.
func TestUpstreamThumbImagesAreRead(t *testing.T) {
	const insns = 20000 // so that the end stands right behind a load of registers
	path := risupeer.MakeImage(t, filepath.Join(risupeer.Tree(t), "thumb.risu"), insns)
	peer := risupeer.New(t, "arm")
	undefined := map[uint64]bool{}
	for _, c := range peer.Checkpoints(t, peer.Record(t, path)) {
		if c.Kind == "SIGILL" {
			undefined[c.PC] = true
		}
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	m := a32Of(t, "max")
	words, ok, err := image.Read(data, thumbImages{m})
	require.NoError(t, err)
	require.True(t, ok)
	require.Len(t, words, insns)
	of := func(names ...string) *oracle.Dialect {
		return &oracle.Dialect{FS: files, Files: names, Vocabulary: a32Names.all()}
	}
	half, whole := of("t16.decode").Set(t), of("t32.decode", "t32vfp.decode", "t32neon.decode").Set(t)
	drawn, none := 0, 0
	for _, w := range words {
		in := half.Decode(w.Word)
		if w.Word>>16 != 0 {
			in = whole.Decode(w.Word)
		}
		switch {
		case in == nil || in.Reserved(w.Word):
			none++
			assert.True(t, undefined[w.Offset], "%#x runs, and is no instruction (%s)", w.Word, in)
		case in.Legal(w.Word) && arch.Schedulable(in, m.Layout()):
			drawn++
			assert.False(t, undefined[w.Offset], "%#x raises SIGILL, and is %s", w.Word, in)
		default:
			t.Errorf("%#x of %s is not drawn", w.Word, in)
		}
	}
	t.Logf("%d words are drawn, %d are no instruction", drawn, none)
}
