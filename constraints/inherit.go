package constraints

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// source is a block and the annotation it stands in.
type source struct {
	block *syntax.Block
	note  decodetree.Note
}

func (s *source) pos() decodetree.Pos { return s.note.At(s.block.Pos.Offset) }

type noteKey struct {
	line, col int
}

// sources parses the annotations of one definition, once.
func (l *loader) sources(notes []decodetree.Note) []*source {
	var out []*source
	for i, n := range notes {
		key := noteKey{n.Pos.Line, n.Pos.Col}
		got, ok := l.parsed[key]
		if !ok {
			var err error
			if got, err = parseSources(n); err != nil {
				l.fail(err)
			}
			l.parsed[key] = got
		}
		if i == 0 {
			out = slices.Clip(got) // as a rule it is the only one
		} else {
			out = append(out, got...)
		}
	}
	return out
}

// parseSources parses one annotation.
func parseSources(n decodetree.Note) ([]*source, error) {
	blocks, err := parseNote(n)
	var out []*source
	for _, b := range blocks {
		out = append(out, &source{b, n})
	}
	return out, err
}

// level is one degree of specificity: what the file says there, and what overlays say.
type level struct {
	file, overlay []*source
}

// blocks are the blocks that a pattern has, each of another name. There are few.
type blocks []*source

// named returns the block of a name, or nil.
func (b blocks) named(name string) *source {
	for _, s := range b {
		if s.block.Name == name {
			return s
		}
	}
	return nil
}

// collect gathers a pattern's blocks: of each name the one of the most specific definition that has one.
func (l *loader) collect(p *decodetree.Pattern) blocks {
	var out, overlaid blocks
	levels := l.levels(p)
	for _, lv := range levels {
		have := len(out)
		for _, s := range l.single(lv.overlay) {
			if out[:have].named(s.block.Name) == nil {
				out, overlaid = append(out, s), append(overlaid, s)
			}
		}
		for _, s := range l.single(lv.file) {
			if out.named(s.block.Name) == nil {
				out = append(out, s)
			}
		}
	}
	if !l.set.sound {
		l.note(levels, out, overlaid)
	}
	return out
}

// note keeps which blocks a pattern could have, and which it has. To take the place of others is what overlays
// are for: what one is chosen before counts as chosen.
func (l *loader) note(levels []level, chosen, overlaid blocks) {
	for _, lv := range levels {
		for _, s := range slices.Concat(lv.file, lv.overlay) {
			name := s.block.Name
			if fileWide(name) {
				continue
			}
			n := l.set.usage.offered[s]
			if chosen.named(name) == s || overlaid.named(name) != nil {
				n++
			}
			l.set.usage.offered[s] = n
		}
	}
}

// levels lists the definitions that a pattern inherits from, the most specific first.
func (l *loader) levels(p *decodetree.Pattern) []level {
	levels := append(make([]level, 0, 5), level{l.sources(p.Notes), l.overlays.pattern(p)})
	if p.Format != nil {
		levels = append(levels, level{l.sources(p.Format.Notes), l.overlays.named('@', p.Format.Name)})
	}
	if p.ArgSet != nil {
		levels = append(levels, level{l.sources(p.ArgSet.Notes), l.overlays.named('&', p.ArgSet.Name)})
	}
	var fields level
	for _, f := range fieldsOf(l.spec, p) {
		fields.file = append(fields.file, l.sources(f.Notes)...)
		fields.overlay = append(fields.overlay, l.overlays.named('%', f.Name)...)
	}
	return append(levels, fields, level{l.sources(l.spec.Notes), l.overlays.file()})
}

// fieldsOf lists the named fields that give a pattern's arguments their values, each once.
func fieldsOf(spec *decodetree.Spec, p *decodetree.Pattern) []*decodetree.Field {
	var out []*decodetree.Field
	for _, a := range p.Args {
		if a.Field != nil && a.Field.Name != "" && spec.Field(a.Field.Name) == a.Field && !slices.Contains(out, a.Field) {
			out = append(out, a.Field)
		}
	}
	return out
}

// fileWide reports whether all blocks of a name hold, wherever they stand.
func fileWide(name string) bool { return name == "functions" || name == "names" }

// single leaves out blocks of one level whose name another has. Two of one name are a conflict.
func (l *loader) single(sources []*source) blocks {
	for i, s := range sources {
		if blocks(sources[:i]).named(s.block.Name) != nil {
			return l.distinct(sources)
		}
	}
	return sources
}

func (l *loader) distinct(sources []*source) blocks {
	var out blocks
	for _, s := range sources {
		name := s.block.Name
		first := out.named(name)
		if first == nil {
			out = append(out, s)
		} else if first != s && !fileWide(name) {
			l.fail(&decodetree.Error{Pos: s.pos(), Msg: fmt.Sprintf(
				"two %s blocks at one level: the other is at %s", name, first.pos())})
		}
	}
	return out
}
