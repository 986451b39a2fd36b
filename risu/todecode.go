package risu

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// ToDecode writes f as an annotated decodetree file, to be read with f.DecodeOptions. Each pattern
// accepts the words that it accepts in f, by its fixed bits and its constraints block. Patterns that
// overlap stand in groups, so that a word is decoded as the first of them in f's order.
//
// With opt.Lossy it converts what it can and lists the rest. Without, a loss is an error, a
// decodetree.ErrorList with all of them.
func ToDecode(f *File, opt Options) ([]byte, []Loss, error) {
	if f.Mode == "" {
		return nil, nil, &decodetree.Error{
			Pos: decodetree.Pos{File: f.Name, Line: 1, Col: 1}, Msg: "no .mode says what the patterns are for",
		}
	}
	w := &decodeWriter{
		file: f, width: f.DecodeOptions().InsnWidth,
		names: newNames("_"), groupNames: newNames("_"), groups: map[string]string{},
	}
	w.head()
	for _, b := range bins(f.Patterns, w.width) {
		w.bin(b)
	}
	sortLosses(w.losses)
	if len(w.losses) > 0 && !opt.Lossy {
		return nil, w.losses, lossError(w.losses)
	}
	return []byte(w.out.String()), w.losses, nil
}

func lossError(losses []Loss) error {
	var list decodetree.ErrorList
	for _, l := range losses {
		list = append(list, &decodetree.Error{Pos: l.Pos, Msg: "cannot be converted: " + l.What})
	}
	return list
}

// sortLosses brings them into the file's order.
func sortLosses(losses []Loss) {
	slices.SortStableFunc(losses, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
}

// decodeWriter writes one file.
type decodeWriter struct {
	file       *File
	width      int
	out        strings.Builder
	names      *nameSet          // of patterns
	groupNames *nameSet          // of groups to select by
	groups     map[string]string // and what they were called
	losses     []Loss
}

func (w *decodeWriter) lose(pos decodetree.Pos, format string, args ...any) {
	w.losses = append(w.losses, Loss{pos, fmt.Sprintf(format, args...)})
}

func (w *decodeWriter) head() {
	fmt.Fprintf(&w.out, "# Converted from RISU's %s, .mode %s\n", commentText(w.file.Name), w.file.Mode)
	switch opt := w.file.DecodeOptions(); {
	case opt.VarInsnWidth:
		fmt.Fprintf(&w.out, "# To be read with --varinsnwidth=%d\n", opt.InsnWidth)
	case opt.InsnWidth != wideBits:
		fmt.Fprintf(&w.out, "# To be read with --insnwidth=%d\n", opt.InsnWidth)
	}
	w.out.WriteByte('\n')
}

// bin writes one pattern, or several as a group.
func (w *decodeWriter) bin(b bin) {
	if len(b) == 1 {
		w.pattern(b[0], "")
		return
	}
	w.out.WriteString("{\n")
	width := 0
	for _, p := range b {
		width = max(width, p.Width)
	}
	for _, p := range b {
		w.pattern(w.widen(p, width), "  ")
	}
	w.out.WriteString("}\n")
}

// widen gives p bits that do not matter, where it stands in one group with longer patterns: the
// patterns of a group have one length.
func (w *decodeWriter) widen(p *Pattern, width int) *Pattern {
	up := width - p.Width
	if up == 0 {
		return p
	}
	w.lose(p.Pos, "%s: its length of %d bits, since it overlaps a pattern of %d", p.FullName(), p.Width, width)
	out := *p
	out.Width, out.FixedBits, out.FixedMask = width, p.FixedBits<<up, p.FixedMask<<up
	out.Fields = slices.Clone(p.Fields)
	for i := range out.Fields {
		out.Fields[i].Low += up
	}
	return &out
}

func (w *decodeWriter) pattern(p *Pattern, indent string) {
	for _, c := range p.Comments {
		fmt.Fprintf(&w.out, "%s#%s\n", indent, commentText(c))
	}
	args := p.argumentNames()
	name := w.names.fresh(p.Name + "_" + p.Variant)
	fmt.Fprintf(&w.out, "%s%-16s %s\n", indent, name, p.layout(args))
	if len(p.Groups) > 0 {
		w.block(indent, "groups", []string{strings.Join(w.groupList(p.Groups), ", ")})
	}
	rename := map[string]string{}
	for i, f := range p.Fields {
		rename[f.Name] = args[i]
	}
	w.block(indent, "constraints", w.constraints(p, args, rename))
	w.memory(p, indent, rename)
	if p.Post != nil {
		w.lose(p.Post.Pos, "%s: !post, code after the instruction", p.FullName())
	}
}

// commentText keeps a comment from being taken for a block, and from continuing on the next line.
func commentText(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' {
			return ' '
		}
		return r
	}, text)
	if strings.HasPrefix(text, "!") {
		text = " " + text
	}
	return strings.TrimRight(text, " \t")
}

