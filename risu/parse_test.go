package risu

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

func TestParse(t *testing.T) {
	f := parseFile(t, testdata("a32.risu"))
	assert.Equal(t, "arm", f.Mode)
	assert.Equal(t, decodetree.Pos{File: "a32.risu", Line: 5, Col: 1}, f.ModePos)
	p := f.Patterns[2]
	assert.Equal(t, "LDR_imm A1", p.FullName())
	assert.Equal(t, decodetree.Pos{File: "a32.risu", Line: 12, Col: 1}, p.Pos)
	assert.Equal(t, []string{"Load", "v8.2", "in"}, p.Groups)
	assert.Equal(t, 32, p.Width)
	assert.Equal(t, uint64(0x0ed00000), p.FixedMask)
	assert.Equal(t, uint64(0x04900000), p.FixedBits)
	assert.Equal(t, Field{"p", decodetree.Pos{File: "a32.risu", Line: 12, Col: 24}, 24, 1}, p.Fields[1])
	assert.Equal(t, decodetree.Pos{File: "a32.risu", Line: 13, Col: 10}, p.Constraints.Pos)
	assert.Equal(t, "{ $p == 1 && $w == 0 && $rn != $rt; }", p.Constraints.Text)
	assert.Equal(t, decodetree.Pos{File: "a32.risu", Line: 14, Col: 20}, p.Memory.Body[0].Pos)
	assert.Empty(t, f.Patterns[0].Groups)
	assert.Equal(t, []string{" A few A32 patterns, and every construct of the file format.",
		` A comment that goes on   in the next line is one line, this too: ADD A1 0000`}, f.Patterns[0].Comments)
	assert.Empty(t, f.Patterns[len(f.Patterns)-1].Groups)
}

func TestHalfWords(t *testing.T) {
	f := parseFile(t, testdata("thumb.risu"))
	p := f.Patterns[1]
	assert.Equal(t, 16, p.Width)
	assert.Equal(t, uint64(0xff00), p.FixedMask)
	assert.Equal(t, uint64(0x4600), p.FixedBits)
	assert.Equal(t, 0, p.Fields[2].Low)
	assert.Equal(t, decodetree.Options{InsnWidth: 32, VarInsnWidth: true}, f.DecodeOptions())
}

func TestErrorsArePositioned(t *testing.T) {
	const ok = "A B 0 x:31 "
	for src, want := range map[string]string{
		".mode arm\n.mode":             "t:2:1: .mode takes one argument, not 0",
		".mode arm thumb":              "t:1:1: .mode takes one argument, not 2",
		".modes arm":                   "t:1:1: unknown directive .modes",
		ok + "\n.mode arm":             "t:2:1: .mode must stand before all patterns",
		"A":                            "t:1:2: unexpected ",
		"A-B C 0":                      "t:1:2: unexpected ",
		"A B 0 x:30":                   "t:1:1: A B has 31 bits; want 16 or 32",
		"A B 0 x:33":                   `t:1:7: "x:33" is neither bits nor a field name:length`,
		"A B 0 x:31 y":                 "t:1:12: A B has more than 32 bits",
		"A B 0 x_y:31":                 `t:1:10: unexpected ":": a pattern is NAME VARIANT`,
		"A B 0 2:31":                   "t:1:8: unexpected ",
		"A B 0 7x":                     `t:1:7: "7x" is neither`,
		"A B 0 x:99999999999999999999": "t:1:7:",
		"A B 00000000000000000000000000000000000000000000000": "t:1:5: A B has more than 32 bits",
		ok + "\nA B 1 x:31":                               "t:2:1: A B is defined already (t:1:1)",
		ok + "{ $x } 0":                                   "t:1:19: bits of A B after a block",
		ok + "!memory":                                    "t:1:19: unexpected end of line",
		ok + "!memry { 1 }":                               "t:1:12: unknown block !memry",
		ok + "{ $x } !constraints { $x }":                 "t:1:19: A B has this block already (t:1:12)",
		ok + "{ $x":                                       "t:1:16: unexpected ",
		ok + "{ $x } }":                                   "t:1:19:",
		ok + "{ $y == 1; }":                               "t:1:14: $y is no field of A B",
		ok + "{ $y = 1; }":                                "t:1:14: $y is no field of A B",
		ok + "{ $x ==; }":                                 "t:1:19: unexpected ",
		ok + "{ $x == 1 == 2 }":                           "t:1:22: comparison of a comparison",
		ok + "{ $x < 1 < 2 }":                             "t:1:21: comparison of a comparison",
		ok + "{ return $x; }":                             "t:1:21: unexpected \"$x\": a block holds",
		ok + "{ $x eq 'a' }":                              "t:1:20: unexpected ",
		ok + "{ $x == 1.5 }":                              "t:1:21: unexpected ",
		ok + "{ $x == 09 }":                               "t:1:20: 09 is no number of 63 bits",
		ok + "{ $x == 99999999999999999999 }":             "t:1:20: 99999999999999999999 is no number",
		ok + "{ sextract($x) }":                           "t:1:14: sextract takes 2 arguments, not 1",
		ok + "{ $x $x }":                                  "t:1:17: a semicolon is missing",
		ok + "{ @x }":                                     "t:1:14: unexpected ",
		ok + "\\\n  { $x == \\\n  ? }":                    "t:3:3: unexpected ",
		ok + "{ " + strings.Repeat("(", 200) + "$x":       "t:1:113: nested too deeply",
		ok + "{ " + strings.Repeat("!", 2000) + "$x }":    "nested too deeply",
		ok + "{ 1; " + strings.Repeat(" ", maxLine) + "}": "t:1:1: line of",
		"A B\n.mode\nC D 0":                               "t:3:1: C D has 1 bits",
		strings.Repeat("A\n", maxErrors+9):                "too many errors",
		strings.Repeat(" ", maxSource+1):                  "t:1:1: file of",
	} {
		f, err := Parse("t", []byte(src))
		assert.Nil(t, f)
		var list decodetree.ErrorList
		if assert.ErrorAs(t, err, &list, "%.80q", src) {
			assert.Contains(t, err.Error(), want, "%.80q", src)
		}
	}
}

func TestLineEnds(t *testing.T) {
	f, err := Parse("t", []byte(".mode arm\r\nA B 0 \\\r\n x:31 # comment \\\r\n still\r\n# last \\"))
	require.NoError(t, err)
	require.Len(t, f.Patterns, 1)
	assert.Equal(t, 2, f.Patterns[0].Pos.Line)
	assert.Equal(t, decodetree.Pos{File: "t", Line: 3, Col: 2}, f.Patterns[0].Fields[0].Pos)
}
