package probe

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValues(t *testing.T) {
	for _, c := range []struct {
		text string
		size int
		want string
	}{
		{"0x7fff_8000", 4, "7fff8000"},
		{"0X1", 8, "0000000000000001"},
		{"12", 2, "000c"},
		{"-1", 16, strings.Repeat("f", 32)},
		{"-0x80", 1, "80"},
		{"-128", 1, "80"},
		{"-0", 1, "00"},
		{"0x00000000000000000000000000000001", 2, "0001"},
		{"1_000", 2, "03e8"},
		{"h:1,-2,0x7fff", 8, "00007ffffffe0001"},
		{"B:255", 4, "000000ff"},
		{"d:1,2", 16, "00000000000000020000000000000001"},
		{"f32:1.5,-inf", 8, "ff8000003fc00000"},
		{"f64:nan", 8, "7ff8000000000000"},
		{"f32:nan, 0x1p-149", 8, "000000017fc00000"},
		{"f64:-0", 8, "8000000000000000"},
	} {
		b, err := parseValue(c.text, c.size)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, hexOf(b), c.text)
	}
}

func TestBadValues(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "is no number",
		"7fff":                          "a hexadecimal one begins with 0x",
		"0x":                            "is no number",
		"0x1_0000_0000":                 "does not fit 32 bits",
		"4294967296":                    "does not fit 32 bits",
		"-2147483649":                   "does not fit 32 bits",
		"--1":                           "is no number",
		"+1":                            "is no number",
		"0xfg":                          "is no number",
		"q:1":                           `"q" is no kind of lanes`,
		":1":                            `"" is no kind of lanes`,
		"h:1,2,3":                       "3 lanes of 2 bytes do not fit 4 bytes",
		"d:1":                           "1 lanes of 8 bytes do not fit 4 bytes",
		"h:1,65536":                     "lane 1: 65536 does not fit 16 bits",
		"h:":                            `lane 0: "" is no number`,
		"f32:1e40":                      "is no floating-point number of 32 bits",
		"f32:x":                         "is no floating-point number",
		"0x" + strings.Repeat("0", 300): "is no number",
	} {
		_, err := parseValue(text, 4)
		require.ErrorContains(t, err, want, text)
		assert.Less(t, len(err.Error()), 400, text)
	}
	for _, text := range []string{"", "0x", "1", "0g", "123"} {
		_, err := parseBytes(text)
		require.Error(t, err, text)
	}
}

// FuzzValue: whatever a value is, parsing it ends in a value of the right size, which reads the same again, or in an error.
func FuzzValue(f *testing.F) {
	for _, s := range []string{"0x1", "-1", "h:1,2", "f32:nan,1", "f64:0x1p3", "b:", "_", "0x_", "d:-1,0x7"} {
		f.Add(s, uint8(16))
	}
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		n := 1 << (size % 5)
		b, err := parseValue(text, n)
		if err != nil {
			return
		}
		if len(b) != n {
			t.Fatalf("%d bytes instead of %d", len(b), n)
		}
		again, err := parseValue("0x"+hexOf(b), n)
		if err != nil || hexOf(again) != hexOf(b) {
			t.Fatalf("%q is %s, read again %s (%v)", text, hexOf(b), hexOf(again), err)
		}
	})
}