// layout writes the bits of a pattern, in the file's order.
func (p *Pattern) layout(args []string) string {
	var words []string
	top := p.Width
	fixed := func(low int) {
		if known := max(low, bits.TrailingZeros64(p.FixedMask|1<<p.Width)); known < top && p.FixedMask>>(top-1)&1 == 1 {
			words = append(words, fmt.Sprintf("%0*b", top-known, p.FixedBits>>known&lowBits(top-known)))
			top = known
		}
		if low < top {
			words = append(words, strings.Repeat("-", top-low))
		}
		top = low
	}
	for i, f := range p.Fields {
		fixed(f.Low + f.Len)
		if f.Len > 0 {
			words = append(words, fmt.Sprintf("%s:%d", args[i], f.Len))
		}
		top = f.Low
	}
	fixed(0)
	return strings.Join(words, " ")
}

func (w *decodeWriter) groupList(names []string) []string {
	var out []string
	for _, name := range names {
		if w.groups[name] == "" {
			w.groups[name] = w.groupNames.fresh(identifier(name))
		}
		out = append(out, w.groups[name])
	}
	return out
}

// maxColumn is where a block goes on in the next line.
const maxColumn = 110

// block writes "#! name { statement; statement; }", or nothing if there are no statements.
func (w *decodeWriter) block(indent, name string, stmts []string) {
	if len(stmts) == 0 {
		return
	}
	line := indent + "#! " + name + " {"
	for _, s := range stmts {
		if len(line)+len(s) > maxColumn && !strings.HasSuffix(line, "{") {
			w.out.WriteString(line + "\n")
			line = indent + "#!  "
		}
		line += " " + s + ";"
	}
	w.out.WriteString(line + " }\n")
}

// constraints gives the statements that a word must fulfil: what the mode implies, then the block.
func (w *decodeWriter) constraints(p *Pattern, args []string, rename map[string]string) []string {
	var out []string
	for i := range p.Fields {
		if values := p.Fields[i].excluded(w.file.Mode); len(values) > 0 {
			out = append(out, fmt.Sprintf("!(%s in {%d, %d})", args[i], values[0], values[1]))
		}
	}
	if p.Constraints == nil {
		return out
	}
	truth, err := w.truth(p, rename)
	if err != nil {
		w.drop(p, err)
		return out
	}
	for _, e := range conjuncts(truth) {
		if n, ok := e.(*Number); !ok || n.Value == 0 {
			out = append(out, blocks.print(e))
		}
	}
	return out
}

// truth translates the constraints block.
func (w *decodeWriter) truth(p *Pattern, rename map[string]string) (Expr, error) {
	r, err := reduceBlock(p.Constraints)
	if err != nil {
		return nil, err
	}
	for _, c := range r.calls {
		w.lose(c.Pos, "%s: code emitted by %s before the instruction", p.FullName(), c.Name)
	}
	for _, l := range r.losses {
		w.lose(l.Pos, "%s: %s before the instruction", p.FullName(), l.What)
	}
	if r.value == nil {
		return &Number{Pos: p.Constraints.Pos}, nil // an empty block is false
	}
	t := &toBlocks{pattern: p, rename: rename}
	return t.condition(r.value)
}

// drop notes a constraints block that could not be translated.
func (w *decodeWriter) drop(p *Pattern, err error) {
	w.lose(place(err, p.Constraints.Pos), "%s: its constraints, so that it accepts more words: %s", p.FullName(), message(err))
}

// place gives the position of an error, or other if it has none.
func place(err error, other decodetree.Pos) decodetree.Pos {
	var at *decodetree.Error
	if errors.As(err, &at) {
		return at.Pos
	}
	return other
}

// message gives the text of an error without its position.
func message(err error) string {
	var at *decodetree.Error
	if errors.As(err, &at) {
		return at.Msg
	}
	return err.Error()
}

// conjuncts takes a && b && c apart.
func conjuncts(e Expr) []Expr {
	if b, ok := e.(*Binary); ok && b.Op == "&&" {
		return append(conjuncts(b.L), conjuncts(b.R)...)
	}
	return []Expr{e}
}
