package image_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
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

func judge(m arch.Machine, word uint64) string {
	in := m.Set().Decode(word)
	if in == nil {
		return undecoded
	}
	if block, _, ok := in.Excluded(word); ok {
		return block
	}
	if !arch.Schedulable(in, m.Layout()) || !in.Legal(word) {
		return notDrawn
	}
	return drawable
}

// drawWord draws a word that RISU's generator may.
func drawWord(rng *rand.Rand, f *risu.File, p *risu.Pattern) (uint64, bool) {
	for range 10000 {
		word := uint64(rng.Uint32())&^p.FixedMask | p.FixedBits
		if ok, err := f.Accepts(p, word); ok && err == nil {
			return word, true
		}
	}
	return 0, false
}

// noInstruction are patterns of aarch64.risu that have words of no instruction, against what their names say, with what is
// wrong. Those whose name has _RES in it are meant to have none.
var noInstruction = map[string]string{
	"CMLEz A64_V":  "bit 31 is 1, and should be 0",
	"FCMGEz A64_V": "bits 16 to 12 are 00101, and should be 01100",
	"FCMLEz A64_V": "bits 16 to 12 are 00101, and should be 01101",
	"EOR3 A64_V":   "bit 29 is 1, and should be 0",
	"BCAX A64_V":   "bit 29 is 1, and should be 0",
	"SM3SS1 A64_V": "bit 29 is 1, and should be 0",
}

// TestUpstreamPatternsAreDrawn: every instruction that aarch64.risu describes is drawn here, too. What else its patterns
// have is reserved; TestUpstreamImagesAreRead asks QEMU whether it is.
func TestUpstreamPatternsAreDrawn(t *testing.T) {
	const words = 400
	f := parse(t, filepath.Join(risupeer.Tree(t), "aarch64.risu"))
	m := machine(t, arch.Config{CPU: "max"})
	rng := rand.New(rand.NewPCG(1, 1))
	total, table := map[string]int{}, map[string]*groupRow{}
	for _, p := range f.Patterns {
		found := map[string]int{}
		for range words {
			word, ok := drawWord(rng, f, p)
			require.True(t, ok, "no word of %s", p.FullName())
			found[judge(m, word)]++
		}
		for v, n := range found {
			total[v] += n
		}
		name := strings.Join(p.Groups, ",")
		if table[name] == nil {
			table[name] = &groupRow{}
		}
		table[name].add(p, found)
		meant := !strings.Contains(p.Name, "_RES") && noInstruction[p.FullName()] == ""
		assert.False(t, meant && found[drawable] == 0, "%s: no word is drawn: %v", p.FullName(), found)
		assert.False(t, noInstruction[p.FullName()] != "" && found[drawable] > 0, "%s is no longer without an instruction", p.FullName())
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

func (r *groupRow) add(p *risu.Pattern, found map[string]int) {
	r.patterns++
	switch {
	case found[drawable] > 0:
		r.drawn++
	case noInstruction[p.FullName()] != "":
		r.wrong++
	default:
		r.reserved++
	}
	r.legal += found[drawable]
	for _, n := range found {
		r.words += n
	}
}
