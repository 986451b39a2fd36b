package runtime_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

const entry = `
- id: wrong-add
  cpus: [toy]
  patterns: ['V?ADD']
  kinds: [result]
  text: adds are wrong
`

// TestKnownDifferences: an entry covers its patterns on its CPU, and nothing else.
func TestKnownDifferences(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 3, Count: 400, BlockLen: 4, Rounds: 4, Select: arch.Selection{Patterns: []string{"ADD", "SUB"}}})
	wrong := func(name string) toy.Hook {
		p := img.Program.Machine.Set().ByName(name)[0].Pattern
		return func(s *toy.Step) {
			if rd := p.Extract(uint64(s.Word), nil)[0]; p.Matches(uint64(s.Word)) && rd != 0 {
				s.CPU.R[rd] ^= 4
			}
		}
	}
	run := func(hook toy.Hook, list string) *runtime.Report {
		known, err := runtime.ParseKnown("known.yaml", []byte(list))
		require.NoError(t, err)
		r, err := runtime.Run(context.Background(), img, &toyTarget{}, &toyTarget{hook: hook}, runtime.Options{Known: known, MaxMismatches: 1})
		require.NoError(t, err)
		require.Positive(t, r.Mismatches)
		return r
	}
	r := run(wrong("ADD"), entry)
	assert.False(t, r.Failed())
	assert.Equal(t, r.Mismatches, r.KnownMismatches)
	require.Len(t, r.KnownSeen, 1)
	assert.Equal(t, r.Mismatches, r.KnownSeen[0].Count)
	var text strings.Builder
	require.NoError(t, r.Text(&text, false))
	assert.Contains(t, text.String(), "known: wrong-add: adds are wrong")
	for name, list := range map[string]string{
		"no list":         "",
		"another CPU":     strings.Replace(entry, "toy", "to", 1),
		"another kind":    strings.Replace(entry, "result", "fault", 1),
		"another target":  entry + "  targets: nowhere\n",
		"another version": entry + "  versions: version 7\n",
	} {
		assert.True(t, run(wrong("ADD"), list).Failed(), name)
	}
	assert.True(t, run(wrong("SUB"), entry).Failed())
}

func TestKnownListErrors(t *testing.T) {
	for text, want := range map[string]string{
		"- id: a\n- id: b\n": "k.yaml:1: an entry needs",
		"\n- 3\n":            "k.yaml:2: an entry must be a mapping",
		"a: b\n":             "k.yaml",
		"- id: [\n":          "k.yaml:",
		strings.Replace(entry, "kinds: [result]", "kinds: [reslt]", 1): `k.yaml:2: unknown kind "reslt"`,
		strings.Replace(entry, "V?ADD", "(", 1):                        "k.yaml:2: error parsing regexp",
		entry + "  why: no\n":                                          `k.yaml:2: unknown key "why"`,
		entry + entry:                                                  `k.yaml:8: a second entry "wrong-add"`,
	} {
		_, err := runtime.ParseKnown("k.yaml", []byte(text))
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), want)
			assert.NotContains(t, err.Error(), "\n")
		}
	}
}

// TestKnownChangesOfSeveralPatterns: two patterns that change the same place without declaring it are never
// candidates together, and are known all the same; a third that does so is not.
func TestKnownChangesOfSeveralPatterns(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 3, Count: 600, BlockLen: 2, Rounds: 2, Select: arch.Selection{Patterns: []string{"ADD", "SUB", "XOR"}}})
	p := img.Program
	hook := func(names ...string) toy.Hook {
		return func(s *toy.Step) {
			for _, name := range names {
				if p.Machine.Set().ByName(name)[0].Pattern.Matches(uint64(s.Word)) {
					s.CPU.V[5] = 0x1234
				}
			}
		}
	}
	known, err := runtime.ParseKnown("k.yaml", []byte("- {id: v5, cpus: [toy], patterns: [ADD, SUB], kinds: [undeclared change], places: [v5], text: they write v5}\n"))
	require.NoError(t, err)
	for _, c := range []struct {
		names  []string
		failed bool
	}{{[]string{"ADD"}, false}, {[]string{"ADD", "SUB"}, false}, {[]string{"ADD", "XOR"}, true}} {
		h := hook(c.names...)
		r, err := runtime.Run(context.Background(), img, &toyTarget{hook: h}, &toyTarget{hook: h}, runtime.Options{Known: known})
		require.NoError(t, err)
		assert.Zero(t, r.Mismatches)
		assert.Equal(t, c.failed, r.Failed(), c.names)
	}
}

// named is a toy target of another name.
type named struct {
	*toyTarget
	name string
}

func (n named) Name() string { return n.name }

// TestKnownOfOneTarget: an entry about one target does not explain what the other one did, nor what both did.
func TestKnownOfOneTarget(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 3, Count: 200, BlockLen: 2, Rounds: 2, Select: arch.Selection{Patterns: []string{"ADD"}}})
	wrong := func(s *toy.Step) { s.CPU.V[5] = 0x1234 }
	known, err := runtime.ParseKnown("k.yaml", []byte("- {id: v5, cpus: [toy], targets: left, patterns: [ADD], kinds: [undeclared change], places: [v5], text: it writes v5}\n"))
	require.NoError(t, err)
	for _, c := range []struct {
		master, apprentice     string
		atMaster, atApprentice toy.Hook
		covered                bool
	}{
		{"left", "right", wrong, nil, true},
		{"left", "right", nil, wrong, false},
		{"right", "left", nil, wrong, true},
		{"left", "right", wrong, wrong, false},
		{"left", "left", wrong, wrong, true},
	} {
		master, apprentice := named{&toyTarget{hook: c.atMaster}, c.master}, named{&toyTarget{hook: c.atApprentice}, c.apprentice}
		r, err := runtime.Run(context.Background(), img, master, apprentice, runtime.Options{Known: known})
		require.NoError(t, err)
		require.Len(t, r.Findings, 1)
		assert.Equal(t, c.covered, r.Findings[0].Known != "", "%s and %s, found on %s", c.master, c.apprentice, r.Findings[0].Target)
	}
}
