package decodetree

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parseOnly runs the first phase alone.
func parseOnly(t *testing.T, text string) *source {
	t.Helper()
	errs := new(faults)
	src := parse("t", []byte(text), errs)
	require.NoError(t, errs.err())
	return src
}

func TestParseStatements(t *testing.T) {
	src := parseOnly(t, "%f 0:s4 x:2 !function=g\n&a b c:s5x d:s5 !extern\n{\n  p 01.- b:s5 c=-1 %f d=%f @m &a\n}\n")
	require.Len(t, src.stmts, 5)

	items := src.stmts[0].Field.Items
	require.Len(t, items, 3)
	assert.Equal(t, []string{"0", "s4"}, []string{items[0].Start, items[0].Len})
	assert.Equal(t, []string{"x", "2"}, []string{items[1].Ref, items[1].Len})
	assert.Equal(t, "g", items[2].Func)

	args := src.stmts[1].ArgSet.Items
	require.Len(t, args, 4)
	assert.Equal(t, "s5x", args[1].Type)
	assert.Equal(t, "s5", args[2].Type)
	assert.True(t, args[3].Extern)

	assert.Equal(t, "{", src.stmts[2].Open)
	elems := src.stmts[3].General.Items
	require.Len(t, elems, 7)
	assert.Equal(t, "01.-", elems[0].Bits)
	assert.Equal(t, []string{"b", "s5"}, []string{elems[1].Name, elems[1].Len})
	assert.Equal(t, "-1", elems[2].Const)
	assert.Equal(t, "f", elems[3].Import)
	assert.Equal(t, []string{"d", "f"}, []string{elems[4].Name, elems[4].From})
	assert.Equal(t, "m", elems[5].Format)
	assert.Equal(t, "a", elems[6].ArgSet)
	assert.Equal(t, "}", src.stmts[4].Close)
}

// Names may begin with digits, and look like bits or numbers.
func TestParseNames(t *testing.T) {
	for _, name := range []string{"add", "3insn", "0101", "42", "_x", "s5", "0_", "x0x10"} {
		src := parseOnly(t, name+" 0101\n%"+name+" 0:1\n&"+name+" a\n@"+name+" ....\n")
		require.Len(t, src.stmts, 4, name)
		assert.Equal(t, name, src.stmts[0].General.Name)
		assert.Equal(t, name, src.stmts[1].Field.Name)
		assert.Equal(t, name, src.stmts[2].ArgSet.Name)
		assert.Equal(t, name, src.stmts[3].General.Name)
	}
}

func TestParseLines(t *testing.T) {
	for name, text := range map[string]string{
		"plain":              "p 00 11\n",
		"no end of line":     "p 00 11",
		"carriage returns":   "p 00 11\r\n",
		"tabs":               "p\t00\t \t11\t\n",
		"comment":            "p 00 11 # x \\\n",
		"continued":          "p 00 \\\n  11\n",
		"no indentation":     "p 00 \\\n11\n",
		"comment behind it":  "p 00 \\ # x\n\t11\n",
		"blank lines":        "\n  \t\np 00 11\n\n",
		"a lone backslash":   "\\\np 00 11\n",
		"continued by blank": "p 00 11 \\\n\n",
		"...and by comment":  "p 00 11 \\\n  # x\n",
	} {
		t.Run(name, func(t *testing.T) {
			src := parseOnly(t, text)
			require.Len(t, src.stmts, 1)
			elems := src.stmts[0].General.Items
			require.Len(t, elems, 2)
			assert.Equal(t, "00", elems[0].Bits)
			assert.Equal(t, "11", elems[1].Bits)
		})
	}
}

// A line that does not parse leaves the others alone.
func TestParseGoesOn(t *testing.T) {
	errs := new(faults)
	src := parse("t", []byte("a 0\nb ?\nc 1\n\xff\x00\nd 1\n"), errs)
	assert.Len(t, src.stmts, 5)
	assert.Len(t, errs.list, 2)
	assert.Equal(t, "c", src.stmts[2].General.Name)
	assert.Equal(t, "d", src.stmts[4].General.Name)
}

func TestColumnsCountBytes(t *testing.T) {
	_, err := Parse("t", []byte("\t# é\n%é\n%f 3: # é\n"), Options{})
	assert.ErrorContains(t, err, "t:1:2: line is indented by 8")
	assert.ErrorContains(t, err, "t:2:2: unexpected")
	assert.ErrorContains(t, err, "t:3:6: unexpected end of line")
}

func TestIndentationCountsTabsAsEight(t *testing.T) {
	for blanks, want := range map[string]int{"": 0, " ": 1, "\t": 8, "  \t": 8, "\t ": 9, "        \t": 16} {
		assert.Equal(t, want, width(blanks), "%q", blanks)
	}
}

// The two sizes show that parsing is linear: the lexer must not look at the whole rest of the file for
// each token, nor the overlap check at all pairs.
func benchParse(b *testing.B, patterns int) {
	src := []byte(manyPatterns(patterns))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		_, err := Parse("b", src, Options{})
		require.NoError(b, err)
	}
}

func BenchmarkParse500(b *testing.B)   { benchParse(b, 500) }
func BenchmarkParse50000(b *testing.B) { benchParse(b, 50000) }

// manyPatterns makes a description of n patterns in the manner of a RISC: a
// major opcode, a minor one, three registers or an immediate.
func manyPatterns(n int) string {
	var out strings.Builder
	out.WriteString("%imm 20:s8 7:5\n%scaled 20:8 !function=times4\n&r rd rs rt\n&i rd rs imm\n")
	for i := range n {
		minor := bitText(uint64(i>>3), 13)
		major := bitText(uint64(i&7), 3)
		switch i % 3 {
		case 0:
			out.WriteString("r" + bitText(uint64(i), 17) + "  " + minor + " rt:5 rs:5 " + "1 " + " rd:5 " + major + " &r\n")
		case 1:
			out.WriteString("i" + bitText(uint64(i), 17) + "  " + minor + " rs:5 " + "1 imm:s10 " + major + " &i rd=0\n")
		default:
			out.WriteString("m" + bitText(uint64(i), 17) + "  " + minor + " rt:8 ------- . " + major + " b=%bit\n")
		}
	}
	return "%bit 3:1\n" + out.String()
}

// bitText gives the low n bits of v as zeros and ones.
func bitText(v uint64, n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = '0' + byte(v>>(n-1-i)&1)
	}
	return string(text)
}
