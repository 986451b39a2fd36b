package constraints

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// template is an asm block: literal text and holes.
//
//	{name}        the pattern's name in lower case
//	{name:dots}   the same with dots for underscores
//	{name:stem}   the same up to the first underscore
//	{expr}        the value in decimal
//	{expr:hex}    the value's 64 bits in hexadecimal, as 0x1f
//	{expr:f64}    the binary64 number with these bits, as 1.500000000000000000e+00
//	{expr:g}      the same as short as it can be: 1.5
//	{expr:pc}     the address that is so many bytes from the word's, in hexadecimal
//	{expr:page}   the same from the begin of the word's page of 4 KiB
//	{expr|a,b,c}  the word that the value counts to
//	{expr|list}   the same, of a list of a names block
//	{expr|each list}  those words whose bits are set, bit 0 the first word's, with commas between
//	{branch}      the branch's target address
//	{{            a brace, which needs no other at its end
type template struct {
	when  *expr // nil: always
	parts []part
}

type part struct {
	text  string // literal, where value is nil and dest is false
	value *expr
	form  string // of a number: one of forms, or ""
	words []string
	each  bool // of words: all whose bits are set
	dest  bool
}

// parseTemplate parses the text of an asm string; sc.base is the offset of the text in the note.
func parseTemplate(sc *scope, text string) (*template, error) {
	t := &template{}
	start := sc.base
	for pos := 0; pos < len(text); {
		open := strings.IndexByte(text[pos:], '{')
		if open < 0 {
			t.parts = append(t.parts, part{text: text[pos:]})
			break
		}
		if open > 0 {
			t.parts = append(t.parts, part{text: text[pos : pos+open]})
		}
		pos += open + 1
		if pos < len(text) && text[pos] == '{' {
			t.parts = append(t.parts, part{text: "{"})
			pos++
			continue
		}
		end := strings.IndexByte(text[pos:], '}')
		if end < 0 {
			sc.base = start
			return nil, sc.errorf(pos-1, "asm: { without }")
		}
		sc.base = start + pos
		p, err := parseHole(sc, text[pos:pos+end])
		if err != nil {
			return nil, err
		}
		t.parts = append(t.parts, p)
		pos += end + 1
	}
	return t, nil
}

func parseHole(sc *scope, text string) (part, error) {
	switch text {
	case "name":
		return part{text: strings.ToLower(sc.pattern.Name)}, nil
	case "name:dots":
		return part{text: strings.ReplaceAll(strings.ToLower(sc.pattern.Name), "_", ".")}, nil
	case "name:stem":
		stem, _, _ := strings.Cut(strings.ToLower(sc.pattern.Name), "_")
		return part{text: stem}, nil
	case "branch":
		return part{dest: true}, nil
	}
	var p part
	if rest, form, ok := cutForm(text); ok {
		p.form, text = form, rest
	} else if at := strings.LastIndexByte(text, '|'); at >= 0 {
		list, each := strings.CutPrefix(text[at+1:], "each ")
		words, err := sc.words(list, len(text)-len(list))
		if err != nil {
			return p, err
		}
		p.words, p.each, text = words, each, text[:at]
	}
	ast, err := syntax.ParseExpr(text)
	if err != nil {
		return p, sc.errorf(errorOffset(err), "asm: %s", err)
	}
	x, err := sc.compile(ast)
	if err != nil {
		return p, err
	}
	p.value = x
	return p, nil
}

// forms are what can stand behind the colon of a number.
var forms = []string{"hex", "f64", "g", "pc", "page"}

// cutForm cuts the form of a number off a hole.
func cutForm(text string) (rest, form string, ok bool) {
	for _, form := range forms {
		if rest, ok := strings.CutSuffix(text, ":"+form); ok {
			return rest, form, true
		}
	}
	return text, "", false
}

// Disassemble writes the word at address pc as assembler text: the first string of the asm block whose condition
// holds. Where there is none the word is shown as its pattern's name and its arguments.
func (in *Insn) Disassemble(word, pc uint64) string {
	e := in.env(word)
	for _, t := range in.templates() {
		if t.when == nil || t.when.eval(e) != 0 {
			var b strings.Builder
			for i := range t.parts {
				t.parts[i].write(&b, in, e, pc)
			}
			return b.String()
		}
	}
	return in.Pattern.Name + Arguments(in.Pattern, e.args)
}

// branchFrom is what the distance of an instruction's target counts from.
func branchFrom(in *Insn, pc uint64) uint64 {
	if in.Branch == nil {
		return pc
	}
	return in.Branch.From(pc)
}

func (p *part) write(b *strings.Builder, in *Insn, e *env, pc uint64) {
	switch {
	case p.dest && in.Branch != nil && in.Branch.Absolute && in.Branch.Target < 0:
		fmt.Fprintf(b, "0x%x", uint64(in.BranchOffset(e.word, e.args)))
	case p.dest:
		fmt.Fprintf(b, "0x%x", wrapped(branchFrom(in, pc), in.BranchOffset(e.word, e.args)))
	case p.value == nil:
		b.WriteString(p.text)
	case p.form == "f64":
		b.WriteString(strconv.FormatFloat(math.Float64frombits(uint64(p.value.eval(e))), 'e', 18, 64))
	case p.form == "g":
		b.WriteString(strconv.FormatFloat(math.Float64frombits(uint64(p.value.eval(e))), 'g', -1, 64))
	case p.form == "pc":
		fmt.Fprintf(b, "0x%x", pc+uint64(p.value.eval(e)))
	case p.form == "page":
		fmt.Fprintf(b, "0x%x", pc&^0xfff+uint64(p.value.eval(e)))
	case p.form == "hex":
		fmt.Fprintf(b, "0x%x", uint64(p.value.eval(e)))
	case p.each:
		b.WriteString(eachWord(p.words, p.value.eval(e)))
	case p.words != nil:
		b.WriteString(wordOf(p.words, p.value.eval(e)))
	default:
		fmt.Fprintf(b, "%d", p.value.eval(e))
	}
}

// wrapped is an address at a distance from pc. Where pc fits 32 bits it wraps there.
func wrapped(pc uint64, offset int64) uint64 {
	if to := pc + uint64(offset); pc>>32 != 0 {
		return to
	}
	return uint64(uint32(pc + uint64(offset)))
}

func wordOf(words []string, v int64) string {
	if v < 0 || v >= int64(len(words)) {
		return fmt.Sprintf("?%d", v)
	}
	return words[v]
}

// eachWord joins the words whose bits are set.
func eachWord(words []string, bits int64) string {
	var out []string
	for i, w := range words {
		if bits>>i&1 != 0 {
			out = append(out, w)
		}
	}
	return strings.Join(out, ", ")
}

// Arguments prints a pattern's arguments as " name=value name=value".
func Arguments(p *decodetree.Pattern, args []int64) string {
	var b strings.Builder
	for i, a := range p.Args {
		fmt.Fprintf(&b, " %s=%d", a.Name, args[i])
	}
	return b.String()
}
