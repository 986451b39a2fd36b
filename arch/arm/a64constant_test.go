package arm

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

func a64Of(t *testing.T, cpu string) *a64Machine {
	t.Helper()
	m, err := New().Machine(arch.Config{CPU: cpu})
	require.NoError(t, err)
	return m.(*a64Machine)
}

// decodeBitMask is what the manual's DecodeBitMasks makes of an immediate of 64 bits.
func decodeBitMask(b bitmask) uint64 {
	length := bits.Len64(uint64(b.n<<6|^b.imms&63)) - 1
	size := 1 << length
	ones, right := int(b.imms)&(size-1)+1, int(b.immr)&(size-1)
	element := uint64(1)<<ones - 1
	element = (element>>right | element<<(size-right)) & (^uint64(0) >> (64 - size))
	v := uint64(0)
	for at := 0; at < 64; at += size {
		v |= element << at
	}
	return v
}

// TestBitmaskImmediates: every value that has the form is encoded, and no other.
func TestBitmaskImmediates(t *testing.T) {
	all := map[uint64]bool{}
	for size := 2; size <= 64; size *= 2 {
		for ones := 1; ones < size; ones++ {
			for right := range size {
				run := uint64(1)<<ones - 1
				element := (run>>right | run<<(size-right)) & (^uint64(0) >> (64 - size))
				v := uint64(0)
				for at := 0; at < 64; at += size {
					v |= element << at
				}
				all[v] = true
			}
		}
	}
	require.Len(t, all, 5334)
	for v := range all {
		b, ok := bitmaskOf(v)
		require.True(t, ok, "%#x", v)
		require.Equal(t, v, decodeBitMask(b), "%+v", b)
	}
	for _, v := range []uint64{0, ^uint64(0), 5, 0x1234, 0xff00ff00ff00ff01} {
		_, ok := bitmaskOf(v)
		assert.Equal(t, all[v], ok, "%#x", v)
	}
}

// runConstants runs the instructions that constants are made of, on registers of which 31 is the stack pointer.
func runConstants(t *testing.T, g *a64Glue, regs *[32]uint64, uses []use) {
	t.Helper()
	for _, u := range uses {
		_, err := u.Word()
		require.NoError(t, err)
		a := u.Args()
		switch u.Op {
		case &g.movz:
			regs[a[3]] = uint64(a[2]) << (16 * a[1])
		case &g.movn:
			regs[a[3]] = ^(uint64(a[2]) << (16 * a[1]))
		case &g.movk:
			regs[a[3]] = regs[a[3]]&^(0xffff<<(16*a[1])) | uint64(a[2])<<(16*a[1])
		case &g.orrImm:
			require.EqualValues(t, zr, a[4])
			regs[a[5]] = decodeBitMask(bitmask{a[1], a[2], a[3]})
		case &g.andImm:
			require.EqualValues(t, zr, a[4])
			regs[a[5]] = 0
		case &g.addImm:
			regs[a[4]] = regs[a[3]] + uint64(a[2])<<(12*a[1])
		case &g.subImm:
			regs[a[4]] = regs[a[3]] - uint64(a[2])<<(12*a[1])
		case &g.addExt:
			regs[a[5]] = regs[a[4]] + regs[a[1]]
		case &g.subExt:
			regs[a[5]] = regs[a[4]] - regs[a[1]]
		default:
			t.Fatal("an instruction that constants are not made of")
		}
	}
}

// TestConstants: glue puts any number into any register, the stack pointer too, and leaves the others alone.
func TestConstants(t *testing.T) {
	g := a64Of(t, "max").Glue().(*a64Glue)
	rng := rand.New(rand.NewPCG(1, 2))
	values := []uint64{0, 1, 4095, 4096, 1<<24 - 1, 1 << 23, 1<<32 - 1, ^uint64(0), 1 << 63, a64MemAddr, a64MemAddr - 32768, a64BlockAddr, 0xffff_ffff_8000_0000}
	for range 2000 {
		values = append(values, rng.Uint64(), uint64(int64(int32(rng.Uint32()))), a64MemAddr+rng.Uint64N(1<<17)-1<<16, uint64(rng.IntN(1<<16))<<(16*rng.IntN(4)))
	}
	for _, v := range values {
		for _, reg := range []int{0, 7, 30, a64SP} {
			var regs [32]uint64
			for i := range regs {
				regs[i] = rng.Uint64()
			}
			want := regs
			want[reg] = v
			uses := g.constant(nil, int64(reg), v)
			if reg == a64SP {
				uses = g.setStack(nil, v)
			}
			runConstants(t, g, &regs, uses)
			require.Equal(t, want, regs, "register %d = %#x", reg, v)
		}
	}
	words, err := g.SetReg(nil, a64SP, a64MemAddr+64)
	require.NoError(t, err)
	assert.Len(t, words, 2, "addresses of memory take few words")
}

// TestConstantsOfOneLength: what is loaded into a register to branch to must not depend on where exactly that is.
func TestConstantsOfOneLength(t *testing.T) {
	g := a64Of(t, "max").Glue()
	for _, v := range []uint64{a64BlockAddr, 0x51_0000, 0x51_0004, a64CodeEnd - 4} {
		words, err := g.SetReg(nil, 3, v)
		require.NoError(t, err)
		assert.Len(t, words, 2, "%#x", v)
	}
}
