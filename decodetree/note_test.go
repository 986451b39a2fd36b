package decodetree

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNotesFindTheirOwners(t *testing.T) {
	s := loadSpec(t, "word32.decode")
	texts := func(notes []Note) []string {
		var out []string
		for _, n := range notes {
			var words []string
			for line := range strings.Lines(n.Text) {
				words = append(words, strings.TrimSpace(line))
			}
			out = append(out, strings.Join(words, "|"))
		}
		return out
	}
	assert.Equal(t, []string{"spec-wide note { one; }"}, texts(s.Notes))
	assert.Equal(t, []string{"range { -2048 .. 2047; }"}, texts(s.Field("imm12").Notes))
	assert.Equal(t, []string{"operands { rd: out; }|and a second line"}, texts(s.ByName("add")[0].Notes))
	assert.Equal(t, []string{"a third after a gap"}, texts(s.ByName("sub")[0].Notes))
	group := s.ByName("nop")[0].Group
	assert.Equal(t, []string{"of the group", "after the group"}, texts(group.Notes))
	assert.Empty(t, s.ByName("nop")[0].Notes)
}

func TestNoteText(t *testing.T) {
	s := parseText(t, "%f 0:4 \\ #! one\n  4:4  #! twö x\n#! thrée\n# plain\n#!four\r\n")
	notes := s.Field("f").Notes
	require.Len(t, notes, 2)
	assert.Equal(t, Note{Pos{"t.decode", 1, 10}, "   one\n          twö x\n   thrée"}, notes[0])
	assert.Equal(t, Note{Pos{"t.decode", 5, 1}, "  four"}, notes[1])
}

func TestNoteOwners(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		of   func(*Spec) []Note
	}{
		"argument set":     {"&a b\n#! x\n", func(s *Spec) []Note { return s.ArgSets[0].Notes }},
		"format":           {"@a b:32 #! x\n", func(s *Spec) []Note { return s.Formats[0].Notes }},
		"open brace":       {"{ #! x\n  p a:32\n}\n", func(s *Spec) []Note { return s.Patterns[0].Group.Notes }},
		"close brace":      {"[\n  p a:32\n] #! x\n", func(s *Spec) []Note { return s.Patterns[0].Group.Notes }},
		"last in a group":  {"{\n  p a:32\n  #! x\n}\n", func(s *Spec) []Note { return s.Patterns[0].Notes }},
		"nothing above":    {"# y\n\n#! x\np a:32", func(s *Spec) []Note { return s.Notes }},
		"in a plain one":   {"p a:32 # #! y\n#! x", func(s *Spec) []Note { return s.Patterns[0].Notes }},
		"between its bits": {"p a:16 \\ #! x\n b:16", func(s *Spec) []Note { return s.Patterns[0].Notes }},
	} {
		t.Run(name, func(t *testing.T) {
			notes := c.of(parseText(t, c.text))
			require.Len(t, notes, 1)
			assert.Equal(t, "x", strings.TrimSpace(notes[0].Text))
		})
	}
}

// TestNoteAt: every character of a note's text that is not padding stands in the
// file where At says.
func TestNoteAt(t *testing.T) {
	src := readTestdata(t, "word32.decode")
	s := loadSpec(t, "word32.decode")
	for _, note := range allNotes(s) {
		assertNoteMatchesFile(t, src, note)
	}
	n := s.ByName("add")[0].Notes[0]
	assert.Equal(t, n.Pos, n.At(-1))
	assert.Equal(t, n.At(len(n.Text)), n.At(len(n.Text)+10))
}

func assertNoteMatchesFile(t testing.TB, src []byte, note Note) {
	lines := bytes.Split(src, []byte("\n"))
	for i := range note.Text {
		c := note.Text[i]
		if c == ' ' || c == '\n' {
			continue
		}
		at := note.At(i)
		require.Equal(t, string(c), string(lines[at.Line-1][at.Col-1]), "%v in %q", at, note.Text)
	}
}

func allNotes(s *Spec) []Note {
	notes := append([]Note{}, s.Notes...)
	for _, f := range s.Fields {
		notes = append(notes, f.Notes...)
	}
	for _, a := range s.ArgSets {
		notes = append(notes, a.Notes...)
	}
	for _, f := range s.Formats {
		notes = append(notes, f.Notes...)
	}
	for _, p := range s.Patterns {
		notes = append(notes, p.Notes...)
		for g := p.Group; g != nil; g = g.Parent {
			notes = append(notes, g.Notes...)
		}
	}
	return notes
}
