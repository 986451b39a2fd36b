package image_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/risupeer"
	"github.com/risugen/risugen/risu"
)

func parse(t *testing.T, path string) *risu.File {
	t.Helper()
	src, err := os.ReadFile(path)
	require.NoError(t, err)
	f, err := risu.Parse(filepath.Base(path), src)
	require.NoError(t, err)
	return f
}

// Verdicts are what our descriptions say of a word: an instruction that can be drawn, the name of the block that excludes
// it, or one of the others.
const (
	drawable  = "drawable"
	reserved  = "reserved"
	undecoded = "undecoded"
	notDrawn  = "not drawn"
)

// instructions are those that a list of patterns is held against.
type instructions struct {
	set    *constraints.Set
	layout *arch.Layout
}

func instructionsOf(m arch.Machine) instructions { return instructions{m.Set(), m.Layout()} }

func (i instructions) judge(word uint64) string {
	in := i.set.Decode(word)
	if in == nil {
		return undecoded
	}
	if block, _, ok := in.Excluded(word); ok {
		return block
	}
	if !arch.Schedulable(in, i.layout) || !in.Legal(word) {
		return notDrawn
	}
	return drawable
}

// drawWord draws a word that RISU's generator may.
func drawWord(rng *rand.Rand, f *risu.File, p *risu.Pattern) (uint64, bool) {
	for range 10000 {
		word := (uint64(rng.Uint32())&^p.FixedMask | p.FixedBits) & (1<<p.Width - 1)
		if ok, err := f.Accepts(p, word); ok && err == nil {
			return word, true
		}
	}
	return 0, false
}

// upstreamList is a list of patterns of RISU's.
type upstreamList struct {
	file string
	// has finds the instructions of the machine that has words of so many bits.
	has func(t *testing.T, width int) instructions
	// meantNone are patterns that are meant to have words of no instruction, as their names or comments say.
	meantNone *regexp.Regexp
	// noInstruction are patterns that have words of no instruction, against what their names say, with what is wrong.
	noInstruction map[string]string
}

// fmslScalar is what is wrong with VFMSL_s of A32 and Thumb.
const fmslScalar = "bits 23 and 20 are 1 and 0, and should be 0 and 1"

var upstreamLists = []upstreamList{
	{
		file: "aarch64.risu",
		has: func(t *testing.T, _ int) instructions {
			return instructionsOf(machine(t, arch.Config{CPU: "max"}))
		},
		meantNone: regexp.MustCompile(`_RES`),
		noInstruction: map[string]string{
			"CMLEz A64_V":  "bit 31 is 1, and should be 0",
			"FCMGEz A64_V": "bits 16 to 12 are 00101, and should be 01100",
			"FCMLEz A64_V": "bits 16 to 12 are 00101, and should be 01101",
			"EOR3 A64_V":   "bit 29 is 1, and should be 0",
			"BCAX A64_V":   "bit 29 is 1, and should be 0",
			"SM3SS1 A64_V": "bit 29 is 1, and should be 0",
		},
	},
	{
		file: "arm.risu",
		has: func(t *testing.T, _ int) instructions {
			return instructionsOf(machine(t, arch.Config{CPU: "max", ABI: "eabi"}))
		},
		meantNone: regexp.MustCompile(`_UNDEF |^V(LD|ST)(1_s A1[def]|2_s A1c|3_s A1[cd]|4_s A1c|n_m A1[a-d]|M A1c)$` +
			`|^VLD(1_stoa A1[bc]|2_stoa A1b|3_stoa A1[bc]|4_stoa A1b)$`),
		noInstruction: map[string]string{"VFMSL_s A1": fmslScalar},
	},
	{
		file:          "thumb.risu",
		has:           thumb,
		meantNone:     regexp.MustCompile(`^(LDR|STR)(B|H|SB|SH)?_imm T[234]b$`),
		noInstruction: map[string]string{"VFMSL_s A1": fmslScalar},
	},
}

// thumb are the instructions of Thumb outside of IT blocks, of one size.
func thumb(t *testing.T, width int) instructions {
	t.Helper()
	v := arm.New().FileVocabulary("t32.decode")
	v.Features = map[string]bool{}
	for _, f := range v.Free {
		v.Features[f] = f != "it"
	}
	v.Free = nil
	files := map[int][]string{16: {"t16.decode"}, 32: {"t32.decode", "t32vfp.decode", "t32neon.decode"}}
	var specs []*decodetree.Spec
	for _, name := range files[width] {
		src, err := os.ReadFile(filepath.Join("..", "..", "arch", "arm", name))
		require.NoError(t, err)
		spec, err := decodetree.Parse(name, src, decodetree.Options{InsnWidth: width})
		require.NoError(t, err)
		specs = append(specs, spec)
	}
	set, err := constraints.Load(specs, v)
	require.NoError(t, err)
	return instructions{set, machine(t, arch.Config{CPU: "max", ABI: "eabi"}).Layout()}
}

// TestUpstreamPatternsAreDrawn: every instruction that RISU's lists describe is drawn here, too. What else their patterns
// have is reserved; TestUpstreamImagesAreRead asks QEMU whether it is.
func TestUpstreamPatternsAreDrawn(t *testing.T) {
	for _, l := range upstreamLists {
		t.Run(l.file, func(t *testing.T) { l.check(t) })
	}
}

func (l *upstreamList) check(t *testing.T) {
	const words = 400
	f := parse(t, filepath.Join(risupeer.Tree(t), l.file))
	rng := rand.New(rand.NewPCG(1, 1))
	total, table, has := map[string]int{}, map[string]*groupRow{}, map[int]instructions{}
	for _, p := range f.Patterns {
		if has[p.Width].set == nil {
			has[p.Width] = l.has(t, p.Width)
		}
		found := map[string]int{}
		for range words {
			word, ok := drawWord(rng, f, p)
			require.True(t, ok, "no word of %s", p.FullName())
			found[has[p.Width].judge(word)]++
		}
		for v, n := range found {
			total[v] += n
		}
		name := strings.Join(p.Groups, ",")
		if table[name] == nil {
			table[name] = &groupRow{}
		}
		wrong := l.noInstruction[p.FullName()] != ""
		table[name].add(wrong, found)
		meant := !l.meantNone.MatchString(p.FullName()) && !wrong
		assert.False(t, meant && found[drawable] == 0, "%s: no word is drawn: %v", p.FullName(), found)
		assert.False(t, wrong && found[drawable] > 0, "%s is no longer without an instruction", p.FullName())
		assert.Zero(t, found[notDrawn], "%s: words are described and not drawn: %v", p.FullName(), found)
	}
	var rows []string
	for name, r := range table {
		share := (100*r.legal + r.words/2) / r.words
		rows = append(rows, fmt.Sprintf("| %s | %d | %d | %d | %d | %d %% |", name, r.patterns, r.drawn, r.reserved, r.wrong, share))
	}
	slices.Sort(rows)
	t.Logf("%d patterns, words %v\n%s", len(f.Patterns), total, strings.Join(rows, "\n"))
}

// groupRow is what docs/risu.md has of a group of patterns.
type groupRow struct{ patterns, drawn, reserved, wrong, words, legal int }

func (r *groupRow) add(wrong bool, found map[string]int) {
	r.patterns++
	switch {
	case found[drawable] > 0:
		r.drawn++
	case wrong:
		r.wrong++
	default:
		r.reserved++
	}
	r.legal += found[drawable]
	for _, n := range found {
		r.words += n
	}
}
