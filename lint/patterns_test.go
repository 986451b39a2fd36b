package lint

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

// TestPatterns counts words; what the numbers are can be seen from the pattern.
func TestPatterns(t *testing.T) {
	opt := Options{Decode: decodetree.Options{InsnWidth: 64}, Vocabulary: open, Count: true}
	const zeros = "00000000000000000000000000000000"
	text := "P 1 a:63\n" +
		"Q 00000001 a:56 #! constraints { a > 1; }\n" +
		"R 00000010 0000000000000000 --------" + zeros + "\n" +
		"S 00000011 a:8 b:8 b0:8 " + zeros + " #! reserved { a == 3 || b0 < 4; }\n" +
		"{\n  T 00000100 a:24 " + zeros + "\n  U 00000100 b:24 " + zeros + "\n}\n" +
		"V 00000101 a:8 0000000000000000" + zeros + " #! requires { x && !y; } constraints { x; a < 16; }\n" +
		"W 00000110 a:8 0000000000000000" + zeros + " #! requires { x || y; } constraints { !x; }\n" +
		"X 00000111 a:8 0000000000000000" + zeros + " #! requires { x; !x; }\n"
	r := Files([]Source{{"f", []byte(text)}}, opt)
	require.Zero(t, r.Count(Error), lines(r))
	type row struct {
		name                string
		line                int
		encodings, matching string
		share               float64
		without             []string
		hidden              string
	}
	var got []row
	for i := range r.Patterns {
		p := &r.Patterns[i]
		hidden := map[bool]string{p.Unreachable: "unreachable", p.Impossible: "impossible", p.Absent: "absent"}[true]
		got = append(got, row{p.Name, p.Pos.Line, p.Encodings.String(), p.Matching.String(), p.Share(), p.Without, hidden})
	}
	assert.Equal(t, []row{
		{"P", 1, "9223372036854775808", "9223372036854775808", 1, nil, ""},
		{"Q", 2, "72057594037927934", "72057594037927936", 72057594037927934.0 / 72057594037927936, nil, ""},
		{"R", 3, "1", "1", 1, nil, ""},
		{"S", 4, "16450560", "16777216", 255. / 256 * 252 / 256, nil, ""},
		{"T", 6, "16777216", "16777216", 1, nil, ""},
		{"U", 7, "0", "16777216", 0, nil, "unreachable"},
		{"V", 9, "16", "256", 1. / 16, []string{"y"}, ""},
		{"W", 10, "0", "256", 0, nil, "impossible"},
		{"X", 11, "<nil>", "<nil>", 0, nil, "absent"},
	}, got)
	opt.Count = false
	assert.Empty(t, Files([]Source{{"f", []byte(text)}}, opt).Patterns)
}

// TestNotOfFaultyFiles: only files without errors have patterns.
func TestNotOfFaultyFiles(t *testing.T) {
	opt := bytes
	opt.Count = true
	r := Files([]Source{{"a", []byte("P 0000 a:4 #! constraints { a > 15; }\n")}, {"b", []byte("Q 0000 a:4\n")}}, opt)
	require.Len(t, r.Patterns, 1)
	assert.Equal(t, "Q", r.Patterns[0].Name)
}
