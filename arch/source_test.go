package arch_test

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/constraints"
)

// with makes a toy machine of description files.
func with(sources ...arch.Source) (arch.Machine, error) {
	return toy.Arch{}.Machine(arch.Config{Order: "little", Sources: sources})
}

func decodeFile(name, text string) arch.Source {
	return arch.Source{Name: name, Kind: arch.DecodeSource, Text: []byte(text)}
}

func overlayFile(name, text string) arch.Source {
	return arch.Source{Name: name, Kind: arch.OverlaySource, Text: []byte(text)}
}

const bare = `%times 0:4 !function=times
@rrr ........ rd:4 rs:4 rt:4 ............
ADD  00000001 .... .... .... 000000000000 @rrr
SUB  00000010 .... .... .... 000000000000 @rrr
LW   01000000 rt:4 rs:4 imm:s16
BEQ  01010000 rs:4 rt:4 off:s16
VADD 00110000 vd:4 vs:4 vt:4 00000000 .... n=%times
`

func TestSourcesTravelWithTheProgram(t *testing.T) {
	given := []arch.Source{
		decodeFile("dir/a.decode", bare), overlayFile("b.overlay", "@rrr: operands { rd: out r; rs, rt: in r; }\n"),
		overlayFile("empty.overlay", ""),
	}
	m, err := with(given...)
	require.NoError(t, err)
	assert.Equal(t, given, m.Config().Sources)
	assert.Empty(t, m.Config().ISAs)
	assert.Equal(t, []string{"dir/a.decode", "b.overlay", "empty.overlay"}, m.Config().Given())
	assert.Len(t, arch.Undescribed(m), 3)
	p, err := arch.Generate(m, usual)
	require.NoError(t, err)
	table, mem := emitted(t, p)
	q, err := arch.UnmarshalTable(table, mem, toy.Arch{}.Machine)
	require.NoError(t, err)
	assert.Equal(t, given, q.Machine.Config().Sources)
	assert.Equal(t, p.Blocks, q.Blocks)
}

// TestOwnSourcesTravelToo: an image is read by the descriptions that it was made of, also where they are not
// those of the program that reads it.
func TestOwnSourcesTravelToo(t *testing.T) {
	m := machine(t, "little")
	c := m.Config()
	require.Len(t, c.Sources, 1)
	assert.Empty(t, c.Given())
	text := "NEW 11111111 a:24 #! operands { }\n" + string(c.Sources[0].Text)
	c.Sources = []arch.Source{decodeFile(c.Sources[0].Name, text)}
	m, err := toy.Arch{}.Machine(c)
	require.NoError(t, err)
	p, err := arch.Generate(m, usual)
	require.NoError(t, err)
	table, mem := emitted(t, p)
	q, err := arch.UnmarshalTable(table, mem, toy.Arch{}.Machine)
	require.NoError(t, err)
	assert.Equal(t, "NEW", q.Machine.Set().Insns[0].Name())
	assert.Empty(t, q.Machine.Config().Given())
}

func TestSourcesAreChecked(t *testing.T) {
	many := make([]arch.Source, arch.MaxSources+1)
	for i := range many {
		many[i] = overlayFile(fmt.Sprint(i), "")
	}
	for want, sources := range map[string][]arch.Source{
		"66 description files are more than 64":              many,
		"unknown kind \"x\"":                                 {{Name: "a", Kind: "x"}},
		"a: the description file is given twice":             {decodeFile("a", bare), overlayFile("a", "")},
		"\"\" will not do as a description file's name":      {decodeFile("", bare)},
		"\"a\\nb\" will not do":                              {decodeFile("a\nb", bare)},
		"\"\\xff\" will not do":                              {decodeFile("\xff", bare)},
		"big: the description files have more than 33554432": {overlayFile("big", strings.Repeat(" ", arch.MaxSourceBytes+1))},
		"a:1:1: ":              {decodeFile("a", "?\n"), decodeFile("b", bare)},
		"b:1:1: nothing is se": {decodeFile("a", bare), overlayFile("b", "X: groups { y; }")},
		"b:1:17: there is no register v(9): this CPU has 8":                  {decodeFile("a", bare), overlayFile("b", "VADD: operands {x: in v(9); }")},
		"b:1:17: there is no register v(8)":                                  {decodeFile("a", bare), overlayFile("b", "VADD: operands {vd: in v, 3 is v(8); }")},
		"b:2:17: there is no register r(16): this CPU has 16\nb:3:16: there": {decodeFile("a", bare), overlayFile("b", "\nVADD: operands {x: in r(16); }\nADD: operands {x: in r(20);}")},
	} {
		_, err := with(sources...)
		assert.ErrorContains(t, err, want)
	}
}

