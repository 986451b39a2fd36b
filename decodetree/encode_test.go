package decodetree

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var testFunctions = map[string]Function{
	"times_two": {
		Apply:  func(v int64) (int64, bool) { return v * 2, true },
		Invert: func(v int64) (int64, bool) { return v / 2, v%2 == 0 },
	},
	"current_mode": {
		Apply: func(int64) (int64, bool) { return 5, true },
	},
}

// TestRoundTrips: every word of every pattern, taken apart and put together
// again, is the same but for the undefined bits, and decodes to a pattern.
// Where an earlier member of the group takes the word, that one is found.
func TestRoundTrips(t *testing.T) {
	for _, name := range soundSpecs {
		t.Run(name, func(t *testing.T) {
			rng := seeded(t)
			spec := loadSpec(t, name)
			spec.Functions = testFunctions
			for _, p := range spec.Patterns {
				roundTrip(t, rng, spec, p)
			}
		})
	}
}

func roundTrip(t *testing.T, rng *rand.Rand, spec *Spec, p *Pattern) {
	var ones, zeros, hits uint64
	for range 500 {
		word := wordOf(rng, p)
		args := p.Extract(word, nil)
		again, err := p.Encode(args)
		require.NoError(t, err, "%s %#x %v", p.Name, word, args)
		require.Equal(t, word&^p.UndefMask, again, "%s %v", p.Name, args)
		require.Equal(t, args, p.Extract(again, nil))
		got := spec.Decode(again, nil)
		require.LessOrEqual(t, got.Index, p.Index)
		if got == p {
			hits++
		}
		ones |= again
		zeros |= ^again
	}
	// Tests that never vary notice nothing: each operand bit takes both values.
	free := lowBits(spec.Options.InsnWidth) &^ p.FixedMask &^ p.UndefMask
	assert.Equal(t, free, ones&zeros&free, p.Name)
	assert.NotZero(t, hits, "%s was never decoded", p.Name)
}

func TestExtractValues(t *testing.T) {
	s := loadSpec(t, "word32.decode")
	for _, c := range []struct {
		name string
		word uint64
		want []int64
	}{
		{"addi", 0xfff50093, []int64{1, 10, -1}},
		{"addi", 0x7ff50093, []int64{1, 10, 2047}},
		{"sub", 0x40c58533, []int64{10, 11, 12}},
		{"sc1", 0x04c0000b, []int64{12<<2 | 1, 1}},
		{"far", 0xabc9702b, []int64{7, 9, -7<<12 | 0xabc}},
		{"negc", 0xfe0073ff, []int64{7, math.MinInt64, 7}},
		{"ctx", 0x0000207b, []int64{0}},
	} {
		p := s.ByName(c.name)[0]
		require.True(t, p.Matches(c.word), "%s %#x", c.name, c.word)
		assert.Equal(t, c.want, p.Extract(c.word, nil), "%s %#x", c.name, c.word)
	}
}

// The sign of the first part is the sign of the whole; any other is lost.
func TestExtractSigns(t *testing.T) {
	s := parseText(t, "%a 0:s4 4:4\n%b 0:4 4:s4\n%c 0:s4 4:s4\np 000000000000000000000000 ........ %a %b %c\n")
	assert.Equal(t, []int64{-7<<4 | 0xf, 0x9f, -7<<4 | 0xf}, s.Patterns[0].Extract(0xf9, nil))
	assert.Equal(t, int64(-7<<4|0xf), s.Field("a").Extract(0xf9))
}

func TestFunctions(t *testing.T) {
	s := loadSpec(t, "word32.decode")
	beq := s.ByName("beq")[0]
	word, err := beq.Encode([]int64{-3, 1, 2})
	require.NoError(t, err)
	assert.Equal(t, []int64{-3, 1, 2}, beq.Extract(word, nil))

	s.Functions = testFunctions
	assert.Equal(t, []int64{-6, 1, 2}, beq.Extract(word, nil))
	again, err := beq.Encode([]int64{-6, 1, 2})
	require.NoError(t, err)
	assert.Equal(t, word, again)
	assert.Equal(t, []int64{5}, s.ByName("ctx")[0].Extract(0x207b, nil))
}

