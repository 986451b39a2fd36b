package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/qemutree"
)

const (
	bareDecode  = "testdata/bare.decode"
	bareOverlay = "testdata/bare.overlay"
	bareNote    = "note: 2 of 9 patterns are not drawn, since no operands block says what they read and write: BZ, BNZ\n"
)

// write writes a file of a test.
func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// TestImageHoldsItsDescriptions: an image is listed and run where the files that it was made by are gone.
func TestImageHoldsItsDescriptions(t *testing.T) {
	copied := func(name string) string {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		return write(t, filepath.Base(name), string(text))
	}
	decode, overlay, image := copied(bareDecode), copied(bareOverlay), filepath.Join(t.TempDir(), "bare.img")
	r := command("", "gen", "--decode", decode, "--overlay", overlay, "-n", "500", "--seed", "1", "-o", image)
	require.Equal(t, 0, r.code, r.err)
	assert.Equal(t, bareNote, r.err)
	assert.Contains(t, r.out, "mips P5600 ("+decode+", "+overlay+", o32fp64, little-endian), 500 instructions of 7 patterns")
	first, err := os.ReadFile(image)
	require.NoError(t, err)
	r = command("", "gen", "--decode", decode, "--overlay", overlay, "-n", "500", "--seed", "1", "-o", image, "--json")
	require.Equal(t, 0, r.code, r.err)
	var info imageInfo
	require.NoError(t, json.Unmarshal([]byte(r.out), &info))
	assert.Equal(t, []string{"BZ", "BNZ"}, info.Undescribed)
	assert.Equal(t, []string{decode, overlay}, info.Descriptions)
	again, err := os.ReadFile(image)
	require.NoError(t, err)
	assert.Equal(t, first, again, "an image is a pure function of what it is made of")

	require.NoError(t, os.Remove(decode))
	require.NoError(t, os.Remove(overlay))
	r = command("", "list", image)
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, " MADDV ")
	assert.NotContains(t, r.out, " BZ ")

	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	r = command("", "run", image)
	require.Equal(t, 0, r.code, r.out+r.err)
	assert.Contains(t, packed(r.out), packed(decode))
	assert.Contains(t, r.out, "2 of 9 patterns, without operands block: BZ, BNZ")
	assert.Contains(t, r.out, "7 drawn, 7 covered")
}

func TestListDescriptions(t *testing.T) {
	r := command("", "list", "--decode", bareDecode, "--overlay", bareOverlay)
	require.Equal(t, 0, r.code, r.err)
	assert.Equal(t, bareNote, r.err)
	r = command("", "list", "--decode", bareDecode, "--json")
	require.Equal(t, 0, r.code, r.err)
	var patterns []patternInfo
	require.NoError(t, json.Unmarshal([]byte(r.out), &patterns))
	require.Len(t, patterns, 9)
	assert.Equal(t, "testdata/bare.decode:16:1", patterns[0].At)
	assert.False(t, patterns[0].Described || patterns[0].Random)
}

// TestOverlayOnOwnFiles: an overlay adds to the CPU model's own files.
func TestOverlayOnOwnFiles(t *testing.T) {
	overlay := write(t, "mine.overlay", "ADD*_S: groups { mine; }\n")
	image := filepath.Join(t.TempDir(), "a.img")
	r := command("", "gen", "--isa", "msa", "--overlay", overlay, "--pattern", "@mine", "-n", "50", "-o", image)
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "(msa, "+overlay+", o32fp64, little-endian), 50 instructions of 1 patterns")
	r = command("", "gen", "--isa", "msa", "--pattern", "@mine", "-n", "50", "-o", image)
	assert.Equal(t, 2, r.code, "no other machine has the overlay")
}

func TestDescriptionErrors(t *testing.T) {
	syntax := write(t, "syntax.decode", "# first\nADDV 011110 ???\n")
	other := write(t, "other.decode", "&broken a a\n")
	image := filepath.Join(t.TempDir(), "a.img")
	overlay := func(text string) []string {
		return []string{"--decode", bareDecode, "--overlay", write(t, "o.overlay", text)}
	}
	for want, args := range map[string][]string{
		"syntax.decode:2:13: ":                         {"--decode", syntax, "--overlay", bareOverlay},
		"other.decode:1:":                              {"--decode", syntax, "--decode", other},
		"bare.decode: the description file is given t": {"--decode", bareDecode, "--decode", "testdata/../" + bareDecode},
		"none.decode: no such file":                    {"--decode", "none.decode"},
		"is a directory":                               {"--decode", "testdata"},
		"--isa chooses among":                          {"--decode", bareDecode, "--isa", "msa"},
		"what any of the 9 patterns reads and writes":  {"--decode", bareDecode},
		"o.overlay:1:14: unexpected \"}\"":             overlay("ADDV: groups }\n"),
		"o.overlay:2:1: nothing is selected":           overlay("ADDV: groups { x; }\nNONE: groups { x; }\n"),
		"o.overlay:2:21: unknown register class wec":   overlay("ADDV:\n operands { wd: out wec; }\n"),
		"o.overlay:1:18: wx is not an argument":        overlay("ADDV: operands { wx: out vec; }\n"),
		"o.overlay:1:18: there is no register vec(32)": overlay("ADDV: operands { wd: out vec(32); }\n"),
		"and 1 name registers that this CPU has not":   overlay("ADDV: operands { dspcontrol: out; }\n"),
		"o.overlay:1:18: df is made by !function=bit_": overlay("SLLI: operands { df: in gpr; }\n"),
		"pattern \"BZ\" selects BZ (testdata/bare":     {"--decode", bareDecode, "--overlay", bareOverlay, "--pattern", "BZ"},
		"no pattern that this CPU has":                 {"--decode", bareDecode, "--overlay", bareOverlay, "--cpu", "24Kc"},
	} {
		for _, cmd := range []string{"gen", "check"} {
			all := append([]string{cmd, "-n", "10"}, args...)
			if cmd == "gen" {
				all = append(all, "-o", image)
			}
			r := command("", all...)
			assert.Equal(t, 2, r.code, args)
			assert.Contains(t, r.err, want)
			assert.Empty(t, r.out)
			assert.NotContains(t, r.err, "goroutine")
		}
	}
	assert.NoFileExists(t, image)
	r := command("", "check", "--decode", syntax, "--decode", other, "-n", "1")
	assert.Contains(t, r.err, "syntax.decode:2", "one run reports the errors of all files")
	assert.Contains(t, r.err, "other.decode:1")
	for _, args := range [][]string{{"list", "x.img", "--decode", bareDecode}, {"list", "--cpus", "--overlay", bareOverlay}} {
		assert.Equal(t, 2, command("", args...).code, args)
	}
}

