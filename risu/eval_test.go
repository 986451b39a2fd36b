package risu

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEval has what only Perl does: the value of && and ||, unsigned bit operations, floored %, octal.
// x is 5, y is 250.
func TestEval(t *testing.T) {
	for text, want := range map[string]num{
		"$x && $y":                      {v: 250},
		"0 && $y":                       {},
		"$x || $y":                      {v: 5},
		"!$x":                           {},
		"!!$x":                          {v: 1},
		"-$x % 3":                       {v: 1},
		"$x % -3":                       {v: -1},
		"~0":                            {v: -1, wide: true},
		"~0 > 0":                        {v: 1},
		"~0 == -1":                      {},
		"-1 & 0xff":                     {v: 255},
		"-1 >> 60":                      {v: 15},
		"1 << 63":                       {v: -1 << 63, wide: true},
		"1 << 64":                       {},
		"8 << -2":                       {v: 2},
		"8 >> -2":                       {v: 32},
		"1 | 2 ^ 3":                     {},
		"$x & 4 == 4":                   {v: 1},
		"010":                           {v: 8},
		"0b1_1":                         {v: 3},
		"sextract($y, 8)":               {v: -6},
		"sextract($y, 4)":               {v: 234},
		"sextract(-1 & ~0 , 64)":        {v: -1},
		"ctz($y)":                       {v: 7},
		"is_pow_of_2(8)":                {v: 1},
		"is_pow_of_2(0)":                {},
		"int(-7 / 2)":                   {v: -3},
		"int($x)":                       {v: 5},
		"$y / $x":                       {v: 50},
		"$x = 7; $x += 1; $x <<= 1; $x": {v: 16},
		"$x = $y = 3":                   {v: 3},
		"$x; ; 3;":                      {v: 3},
		"if ($x) { 4 } else { 5 }":      {v: 4},
		"if (!$x) { 4 }":                {},
		"":                              {},
		"$x > 4 ? $y > 300 ? 1 : 2 : 3": {v: 2},
		"$x - 1 - 1 * 2 ** 1":           {},
	} {
		f, err := Parse("t", []byte("A B x:16 y:16 { "+text+" }\n"))
		if text == "$x - 1 - 1 * 2 ** 1" {
			assert.Error(t, err)
			continue
		}
		require.NoError(t, err, text)
		got, err := f.Patterns[0].eval(f.Patterns[0].Constraints, 5<<16|250)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestEvalErrors(t *testing.T) {
	for text, want := range map[string]string{
		"$x / 2":                "t:1:20: the value is a fraction",
		"$x / 0":                "t:1:20: division by zero",
		"$x % ($x - 5)":         "t:1:20: division by zero",
		"int($x / ($x - 5))":    "t:1:24: division by zero",
		"~0 + 1":                "t:1:20: the value leaves 64 bits",
		"-(1 << 63) - 1":        "t:1:17: the value leaves 64 bits",
		"(1 << 62) * 2":         "t:1:27: the value leaves 64 bits",
		"(1 << 62) + (1 << 62)": "t:1:27: the value leaves 64 bits",
		"$x + rand(3)":          "t:1:22: rand has no value here",
		"write_mov($x, 1); 1":   "t:1:17: write_mov has no value here",
		"align(4)":              "t:1:17: align has no value here",
	} {
		f := parseAt(t, text)
		_, err := f.Accepts(f.Patterns[0], 5<<16|250)
		assert.EqualError(t, err, want, text)
	}
}

func parseAt(t *testing.T, block string) *File {
	t.Helper()
	f, err := Parse("t", []byte("A B x:16 y:16 { "+block+" }\n"))
	require.NoError(t, err)
	return f
}

// TestRegistersTheModeForbids also sees what the mode does not forbid.
func TestRegistersTheModeForbids(t *testing.T) {
	for mode, want := range map[string]int{"arm": 14, "arm.a32": 14, "arm.thumb": 14, "arm.aarch64": 16, "ppc64": 16} {
		f := parseText(t, ".mode "+mode+"\nA B 000000000000 xm:4 A:4 r:1 rs:3 rn:4 0000\n")
		taken := 0
		for rn := range uint64(16) {
			if ok, _ := f.Accepts(f.Patterns[0], rn<<4|1<<11|0xff<<12); ok {
				taken++
			}
		}
		assert.Equal(t, want, taken, mode)
	}
	f := parseText(t, ".mode m68k\nA B 000000000000 rx:4 Ay:4 Dz:4 00000000\n")
	ok, _ := f.Accepts(f.Patterns[0], 0xd0600)
	assert.True(t, ok)
	ok, _ = f.Accepts(f.Patterns[0], 0x06000)
	assert.False(t, ok)
}
