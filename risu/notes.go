package risu

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// noteBlock is one "name { text }" of an annotation. Its text is looked into only where it says
// something that RISU can be told.
type noteBlock struct {
	name  string
	note  decodetree.Note
	start int // offset of the name in the note
	body  int // offset behind the opening brace
	text  string
}

func (b *noteBlock) pos() decodetree.Pos { return b.note.At(b.start) }

func (b *noteBlock) errorf(offset int, format string, args ...any) *decodetree.Error {
	return &decodetree.Error{Pos: b.note.At(b.body + offset), Msg: fmt.Sprintf(format, args...)}
}

// comment gives the block on one line.
func (b *noteBlock) comment() string {
	return b.name + " { " + strings.Join(strings.Fields(b.text), " ") + " }"
}

// stmt is one statement of a block, its semicolon gone.
type stmt struct {
	offset int // in the block's text
	text   string
}

func (b *noteBlock) stmts() []stmt {
	var out []stmt
	start := 0
	scan(b.text, func(i int, c byte, depth int) bool {
		if c == ';' && depth == 0 {
			out = addStmt(out, b.text, start, i)
			start = i + 1
		}
		return true
	})
	return addStmt(out, b.text, start, len(b.text))
}

func addStmt(out []stmt, text string, start, end int) []stmt {
	body := strings.TrimSpace(text[start:end])
	if body == "" {
		return out
	}
	return append(out, stmt{start + strings.Index(text[start:end], body), body})
}

// scan calls f for each byte outside strings, with the number of brackets open before it, until f gives
// false.
func scan(text string, f func(i int, c byte, depth int) bool) {
	depth, quoted := 0, false
	for i := range len(text) {
		c := text[i]
		if c == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		if c == '}' || c == ')' {
			depth--
		}
		if !f(i, c, depth) {
			return
		}
		if c == '{' || c == '(' {
			depth++
		}
	}
}

// noteBlocks takes an annotation apart. A block of one statement needs no braces.
func noteBlocks(n decodetree.Note) ([]*noteBlock, error) {
	var out []*noteBlock
	for at := 0; ; {
		rest := strings.TrimLeft(n.Text[at:], " \t\r\n")
		at = len(n.Text) - len(rest)
		if rest == "" {
			return out, nil
		}
		name := rest[:wordLen(rest)]
		if name == "" {
			return nil, &decodetree.Error{Pos: n.At(at), Msg: "expected the name of a block"}
		}
		body, end := blockBody(rest, len(name))
		if end < 0 {
			return nil, &decodetree.Error{Pos: n.At(at), Msg: "expected " + name + " { ... }"}
		}
		out = append(out, &noteBlock{name: name, note: n, start: at, body: at + body, text: rest[body:end]})
		at += end + 1
	}
}

func wordLen(text string) int {
	n := 0
	for n < len(text) && (text[n] == '_' || text[n] >= '0' && text[n] <= '9' || text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z') {
		n++
	}
	return n
}

// blockBody gives the offsets of a block's text behind its name, and of the closing brace, or of the
// semicolon of its only statement; end is -1 where there is none.
func blockBody(text string, name int) (body, end int) {
	body = name + len(text[name:]) - len(strings.TrimLeft(text[name:], " \t\r\n"))
	closing, depth := byte(';'), 0
	if body < len(text) && text[body] == '{' {
		closing, body = '}', body+1
		depth = -1
	}
	end = -1
	scan(text[body:], func(i int, c byte, d int) bool {
		if c == closing && d == depth {
			end = body + i
		}
		return end < 0
	})
	return body, end
}

// blockSet is a pattern's blocks by name, those of the most specific definition that has any.
type blockSet map[string][]*noteBlock

// noteReader reads annotations, each once.
type noteReader struct {
	read map[decodetree.Pos][]*noteBlock
	errs decodetree.ErrorList
}

func (r *noteReader) blocks(n decodetree.Note) []*noteBlock {
	if got, ok := r.read[n.Pos]; ok {
		return got
	}
	got, err := noteBlocks(n)
	if err != nil {
		r.errs = append(r.errs, err.(*decodetree.Error))
	}
	r.read[n.Pos] = got
	return got
}

// collect applies inheritance.
func (r *noteReader) collect(levels [][]decodetree.Note) blockSet {
	out := blockSet{}
	for _, notes := range levels {
		level := blockSet{}
		for _, n := range notes {
			for _, b := range r.blocks(n) {
				level[b.name] = append(level[b.name], b)
			}
		}
		for name, list := range level {
			if out[name] == nil {
				out[name] = list
			}
		}
	}
	return out
}

// levelsOf gives the annotations of a pattern in its own file, the most specific first.
func levelsOf(spec *decodetree.Spec, p *decodetree.Pattern) [][]decodetree.Note {
	levels := [][]decodetree.Note{p.Notes, nil, nil, nil, spec.Notes}
	if p.Format != nil {
		levels[1] = p.Format.Notes
	}
	if p.ArgSet != nil {
		levels[2] = p.ArgSet.Notes
	}
	seen := map[*decodetree.Field]bool{}
	for _, a := range p.Args {
		if a.Field != nil && !seen[a.Field] {
			seen[a.Field] = true
			levels[3] = append(levels[3], a.Field.Notes...)
		}
	}
	return levels
}