func TestEncodeErrors(t *testing.T) {
	s := loadSpec(t, "word32.decode")
	s.Functions = testFunctions
	for _, c := range []struct {
		name string
		args []int64
		arg  string
		want string
	}{
		{"add", []int64{1, 2}, "", "encode add: 2 arguments given, want 3"},
		{"add", []int64{1, 32, 3}, "rs", "encode add: argument rs = 32 does not fit 5 bits unsigned"},
		{"add", []int64{1, -1, 3}, "rs", "argument rs = -1 does not fit 5 bits unsigned"},
		{"addi", []int64{1, 2, 2048}, "imm", "argument imm = 2048 does not fit 12 bits signed"},
		{"addi", []int64{1, 2, -2049}, "imm", "argument imm = -2049 does not fit 12 bits signed"},
		{"mvo", []int64{1, 2, 0}, "rs", "argument rs = 2 must be 1"},
		{"sc2", []int64{5, 2}, "imm", "argument imm = 5 does not agree with argument sz = 2"},
		{"beq", []int64{3, 1, 1}, "off", "argument off = 3 is no value of !function=times_two"},
		{"ctx", []int64{4}, "mode", "argument mode = 4 must be 5, the value of !function=current_mode"},
	} {
		_, err := s.ByName(c.name)[0].Encode(c.args)
		var typed *EncodeError
		require.ErrorAs(t, err, &typed)
		assert.ErrorContains(t, err, c.want)
		assert.Equal(t, c.arg, typed.Arg)
	}
}

// Two fields may read the same bits, and must then be given the same.
func TestEncodeSharedBits(t *testing.T) {
	s := parseText(t, "%a 0:8\n%b 4:8\np 00000000000000000000 ............ %a %b\n")
	p := s.Patterns[0]
	word, err := p.Encode([]int64{0x21, 0x32})
	require.NoError(t, err)
	assert.Equal(t, uint64(0x321), word)
	_, err = p.Encode([]int64{0x21, 0x33})
	assert.ErrorContains(t, err, "argument b = 51 wants bit 4 (0x00000010) to differ")
}

func TestEncodeWithoutInverse(t *testing.T) {
	s := parseText(t, "%a 0:32 !function=f\np ................................ %a\n")
	s.Functions = map[string]Function{"f": {Apply: func(v int64) (int64, bool) { return v, v != 3 }}}
	assert.Equal(t, []int64{3}, s.Patterns[0].Extract(3, nil), "a number without answer stays")
	_, err := s.Patterns[0].Encode([]int64{1})
	assert.ErrorContains(t, err, "!function=f has no inverse")
}

// TestEncodeAnything: Encode takes arguments only if Extract gives them back.
func TestEncodeAnything(t *testing.T) {
	for _, name := range soundSpecs {
		rng := seeded(t)
		spec := loadSpec(t, name)
		for _, p := range spec.Patterns {
			for range 300 {
				args := p.Extract(wordOf(rng, p), nil)
				if len(args) > 0 {
					args[rng.IntN(len(args))] = int64(rng.Uint64()) >> rng.IntN(64)
				}
				word, err := p.Encode(args)
				if err == nil {
					require.True(t, p.Matches(word))
					require.Equal(t, args, p.Extract(word, nil), p.Name)
				}
			}
		}
	}
}

func TestFieldInsert(t *testing.T) {
	rng := seeded(t)
	s := loadSpec(t, "word32.decode")
	for _, f := range s.Fields {
		for range 200 {
			v, before := int64(rng.Uint64())>>rng.IntN(64), rng.Uint64()
			after, ok := f.Insert(before, v)
			if !ok {
				require.Equal(t, before, after)
				continue
			}
			require.Equal(t, v, f.Extract(after), f.Name)
			require.Equal(t, before&^f.mask(), after&^f.mask(), f.Name)
		}
	}
}

