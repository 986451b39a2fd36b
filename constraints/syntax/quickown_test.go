package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

// The blocks of the architectures' files, which programs read at their start, never come to the grammar; nor do the holes of
// their templates.
func TestQuickReadsOwnFiles(t *testing.T) {
	files, err := filepath.Glob("../../arch/*/*.decode")
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		spec, err := decodetree.Parse(file, src, decodetree.Options{})
		require.NoError(t, err)
		for _, n := range notesOf(spec) {
			blocks, _ := requireQuickAgrees(t, n.Text)
			require.True(t, blocks, "%s: %s", n.Pos, n.Text)
			for _, hole := range holesOf(t, n.Text) {
				_, expr := requireQuickAgrees(t, hole)
				assert.True(t, expr, "%s: %s", n.Pos, hole)
			}
		}
	}
}

// notesOf lists all notes of a file that blocks stand in.
func notesOf(s *decodetree.Spec) []decodetree.Note {
	out := s.Notes
	for _, f := range s.Fields {
		out = append(out, f.Notes...)
	}
	for _, a := range s.ArgSets {
		out = append(out, a.Notes...)
	}
	for _, f := range s.Formats {
		out = append(out, f.Notes...)
	}
	for _, p := range s.Patterns {
		out = append(out, p.Notes...)
	}
	return out
}

// holesOf lists the expressions in the strings of blocks.
func holesOf(t *testing.T, text string) []string {
	blocks, err := Parse(text)
	require.NoError(t, err)
	var out []string
	for _, b := range blocks {
		for _, s := range b.Stmts {
			for _, hole := range strings.Split(s.Text, "{")[1:] {
				hole, _, _ = strings.Cut(hole, "}")
				if x := exprOf(hole); x != "" {
					out = append(out, x)
				}
			}
		}
	}
	return out
}

// exprOf is a hole without what says how its value is printed.
func exprOf(hole string) string {
	for _, form := range []string{":hex", ":f64", ":g", ":pc", ":page", ":dots", ":stem"} {
		if x, ok := strings.CutSuffix(hole, form); ok {
			return x
		}
	}
	if at := strings.LastIndexByte(hole, '|'); at >= 0 {
		return hole[:at]
	}
	return hole
}
