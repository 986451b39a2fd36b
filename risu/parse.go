package risu

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/risugen/risugen/decodetree"
)

// Sizes beyond which an input is refused instead of worked on. RISU's largest file has 170 kB.
const (
	maxSource = 16 << 20
	maxLine   = 64 << 10
	maxErrors = 500
)

// Parse reads the .risu file src; file is its name in positions. The error, if any, is a
// decodetree.ErrorList with one error for each line that has any, and then there is no File.
func Parse(file string, src []byte) (*File, error) {
	start := decodetree.Pos{File: file, Line: 1, Col: 1}
	if len(src) > maxSource {
		msg := fmt.Sprintf("file of %d bytes is larger than %d", len(src), maxSource)
		return nil, decodetree.ErrorList{{Pos: start, Msg: msg}}
	}
	p := &parser{file: &File{Name: file}, seen: map[string]decodetree.Pos{}}
	for _, l := range splitLines(file, string(src)) {
		if err := p.line(l); err != nil {
			p.errs = append(p.errs, err)
		}
		if len(p.errs) == maxErrors {
			p.errs = append(p.errs, l.errorf(0, "too many errors"))
			break
		}
	}
	if len(p.errs) > 0 {
		return nil, p.errs
	}
	return p.file, nil
}

type parser struct {
	file   *File
	groups []string
	above  []string                  // comments that no pattern has taken yet
	seen   map[string]decodetree.Pos // patterns by full name
	errs   decodetree.ErrorList
}

// line takes one logical line.
func (p *parser) line(l *line) *decodetree.Error {
	if len(l.text) > maxLine {
		return l.errorf(0, "line of %d bytes is longer than %d", len(l.text), maxLine)
	}
	p.above = append(p.above, l.comments...)
	ast, err := parseLine(l)
	if err != nil {
		return err
	}
	switch {
	case ast.Directive != nil:
		return p.directive(l, ast)
	case ast.Groups != nil:
		p.groups = splitGroups(*ast.Groups)
		return nil
	}
	return p.pattern(l, ast)
}

func splitGroups(text string) []string {
	var out []string
	for name := range strings.SplitSeq(text[1:], ",") {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// directive reads ".mode arm.thumb".
func (p *parser) directive(l *line, ast *lineAST) *decodetree.Error {
	d, at := ast.Directive, ast.Pos.Offset
	switch {
	case d.Name != ".mode":
		return l.errorf(at, "unknown directive %s", d.Name)
	case len(p.file.Patterns) > 0:
		return l.errorf(at, ".mode must stand before all patterns")
	case len(d.Args) != 1:
		return l.errorf(at, ".mode takes one argument, not %d", len(d.Args))
	}
	p.file.Mode, p.file.ModePos = d.Args[0], l.at(at)
	return nil
}

func (p *parser) pattern(l *line, ast *lineAST) *decodetree.Error {
	pat := &Pattern{
		Name: ast.Pattern.Name, Variant: ast.Pattern.Variant, Pos: l.at(ast.Pos.Offset),
		Groups: p.groups, Comments: p.above,
	}
	p.above = nil
	if first, ok := p.seen[pat.FullName()]; ok {
		return l.errorf(ast.Pos.Offset, "%s is defined already (%s)", pat.FullName(), first)
	}
	b := patternBuilder{line: l, pat: pat, low: wideBits}
	for _, item := range ast.Pattern.Items {
		if err := b.item(item); err != nil {
			return err
		}
	}
	if err := b.finish(ast.Pos.Offset); err != nil {
		return err
	}
	p.seen[pat.FullName()] = pat.Pos
	p.file.Patterns = append(p.file.Patterns, pat)
	return nil
}

const (
	wideBits   = 32
	narrowBits = 16
)

// patternBuilder lays out one pattern's bits, from the most significant down.
type patternBuilder struct {
	line   *line
	pat    *Pattern
	low    int // the lowest bit taken so far
	blocks bool
}

func (b *patternBuilder) item(item *itemAST) *decodetree.Error {
	at := item.Pos.Offset
	if item.Body != nil {
		return b.block(item)
	}
	if b.blocks {
		return b.line.errorf(at, "bits of %s after a block", b.pat.FullName())
	}
	name, n := "", len(item.Bits)
	if item.Field != "" {
		var err error
		if name, n, err = fieldOf(item.Field); err != nil {
			return b.line.errorf(at, "%q is neither bits nor a field name:length", item.Field)
		}
	}
	if n > b.low {
		return b.line.errorf(at, "%s has more than %d bits", b.pat.FullName(), wideBits)
	}
	b.low -= n
	if name != "" {
		b.pat.Fields = append(b.pat.Fields, Field{Name: name, Pos: b.line.at(at), Low: b.low, Len: n})
		return nil
	}
	bits, err := strconv.ParseUint(item.Bits, 2, wideBits)
	if err != nil { // at most 32 digits of 0 and 1
		return b.line.errorf(at, "bad bits %s", item.Bits)
	}
	b.pat.FixedBits |= bits << b.low
	b.pat.FixedMask |= lowBits(n) << b.low
	return nil
}

// fieldOf reads "name:length" or "name", which has one bit.
func fieldOf(text string) (string, int, error) {
	name, digits, ok := strings.Cut(text, ":")
	if !ok {
		digits = "1"
	}
	n, err := strconv.Atoi(digits)
	if err == nil && (n > wideBits || name[0] <= '9' || strings.Contains(name, "_")) {
		err = strconv.ErrRange
	}
	return name, n, err
}

func (b *patternBuilder) block(item *itemAST) *decodetree.Error {
	at := item.Pos.Offset
	b.blocks = true
	target := map[string]**Block{
		"": &b.pat.Constraints, "!constraints": &b.pat.Constraints,
		"!memory": &b.pat.Memory, "!post": &b.pat.Post,
	}[item.Block]
	if target == nil {
		return b.line.errorf(at, "unknown block %s; known are !constraints, !memory, !post", item.Block)
	}
	if *target != nil {
		return b.line.errorf(at, "%s has this block already (%s)", b.pat.FullName(), (*target).Pos)
	}
	c := perlBuilder{line: b.line, pattern: b.pat}
	text := b.line.text[item.Body.Pos.Offset:item.Body.EndPos.Offset]
	*target = &Block{Pos: b.line.at(at), Text: strings.TrimSpace(text), Body: c.stmts(item.Body)}
	return c.err
}

// finish moves a pattern of half a word down.
func (b *patternBuilder) finish(at int) *decodetree.Error {
	p := b.pat
	p.Width = wideBits - b.low
	if p.Width != wideBits && p.Width != narrowBits {
		return b.line.errorf(at, "%s has %d bits; want %d or %d", p.FullName(), p.Width, narrowBits, wideBits)
	}
	p.FixedBits >>= b.low
	p.FixedMask >>= b.low
	for i := range p.Fields {
		p.Fields[i].Low -= b.low
	}
	return nil
}

// perlBuilder makes the tree of a block: the parser's flat runs of operators get Perl's precedences.
type perlBuilder struct {
	line    *line
	pattern *Pattern
	err     *decodetree.Error // the first
}

func (c *perlBuilder) fail(at int, format string, args ...any) {
	if c.err == nil {
		c.err = c.line.errorf(at, format, args...)
	}
}

func (c *perlBuilder) at(p lexer.Position) decodetree.Pos { return c.line.at(p.Offset) }
