package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// uncoveredRule is an entry of an architecture's testdata/uncovered.yaml.
type uncoveredRule struct {
	Group    string   `yaml:"group"`
	Features []string `yaml:"features"` // all of them
	Patterns []string `yaml:"patterns"` // regular expressions for a whole name
	Why      string   `yaml:"why"`
}

// holds reports whether the entry is about a pattern. Groups are not drawn, and features belong to no model.
func (r *uncoveredRule) holds(p *coverPattern) bool {
	switch {
	case r.Group != "":
		return p.InGroup(r.Group) && len(p.drawn) == 0
	case len(r.Features) > 0:
		return len(p.has) == 0 && !slices.ContainsFunc(r.Features, func(f string) bool { return !p.requires(f) })
	}
	return wholeName(r.Patterns, p.Name())
}

// requires reports whether the pattern's requires block names a feature.
func (p *coverPattern) requires(feature string) bool {
	b, ok := p.Block("requires")
	if !ok {
		return false
	}
	text := strings.Join(strings.Split(p.file.text, "\n")[b.Pos.Line-1:], "\n")[b.Pos.Col-1:]
	text, _, _ = strings.Cut(text, "}")
	return regexp.MustCompile(`\b` + feature + `\b`).MatchString(text)
}

// explain finds out why patterns are covered on no model. There must be a reason for each, and a pattern for each
// entry that has reasons.
func (c *coverTable) explain(t *testing.T) {
	file := filepath.Join("..", "..", "arch", c.arch.Name(), "testdata", "uncovered.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var rules []uncoveredRule
	require.NoError(t, yaml.Unmarshal(text, &rules))
	known, err := runtime.ParseKnown(c.arch.Known())
	require.NoError(t, err)
	used := make([]bool, len(rules))
	for _, f := range c.files {
		for _, p := range f.uncovered() {
			if i := slices.IndexFunc(rules, func(r uncoveredRule) bool { return r.holds(p) }); i >= 0 {
				used[i], p.why = true, rules[i].Why
			} else {
				p.why = c.knownWhy(known, p)
			}
			assert.NotEmpty(t, p.why, "%s (%s) is covered on no model, and no reason is known. Drawn on %v", p.Name(), sourceOf(p.Pattern), p.drawn)
		}
	}
	for i, r := range rules {
		assert.True(t, used[i], "%s: no pattern needs this entry: %s", file, r.Why)
	}
}

// knownWhy is what the list of known differences says of a pattern on the models that have it, or "".
func (c *coverTable) knownWhy(known []*runtime.Known, p *coverPattern) string {
	why := ""
	for _, m := range c.models {
		if !p.has[m.Name] {
			continue
		}
		i := slices.IndexFunc(known, func(k *runtime.Known) bool { return accounts(k, m, p) })
		if i < 0 {
			return ""
		}
		why = known[i].Text
	}
	return why
}

// accounts reports whether a known difference is why a pattern is not covered on a model: it faults or
// runs where it must not, changes nothing, or is left out.
func accounts(k *runtime.Known, m *coverModel, p *coverPattern) bool {
	kind := slices.Contains(k.Kinds, runtime.FindingFault) || slices.Contains(k.Kinds, runtime.FindingRan) ||
		slices.Contains(k.Kinds, runtime.FindingConstant) && len(k.Places) == 0
	return (kind || k.Overlay != "" && !p.drawn[m.Name]) && wholeName(k.CPUs, m.Name) && wholeName(k.Patterns, p.Name())
}

func wholeName(exprs []string, name string) bool {
	return slices.ContainsFunc(exprs, func(e string) bool { return regexp.MustCompile("^(?:" + e + ")$").MatchString(name) })
}

// TestEveryDecodeFileIsUsed: a file that no model uses would be missing in the table.
func TestEveryDecodeFileIsUsed(t *testing.T) {
	for _, a := range arches {
		files, err := filepath.Glob(filepath.Join("..", "..", "arch", a.Name(), "*.decode"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		used := map[string]bool{}
		for _, cpu := range a.CPUs() {
			for _, abi := range cpu.ABIs() {
				m, err := a.Machine(arch.Config{CPU: cpu.Name, ABI: abi, Reserved: true})
				require.NoError(t, err)
				for _, s := range m.Config().Sources {
					used[s.Name] = true
				}
			}
		}
		for _, f := range files {
			name := filepath.Base(f)
			assert.True(t, used[name], "no model uses %s", f)
		}
	}
}