// qemuTree returns a file of the QEMU source tree that qemutree.Variable names.
func qemuTree(t *testing.T, file string) string {
	t.Helper()
	tree := os.Getenv(qemutree.Variable)
	if tree == "" {
		t.Skipf("%s names no QEMU source tree", qemutree.Variable)
	}
	return filepath.Join(tree, file)
}

// TestQEMUTree: QEMU's own description of MSA, with an overlay of ours, gives programs that QEMU agrees on.
func TestQEMUTree(t *testing.T) {
	decode := qemuTree(t, "target/mips/tcg/msa.decode")
	needtool.Path(t, "qemu-mipsel")
	r := command("", "check", "--decode", decode, "--overlay", "testdata/qemu-msa.overlay", "-n", "20000", "--seed", "7", "--json")
	require.Equal(t, 0, r.code, r.out+r.err)
	var j struct {
		Patterns, Covered                    int
		Known                                int `json:"patterns_known"`
		Descriptions, Undescribed, Uncovered []string
		Mismatches                           int
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	assert.Equal(t, [5]int{179, 179, 179, 0, 0}, [5]int{j.Known, j.Patterns, j.Covered, len(j.Undescribed), j.Mismatches}, "all but DLSA")
	assert.Equal(t, []string{decode, "testdata/qemu-msa.overlay"}, j.Descriptions)
}

// TestQEMUTreeMeansTheSame: words drawn by QEMU's description and our overlay are legal by our own description,
// and touch the same; and the other way round.
func TestQEMUTreeMeansTheSame(t *testing.T) {
	decode := qemuTree(t, "target/mips/tcg/msa.decode")
	f := sourceFlags{decode: []string{decode}, overlay: []string{"testdata/qemu-msa.overlay"}}
	sources, err := f.read(nil)
	require.NoError(t, err)
	theirs, err := machineOf(arch.Config{CPU: "P5600", Sources: sources})
	require.NoError(t, err)
	ours, err := machineOf(arch.Config{CPU: "P5600", ISAs: []string{"msa"}})
	require.NoError(t, err)
	for _, pair := range [][2]arch.Machine{{theirs, ours}, {ours, theirs}} {
		p, err := arch.Generate(pair[0], arch.Options{Seed: 1, Count: 20_000, BlockLen: 24, Rounds: 1, EdgeShare: arch.DefaultEdgeShare})
		require.NoError(t, err)
		for b := range p.Blocks {
			for _, it := range p.Blocks[b].Items {
				if it.Kind == arch.Test {
					sameMeaning(t, pair, it.Word, int(it.Insn))
				}
			}
		}
	}
}

func sameMeaning(t *testing.T, pair [2]arch.Machine, word uint64, insn int) {
	t.Helper()
	a, b := pair[0].Set().Insns[insn], pair[1].Set().Decode(word)
	require.NotNil(t, b, "%#x: %s", word, a)
	require.True(t, b.Legal(word), "%#x: %s, %s", word, a, b)
	type use struct {
		kind, role, class, num any
	}
	uses := func(m arch.Machine, i int) map[use]bool {
		out := map[use]bool{}
		in := m.Set().Insns[i]
		for _, u := range in.Uses(nil, word, in.Pattern.Extract(word, nil)) {
			out[use{u.Kind, u.Role, u.Class, u.Num}] = true
		}
		return out
	}
	require.Equal(t, uses(pair[0], insn), uses(pair[1], b.Index), "%#x: %s, %s", word, a, b)
	require.Equal(t, a.MayFault(), b.MayFault(), "%#x: %s, %s", word, a, b)
	offset := func(in *constraints.Insn) int64 { return in.BranchOffset(word, in.Pattern.Extract(word, nil)) }
	require.Equal(t, a.Branch != nil, b.Branch != nil, "%#x: %s, %s", word, a, b)
	require.Equal(t, offset(a), offset(b), "%#x: %s, %s", word, a, b)
}
