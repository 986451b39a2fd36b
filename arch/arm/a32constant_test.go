package arm

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

func a32Of(t *testing.T, cpu string) *a32Machine {
	m, err := New().Machine(arch.Config{CPU: cpu, ABI: "eabi"})
	require.NoError(t, err)
	return m.(*a32Machine)
}

// runA32Constants executes what numbers are made of, after their words: the manual says how immediates are rotated.
func runA32Constants(t *testing.T, words []arch.Word) (reg int, value uint32) {
	for _, word := range words {
		w := uint32(word.Bits)
		require.EqualValues(t, 0xe, w>>28)
		n := bits.RotateLeft32(w&0xff, -2*int(w>>8&15))
		reg = int(w >> 12 & 15)
		if op := w >> 20 & 0xff; op != 0x3a && op != 0x3e && op != 0x30 && op != 0x34 {
			require.EqualValues(t, reg, w>>16&15, "%08x", w)
		}
		switch w >> 20 & 0xff {
		case 0x3a: // MOV
			value = n
		case 0x3e: // MVN
			value = ^n
		case 0x38: // ORR
			value |= n
		case 0x3c: // BIC
			value &^= n
		case 0x30: // MOVW
			value = w>>4&0xf000 | w&0xfff
		case 0x34: // MOVT
			value = value&0xffff | (w>>4&0xf000|w&0xfff)<<16
		default:
			t.Fatalf("%08x is an instruction that constants are not made of", w)
		}
	}
	return reg, value
}

// TestA32Constants: glue puts any number into any register, on CPUs with MOVW and without.
func TestA32Constants(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	values := []uint32{0, 1, 255, 256, 0x101, 1<<32 - 1, 1 << 31, 0xf000_000f, 0xffff_ff00, a32MemAddr, a32MemAddr + 0x3fc, a32BlockAddr}
	for range 2000 {
		values = append(values, rng.Uint32(), bits.RotateLeft32(rng.Uint32N(1<<10), rng.IntN(32)), a32MemAddr+rng.Uint32N(1<<17)-1<<16)
	}
	for _, cpu := range []string{"arm926", "max"} {
		g := a32Of(t, cpu).Glue()
		for _, want := range values {
			for _, r := range []int{0, 7, a32SP, a32LR} {
				words, err := g.SetReg(nil, r, uint64(want))
				require.NoError(t, err)
				reg, value := runA32Constants(t, words)
				require.Equal(t, r, reg)
				require.Equal(t, want, value)
			}
		}
		words, err := g.SetReg(nil, 3, a32MemAddr+64)
		require.NoError(t, err)
		assert.Len(t, words, 2, "addresses of memory take few words")
	}
}

// TestA32ConstantsOfOneLength: what is loaded into a register to branch to must not depend on where exactly that is.
func TestA32ConstantsOfOneLength(t *testing.T) {
	for cpu, want := range map[string]int{"arm1176": 4, "cortex-a8": 2} {
		for _, v := range []uint64{a32BlockAddr, 0x51_0000, 0x51_0004, a32CodeEnd - 4} {
			words, err := a32Of(t, cpu).Glue().SetReg(nil, 3, v)
			require.NoError(t, err)
			assert.Len(t, words, want, "%s %#x", cpu, v)
		}
	}
}
