package risu

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

const (
	// risuTree names a checkout of RISU to try this package on.
	risuTree = "RISUGEN_RISU_TREE"
	// qemuTree names a QEMU source tree, for its decodetree script.
	qemuTree = "RISUGEN_QEMU_TREE"
)

func tree(t testing.TB, variable string) string {
	t.Helper()
	dir := os.Getenv(variable)
	if dir == "" {
		t.Skipf("%s names no source tree", variable)
	}
	return dir
}

// needTool finds a program. Without it a test is skipped, but not where CI runs.
func needTool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatalf("%s is needed", name)
	}
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// seeded gives a generator that runs alike each time; the seed is in the log of a test that fails.
func seeded(t testing.TB) *rand.Rand {
	const seed = 20240529
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func parseFile(t testing.TB, path string) *File {
	t.Helper()
	src, err := os.ReadFile(path)
	require.NoError(t, err)
	f, err := Parse(filepath.Base(path), src)
	require.NoError(t, err)
	return f
}

func parseText(t testing.TB, text string) *File {
	t.Helper()
	f, err := Parse("t.risu", []byte(text))
	require.NoError(t, err)
	return f
}

// converted is a .decode file in use.
type converted struct {
	text     string
	spec     *decodetree.Spec
	accept   func(*decodetree.Pattern, uint64) bool
	patterns []*decodetree.Pattern // those of the .risu file, in its order
}

func convert(t testing.TB, f *File, opt Options) *converted {
	t.Helper()
	text, _, err := ToDecode(f, opt)
	require.NoError(t, err)
	c := load(t, string(text), f.DecodeOptions())
	by := map[string]*decodetree.Pattern{}
	for _, p := range c.spec.Patterns {
		by[p.Name] = p
	}
	names := newNames("_")
	order := map[*Pattern]string{}
	for _, b := range bins(f.Patterns, c.spec.Options.InsnWidth) {
		for _, p := range b {
			order[p] = names.fresh(p.Name + "_" + p.Variant)
		}
	}
	for _, p := range f.Patterns {
		require.NotNil(t, by[order[p]], order[p])
		c.patterns = append(c.patterns, by[order[p]])
	}
	return c
}

func load(t testing.TB, text string, opt decodetree.Options) *converted {
	t.Helper()
	spec, err := decodetree.Parse("t.decode", []byte(text), opt)
	require.NoError(t, err, "%.2000s", text)
	accept, err := constraints.Conditions(spec)
	require.NoError(t, err)
	return &converted{text: text, spec: spec, accept: accept}
}

// word aligns a word of the .risu file's pattern as the .decode file has it.
func (c *converted) word(p *Pattern, word uint64) uint64 {
	return word << (c.spec.Options.InsnWidth - p.Width)
}

func (c *converted) takes(q *decodetree.Pattern, word uint64) bool {
	return q.Matches(word) && c.accept(q, word)
}

// sampleWords gives words to try on a pattern: random ones, and mostly such that have its fixed bits. In
// those, fields are often as large or small as they can be, or equal.
func sampleWords(rng *rand.Rand, p *Pattern, n int) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		w := rng.Uint64() & lowBits(p.Width)
		if i%20 != 0 {
			w = w&^p.FixedMask | p.FixedBits
		}
		for _, f := range p.Fields {
			var v uint64
			switch rng.IntN(6) {
			case 0:
				v = w >> p.Fields[rng.IntN(len(p.Fields))].Low
			case 1:
				v = ^(uint64(rng.IntN(3)))
			case 2:
				v = uint64(rng.IntN(4))
			default:
				continue
			}
			mask := lowBits(f.Len) << f.Low
			w = w&^mask | v<<f.Low&mask
		}
		out[i] = w
	}
	return out
}

// lines gives the lines of a loss list or an error.
func lossText(losses []Loss) string {
	var lines []string
	for _, l := range losses {
		lines = append(lines, l.String())
	}
	return strings.Join(lines, "\n")
}