// TestLibrariesAreNotChanged: an overlay's functions are not there for machines without the overlay.
func TestLibrariesAreNotChanged(t *testing.T) {
	l := arch.NewLibrary(fstest.MapFS{"own.decode": {Data: []byte(bare)}})
	layout := machine(t, "little").Layout()
	v := constraints.Vocabulary{Classes: []string{"r", "v"}}
	load := func(given ...arch.Source) (*constraints.Set, error) {
		sources, err := l.Sources(given, "own.decode")
		require.NoError(t, err)
		return l.LoadSpecs(sources, v, layout)
	}
	set, err := load(overlayFile("o", "functions { times(x) = 4 * x; }"))
	require.NoError(t, err)
	assert.Contains(t, set.Specs[0].Functions, "times")
	set, err = load()
	require.NoError(t, err)
	assert.NotContains(t, set.Specs[0].Functions, "times")
	again, err := load()
	require.NoError(t, err)
	assert.Same(t, set.Specs[0], again.Specs[0], "parsed once")
	_, err = l.Specs("none.decode")
	assert.Error(t, err)
}

func TestUndescribedIsNotDrawn(t *testing.T) {
	m, err := with(decodeFile("a.decode", bare))
	require.NoError(t, err)
	_, err = arch.Generate(m, usual)
	assert.EqualError(t, err, "there is nothing to draw from: no operands block says what any of the 5 patterns reads and writes")
	m, err = with(decodeFile("a.decode", bare), overlayFile("o", "ADD: operands { }\n"))
	require.NoError(t, err)
	p, err := arch.Generate(m, usual)
	require.NoError(t, err, "nothing is touched, if that is said")
	for i := range p.Blocks {
		for _, it := range p.Blocks[i].Items {
			require.EqualValues(t, 0, it.Insn)
		}
	}
	o := usual
	o.Select.Patterns = []string{"SUB"}
	_, err = arch.Generate(m, o)
	assert.EqualError(t, err, `pattern "SUB" selects SUB (a.decode:4:1), which is not drawn: no operands block says what it reads and writes`)
}

// TestErrorsOfDrawing: what shows only when words are drawn is said of the place in the overlay, too.
func TestErrorsOfDrawing(t *testing.T) {
	for overlay, want := range map[string]string{
		"ADD: operands { rs: in v; } inputs { rs: bits(3); }":                             "ADD (a.decode:3:1): o:1:38: bits() is for r registers only",
		"LW:\n operands { rs: in v; mem: in; }\nmemory { size(4); reg(rs); }":             "LW (a.decode:5:1): o:2:13: the base of a memory access",
		"VADD: operands { vd: out v; } undef { vd; }":                                     "VADD (a.decode:7:1): o:1:18: undefined output vd: only r",
		"LW: operands { rs: in r; rt: in v; mem: in; } memory size(4), reg_plus_reg(rs);": "o:1:",
	} {
		m, err := with(decodeFile("a.decode", bare), overlayFile("o", overlay))
		if err == nil {
			_, err = arch.Generate(m, usual)
		}
		assert.ErrorContains(t, err, want)
	}
}

// TestUnrecordedIsNotDrawn: the toy's vocabulary has a class and a state that its layout has no place for.
func TestUnrecordedIsNotDrawn(t *testing.T) {
	m, err := with(decodeFile("a.decode", bare), overlayFile("o", "@rrr: operands { rd: out w; }\nLW: operands { high: in; }\nBEQ: operands { rs: in r, 3 is high; }"))
	require.NoError(t, err)
	assert.Len(t, arch.Unrecorded(m), 4)
	assert.Len(t, arch.Undescribed(m), 1)
	_, err = arch.Generate(m, usual)
	assert.ErrorContains(t, err, "of 5 patterns 1 have no operands block, which says what they read and write, and 4 name registers")
	o := usual
	o.Select.Patterns = []string{"LW"}
	_, err = arch.Generate(m, o)
	assert.ErrorContains(t, err, `pattern "LW" selects LW (a.decode:5:1), which is not drawn: it names registers`)
}

// tableOf is a table as far as its sources go.
func tableOf(t testing.TB, sources string, texts []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, 9)
	require.NoError(t, err)
	_, err = w.Write(texts)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return rawTable(sources, packed.Bytes())
}

func rawTable(sources string, packed []byte) []byte {
	head := fmt.Sprintf(`{"config":{"arch":"toy","cpu":"toy","isas":[],"order":"little"},"sources":%s}`, sources)
	b := append([]byte("risugen program 4\n"), varint(len(head))...)
	b = append(append(b, head...), varint(len(packed))...)
	return append(b, packed...)
}

func varint(n int) []byte {
	var b []byte
	for ; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return append(b, byte(n))
}

