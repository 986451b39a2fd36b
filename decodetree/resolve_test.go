package decodetree

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// resolveOnly runs the first two phases.
func resolveOnly(t *testing.T, text string, opt Options) *Spec {
	t.Helper()
	errs := new(faults)
	spec := resolve(parse("t", []byte(text), errs), opt, errs)
	require.NoError(t, errs.err())
	return spec
}

func TestResolveLaysOutBits(t *testing.T) {
	s := resolveOnly(t, "@f 1010 .... ---- a:s4\np .... 0011 .... .... @f\n", Options{InsnWidth: 16})
	f, p := s.Formats[0], s.Patterns[0]
	assert.Equal(t, []uint64{0xa000, 0xf000, 0x00f0}, []uint64{f.FixedBits, f.FixedMask, f.UndefMask})
	assert.Equal(t, []uint64{0xa300, 0xff00, 0x00f0}, []uint64{p.FixedBits, p.FixedMask, p.UndefMask})
	assert.Equal(t, []Part{{Pos: 0, Len: 4, Signed: true}}, p.Args[0].Field.Parts)
	assert.Same(t, f, p.Format)
	assert.Equal(t, 16, p.Width)
}

func TestResolveAlignsShortWordsLeft(t *testing.T) {
	s := resolveOnly(t, "p 0001 a:4\n", Options{InsnWidth: 32, VarInsnWidth: true})
	p := s.Patterns[0]
	assert.Equal(t, []uint64{0x10000000, 0xf0000000, 0x00ffffff}, []uint64{p.FixedBits, p.FixedMask, p.UndefMask})
	assert.Equal(t, 8, p.Width)
	assert.Equal(t, Part{Pos: 24, Len: 4}, p.Args[0].Field.Parts[0])
}

// A set is inferred from names alone, whatever their order, if all its members
// are plain ints; a format written in the file is never inferred.
func TestResolveInfers(t *testing.T) {
	s := resolveOnly(t, "&typed a b:t\n&set b a\n@f a:16 b:16\np a:8 b:24\nq a:8 c:24\nr a:16 b:16\n", Options{InsnWidth: 32})
	set := s.ArgSets[1]
	p, q, r := s.Patterns[0], s.Patterns[1], s.Patterns[2]
	assert.Same(t, set, s.Formats[0].ArgSet)
	assert.Same(t, set, p.ArgSet)
	assert.Equal(t, []string{"b", "a"}, []string{p.Args[0].Name, p.Args[1].Name})
	assert.Equal(t, -1, p.ArgIndex("c"))
	assert.True(t, q.ArgSet.Inferred)
	assert.Equal(t, 1, q.ArgIndex("c"))
	assert.True(t, r.Format.Inferred)
	assert.NotSame(t, s.Formats[0], r.Format)
}

// What QEMU's own test succ_infer1 is about: a format of the same shape must not
// lend a pattern its larger argument set.
func TestResolveInfersTheSetFirst(t *testing.T) {
	s := resolveOnly(t, "&big a b c\n@f a:16 b:16 &big\np a:16 b:16\n", Options{InsnWidth: 32})
	assert.Len(t, s.Patterns[0].Args, 2)
}

func TestResolveGroups(t *testing.T) {
	s := resolveOnly(t, "{\n  p a:32\n  [\n    q a:32\n  ]\n}\nr a:32\n", Options{InsnWidth: 32})
	require.Len(t, s.Root.Members, 2)
	outer := s.Root.Members[0].(*Group)
	inner := outer.Members[1].(*Group)
	assert.True(t, outer.Overlap)
	assert.False(t, inner.Overlap)
	assert.Same(t, outer, inner.Parent)
	assert.Same(t, inner, s.Patterns[1].Group)
	assert.Same(t, s.Root, s.Patterns[2].Group)
	assert.Equal(t, []int{0, 1, 2}, []int{s.Patterns[0].Index, s.Patterns[1].Index, s.Patterns[2].Index})
	assert.Equal(t, Pos{"t", 3, 3}, inner.Pos)
}

// A refused definition is not reported again where it is used.
func TestResolveReportsOnce(t *testing.T) {
	_, err := Parse("t", []byte("%f 0:99\n&a x x\n@m %f\np %f 0\nq &a 1\nr @m\n"), Options{})
	var list ErrorList
	require.ErrorAs(t, err, &list)
	for _, e := range list {
		assert.NotContains(t, e.Msg, "is defined above")
	}
}

func TestDescribeBits(t *testing.T) {
	for mask, want := range map[uint64]string{
		0x1:        "bit 0 (0x00000001)",
		0x80000000: "bit 31 (0x80000000)",
		0xf1:       "bits 7..4, 0 (0x000000f1)",
		0xffffffff: "bits 31..0 (0xffffffff)",
	} {
		assert.Equal(t, want, describeBits(mask, 32))
	}
	assert.Equal(t, "bits 63..0 (0xffffffffffffffff)", describeBits(^uint64(0), 64))
}
