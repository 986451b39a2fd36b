package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/runtime"
)

// The table of coverage (docs/coverage-mips.md): what of each decode file of an architecture ran on some model and
// changed what it writes, and why not the rest. Here the runs of all models are put together; coveragewhy_test.go
// has the reasons, coveragepage_test.go the page.

// coverTable is what the runs of all models showed of the decode files.
type coverTable struct {
	arch   arch.Arch
	files  []*coverFile // by name
	models []*coverModel
	at     map[string]*coverPattern // by file:line
}

// coverFile is a decode file.
type coverFile struct {
	name, text string
	patterns   []*coverPattern
}

// coverPattern is a pattern, and the models that have it, draw it, and covered it in one ABI and byte order at least.
type coverPattern struct {
	*constraints.Insn   // read for the CPU that lacks as little as possible
	file                *coverFile
	has, drawn, covered map[string]bool
	why                 string // it is covered on no model
}

// coverModel is a model, with all its ABIs and byte orders.
type coverModel struct {
	arch.CPU
	versions       map[string]bool // of its emulators
	drawn, covered map[string]bool // patterns, by file:line
}

// newCoverTable reads the decode files that the models of an architecture use.
func newCoverTable(t *testing.T, a arch.Arch) *coverTable {
	c := &coverTable{arch: a, at: map[string]*coverPattern{}}
	byName := map[string]*coverFile{}
	for _, cpu := range a.CPUs() {
		c.models = append(c.models, &coverModel{cpu, map[string]bool{}, map[string]bool{}, map[string]bool{}})
		for _, abi := range cpu.ABIs() {
			m, err := a.Machine(arch.Config{CPU: cpu.Name, ABI: abi, Reserved: true})
			require.NoError(t, err)
			for _, s := range m.Config().Sources {
				if byName[s.Name] == nil {
					byName[s.Name] = c.read(t, s)
				}
			}
			for _, in := range m.Set().Patterns() {
				c.at[sourceOf(in.Pattern)].has[cpu.Name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		c.files = append(c.files, byName[name])
	}
	return c
}

// read reads a decode file.
func (c *coverTable) read(t *testing.T, s arch.Source) *coverFile {
	f := &coverFile{name: s.Name, text: string(s.Text)}
	spec, err := decodetree.Parse(s.Name, s.Text, decodetree.Options{})
	require.NoError(t, err)
	set, err := constraints.Load([]*decodetree.Spec{spec}, arch.FileVocabulary(c.arch, s.Name))
	require.NoError(t, err)
	for _, p := range spec.Patterns {
		require.NotNil(t, set.Insn(p), "no CPU has %s (%s)", p.Name, p.Pos)
		cp := &coverPattern{Insn: set.Insn(p), file: f, has: map[string]bool{}, drawn: map[string]bool{}, covered: map[string]bool{}}
		f.patterns = append(f.patterns, cp)
		c.at[sourceOf(p)] = cp
	}
	return f
}

// sourceOf is where a pattern stands, as reports have it.
func sourceOf(p *decodetree.Pattern) string {
	return fmt.Sprintf("%s:%d", filepath.Base(p.Pos.File), p.Pos.Line)
}

// add puts a run in.
func (c *coverTable) add(t *testing.T, r *runtime.Report) {
	i := slices.IndexFunc(c.models, func(m *coverModel) bool { return m.Name == r.CPU })
	require.GreaterOrEqual(t, i, 0)
	m := c.models[i]
	m.versions[r.Versions.Master] = true
	for _, s := range slices.Concat(r.PatternList, r.ReservedList) {
		p := c.at[s.Source]
		require.NotNil(t, p, s.Source)
		if ofReserved := s.State == runtime.StateRefused || s.State == runtime.StateRan; ofReserved != p.isReserved() {
			continue // reserved words of an instruction do not cover it
		}
		p.drawn[r.CPU], m.drawn[s.Source] = true, true
		if s.State == runtime.StateCovered || s.State == runtime.StateRefused {
			p.covered[r.CPU], m.covered[s.Source] = true, true
		}
	}
}

// isReserved reports whether all words of the pattern are reserved.
func (p *coverPattern) isReserved() bool { return p.InGroup("reserved") }

// uncovered lists the patterns of a file that no model covered.
func (f *coverFile) uncovered() []*coverPattern {
	return slices.DeleteFunc(slices.Clone(f.patterns), func(p *coverPattern) bool { return len(p.covered) > 0 })
}