// TestDamagedSources: nothing is unpacked beyond what is announced, nor anything announced beyond the limits.
func TestDamagedSources(t *testing.T) {
	nothing := func(uint64, int) ([]byte, bool) { return nil, false }
	for want, table := range map[string][]byte{
		"5 bytes are announced and 6 there": tableOf(t, `[{"name":"a","kind":"decode","bytes":5}]`, make([]byte, 1<<20)),
		"6 bytes are announced and 5 there": tableOf(t, `[{"name":"a","kind":"decode","bytes":6}]`, make([]byte, 5)),
		"have more than 33554432 bytes":     tableOf(t, `[{"name":"a","kind":"decode","bytes":5},{"name":"b","kind":"decode","bytes":33554430}]`, nil),
		"damaged: they have more":           tableOf(t, `[{"name":"a","kind":"decode","bytes":-1}]`, nil),
		"damaged: there are 65":             tableOf(t, "["+strings.Repeat(`{},`, 64)+"{}]", nil),
		"damaged: a description file is of": tableOf(t, `[{"name":"a","kind":"other","bytes":0}]`, nil),
		"damaged: a: the description":       tableOf(t, `[{"name":"a","kind":"decode"},{"name":"a","kind":"overlay"}]`, nil),
		"damaged: flate: corrupt":           rawTable(`[{"name":"a","kind":"decode","bytes":5}]`, []byte{0xff, 0xff}),
		"damaged: unexpected EOF":           rawTable(`[{"name":"a","kind":"decode","bytes":5}]`, nil),
		"the image's machine: a:1:1: ":      tableOf(t, `[{"name":"a","kind":"decode","bytes":2}]`, []byte("?\n")),
		"program table is damaged":          tableOf(t, `[`, nil),
	} {
		_, err := arch.UnmarshalTable(table, nothing, toy.Arch{}.Machine)
		assert.ErrorContains(t, err, want)
	}
}

// FuzzSources reads arbitrary bytes as the description files of an image.
func FuzzSources(f *testing.F) {
	pack := func(texts string) []byte {
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, 9)
		require.NoError(f, err)
		_, err = w.Write([]byte(texts))
		require.NoError(f, err)
		require.NoError(f, w.Close())
		return b.Bytes()
	}
	f.Add("a", "decode", len(bare), "b", 12, pack(bare+"ADD: asm \"\";"))
	f.Add("a", "overlay", 1<<30, "b", 0, []byte{1})
	nothing := func(uint64, int) ([]byte, bool) { return nil, false }
	f.Fuzz(func(t *testing.T, name, kind string, bytes int, other string, otherBytes int, packed []byte) {
		type source struct {
			Name  string `json:"name"`
			Kind  string `json:"kind"`
			Bytes int    `json:"bytes"`
		}
		js, err := json.Marshal([]source{{name, kind, bytes}, {other, "overlay", otherBytes}})
		require.NoError(t, err)
		_, err = arch.UnmarshalTable(rawTable(string(js), packed), nothing, toy.Arch{}.Machine)
		require.Error(t, err, "there is no pool")
	})
}

// FuzzForeignDescriptions lays arbitrary blocks over the toy's decode file: an error, or a program that comes
// through its table unchanged.
func FuzzForeignDescriptions(f *testing.F) {
	for _, s := range []string{
		"ADD: operands { rd: out r; rs, rt: in r; }", "LW: operands { rt: out r; rs: in r; mem: in; } memory { size(4); reg_plus_imm(rs, imm); }",
		"BEQ: operands { rs, rt: in r; } branch { offset(4 + (off << 2)); delay_slot; }", "VADD: operands { vd: inout v; status: inout; acc: out; }",
		"ADD: operands { pair(rd): out r; list(rs, rt): in r; list(rt): out v; }", "SUB: operands { rd: out r, 3 is acc, 4 is v(2); rs: in v; } inputs { rs: nonzero(8); }",
		"LW: operands { rt: in r; rs: inout r; mem: out; } memory { size(16); align(8); reg(rs); post_index(imm); } faults { SIGSEGV; } trash { rs; }",
		"ADD: operands { x: out r(0); y: in v(7); } undef { x when rs; } inputs { y: bits(3); }", "functions { times(x) = x * 3; } VADD: operands { n: in v; }",
		"BEQ: operands { rs: in v; } branch { offset(off); likely; } constraints { off > 7; }", "ADD: operands { rd: in r; rs: in r; } inputs { rd: sext32; rs: bits(0); }",
	} {
		f.Add(s)
	}
	if text, err := os.ReadFile("toy/toy.decode"); err == nil {
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, overlay string) {
		m, err := with(decodeFile("a.decode", bare), overlayFile("o", overlay))
		if err != nil {
			return
		}
		p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 40, BlockLen: 8, Rounds: 2, EdgeShare: 0.5})
		if err != nil {
			return
		}
		table, mem := emitted(t, p)
		q, err := arch.UnmarshalTable(table, mem, toy.Arch{}.Machine)
		require.NoError(t, err)
		require.Equal(t, p.Blocks, q.Blocks)
		for i := range q.Blocks {
			q.Effects(&q.Blocks[i])
		}
	})
}