func TestFieldBits(t *testing.T) {
	s := loadSpec(t, "word32.decode")
	bits := func(name, arg string) uint64 {
		p := s.ByName(name)[0]
		return p.FieldBits(p.ArgIndex(arg))
	}
	assert.Equal(t, uint64(0x01f00000), bits("add", "rt"))
	assert.Equal(t, uint64(0xfe000f80), bits("beq", "off"))
	assert.Equal(t, uint64(0), bits("mvo", "rs"))
	assert.Equal(t, uint64(0), bits("ctx", "mode"))
	assert.Equal(t, uint64(0x03f00000), bits("sc1", "imm"), "the other part is a constant")
	assert.Equal(t, uint64(0x03f00000|0x000c0000), bits("scd", "imm"))
}

// Exhaustively: bits outside FieldBits do not change an argument, those inside do.
func TestFieldBitsAreThoseThatMatter(t *testing.T) {
	for _, name := range soundSpecs {
		rng := seeded(t)
		spec := loadSpec(t, name)
		for _, p := range spec.Patterns {
			for bit := range spec.Options.InsnWidth {
				if p.FixedMask>>bit&1 != 0 {
					continue
				}
				word := wordOf(rng, p)
				a, b := p.Extract(word, nil), p.Extract(word^1<<bit, nil)
				for i := range a {
					require.Equal(t, p.FieldBits(i)>>bit&1 != 0, a[i] != b[i], "%s bit %d", p.Name, bit)
				}
			}
		}
	}
}

func TestExtractAppends(t *testing.T) {
	p := loadSpec(t, "word32.decode").ByName("sub")[0]
	dst := append(make([]int64, 0, 8), 99)
	got := p.Extract(0x40c58533, dst)
	assert.Equal(t, []int64{99, 10, 11, 12}, got)
	assert.Equal(t, []int64{99, 10, 11, 12}, p.Extract(0x40c58533, []int64{99}))
	allocs := testing.AllocsPerRun(100, func() { p.Extract(0x40c58533, dst) })
	assert.Zero(t, allocs)
}

// encodeBackwards encodes by an encoder that is given the arguments in the opposite order, but for constants that are right.
func encodeBackwards(p *Pattern, args []int64) (uint64, bool) {
	from, values := make([]int, len(args)), []int64{99}
	for i := len(args) - 1; i >= 0; i-- {
		if from[i] = -1; p.Args[i].Field != nil || args[i] != p.Args[i].Const {
			from[i] = len(values)
			values = append(values, args[i])
		}
	}
	return p.Encoder(from).Word(values)
}

// TestEncodeSimple: words that are encoded on the short way are those of the long one, and what the short one refuses the
// long one refuses, too.
func TestEncodeSimple(t *testing.T) {
	simple := 0
	for _, name := range soundSpecs {
		rng := seeded(t)
		for _, p := range loadSpec(t, name).Patterns {
			if !p.simple {
				continue
			}
			simple++
			for range 300 {
				args := p.Extract(wordOf(rng, p), nil)
				if len(args) > 0 {
					args[rng.IntN(len(args))] = int64(rng.Uint64()) >> rng.IntN(64)
				}
				want, err := p.encodeAll(args)
				got, ok := p.encodeSimple(args)
				require.Equal(t, err == nil, ok, "%s %v", p.Name, args)
				require.Equal(t, want, got, "%s %v", p.Name, args)
				got, ok = encodeBackwards(p, args)
				require.Equal(t, err == nil, ok, "%s %v", p.Name, args)
				require.Equal(t, want, got, "%s %v", p.Name, args)
				for i, v := range args {
					require.True(t, err != nil || p.Encodes(i, v), "%s %v", p.Name, args)
				}
			}
		}
	}
	assert.Positive(t, simple)
}
