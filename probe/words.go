package probe

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// maxSequence is how many instructions a case may have.
const maxSequence = 64

// Words reads instructions with semicolons between. Each is a pattern's name and its arguments ("ADDS_S df=1 wd=1
// ws=2 wt=3"; those left out are usual, as a condition that is always met, or what a field of zeros stands for), or a word in hexadecimal ("0x78231050"). Of several
// patterns of a name the first is taken whose word is legal. Whether a word can be run is not asked here: see
// [Prober.Build]. Notes tell what was left out.
func Words(m arch.Machine, n *Names, text string) (words []arch.Given, notes []string, err error) {
	offset, column := uint64(0), 1
	for _, part := range strings.Split(text, ";") {
		w := wordParser{m: m, names: n, text: part}
		g, err := w.parse()
		if err != nil {
			return nil, nil, fmt.Errorf("column %d: %w", column+w.at, err)
		}
		g.Offset = offset
		offset += uint64(g.Size)
		column += len(part) + 1
		if words = append(words, g); len(words) > maxSequence {
			return nil, nil, fmt.Errorf("there are more than %d instructions", maxSequence)
		}
		if w.note != "" {
			notes = append(notes, w.note)
		}
	}
	return words, notes, nil
}

// wordParser reads one instruction.
type wordParser struct {
	m     arch.Machine
	names *Names
	text  string
	at    int // bytes into text, where an error belongs
	note  string
}

// argument is one as it was written.
type argument struct {
	name, value string
	at          int
}

func (w *wordParser) parse() (arch.Given, error) {
	tokens := w.tokens()
	if len(tokens) == 0 {
		return arch.Given{}, errors.New("an instruction is missing: it is a pattern's name and its arguments, or a word as 0x and digits")
	}
	w.at = tokens[0].at
	first := tokens[0].name
	if tokens[0].value != "" {
		return arch.Given{}, fmt.Errorf("%q stands where a pattern's name must", clip(first+"="+tokens[0].value))
	}
	if digits, ok := strings.CutPrefix(strings.ToLower(first), "0x"); ok {
		if len(tokens) > 1 {
			w.at = tokens[1].at
			return arch.Given{}, fmt.Errorf("%q follows a word, which has no arguments", clip(tokens[1].name))
		}
		return w.word(digits)
	}
	patterns := w.patterns(first)
	if len(patterns) == 0 {
		return arch.Given{}, w.unknown(first)
	}
	return w.encode(patterns, tokens[1:])
}

// tokens splits the text at blanks, and each piece at its first =.
func (w *wordParser) tokens() []argument {
	var out []argument
	at := 0
	for _, f := range strings.Fields(w.text) {
		at += strings.Index(w.text[at:], f)
		name, value, _ := strings.Cut(f, "=")
		out = append(out, argument{name, value, at})
		at += len(f)
	}
	return out
}

// word reads the digits of a word.
func (w *wordParser) word(digits string) (arch.Given, error) {
	plain := strings.ReplaceAll(digits, "_", "")
	v, err := strconv.ParseUint(plain, 16, 64)
	size := w.size(plain, v)
	if err != nil || size < 8 && v>>(8*size) != 0 {
		return arch.Given{}, fmt.Errorf("%q is no instruction word of %d bits", "0x"+clip(digits), 8*size)
	}
	return arch.Given{Word: v, Size: uint8(size)}, nil
}

// size is how many bytes a word has. Where words differ in size the first one says, of as many digits as it has.
func (w *wordParser) size(digits string, v uint64) int {
	sizes := w.m.Layout().WordSizes
	if sizes == nil {
		return w.m.Set().Insns[0].Pattern.Width / 8
	}
	if len(digits) <= 2*sizes.Unit {
		return sizes.Unit
	}
	return 2 * sizes.Unit
}

// patterns finds those of a name, as it is written or else in any case.
func (w *wordParser) patterns(name string) []*decodetree.Pattern {
	var exact, folded []*decodetree.Pattern
	for _, in := range w.m.Set().Insns {
		switch p := in.Pattern; {
		case p.Name == name && !slices.Contains(exact, p):
			exact = append(exact, p)
		case strings.EqualFold(p.Name, name) && !slices.Contains(folded, p):
			folded = append(folded, p)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return folded
}

// unknown is the error for a name that no pattern has.
func (w *wordParser) unknown(name string) error {
	for _, p := range w.m.Set().Absent {
		if strings.EqualFold(p.Name, name) {
			return fmt.Errorf("this CPU lacks %s (%s)", p.Name, p.Pos)
		}
	}
	var near []string
	for _, in := range w.m.Set().Patterns() {
		stem, _, _ := strings.Cut(in.Name(), "_")
		given, _, _ := strings.Cut(strings.ToUpper(name), "_")
		if stem == given && !slices.Contains(near, in.Name()) {
			near = append(near, in.Name())
		}
	}
	if len(near) == 0 {
		return fmt.Errorf("%q is no pattern of this CPU (risugen list --cpu %s lists them)", clip(name), w.m.Config().CPU)
	}
	return fmt.Errorf("%q is no pattern of this CPU; there are %s", clip(name), strings.Join(near[:min(12, len(near))], ", "))
}

// encode makes the word of the first pattern that has a legal one; if none has, of the first that has one at all.
func (w *wordParser) encode(patterns []*decodetree.Pattern, args []argument) (arch.Given, error) {
	var first *arch.Given
	var failed error
	at := w.at
	for _, p := range patterns {
		w.at = at
		word, err := w.encodeUsual(p, args)
		if err != nil {
			if failed == nil {
				failed, at = err, w.at
			}
			continue
		}
		g := arch.Given{Word: word, Size: uint8(p.Width / 8)}
		if w.legal(p, word) {
			return g, nil
		}
		if first == nil {
			first = &g
		}
	}
	if first != nil {
		return *first, nil
	}
	w.at = at
	return arch.Given{}, failed
}

// legal reports whether a word of a pattern may be run, behind a prefix or elsewhere.
func (w *wordParser) legal(p *decodetree.Pattern, word uint64) bool {
	return slices.ContainsFunc(w.m.Set().Variants(p), func(in *constraints.Insn) bool { return in.Legal(word) })
}

// encodeUsual is encodeAs with the usual values of arguments that are left out, where that is a legal word.
func (w *wordParser) encodeUsual(p *decodetree.Pattern, args []argument) (uint64, error) {
	if usual := w.m.Layout().Usual; len(usual) > 0 {
		if word, err := w.encodeAs(p, args, usual); err == nil && w.legal(p, word) {
			return word, nil
		}
	}
	return w.encodeAs(p, args, nil)
}

// encodeAs makes a word of a pattern. An argument that is not given has its usual value, or is what it is in the word of the
// pattern's fixed bits and no others.
func (w *wordParser) encodeAs(p *decodetree.Pattern, args []argument, usual map[string]int64) (uint64, error) {
	values := p.Extract(p.FixedBits, nil)
	for i := range values {
		if v, ok := usual[p.Args[i].Name]; ok && p.FieldBits(i) != 0 {
			values[i] = v
		}
	}
	given := make([]bool, len(values))
	for _, a := range args {
		w.at = a.at
		i := p.ArgIndex(a.name)
		if i < 0 {
			return 0, fmt.Errorf("%s has no argument %q: %s", p.Name, clip(a.name), argumentList(p))
		}
		if given[i] {
			return 0, fmt.Errorf("argument %s is given twice", a.name)
		}
		v, err := w.argument(a)
		if err != nil {
			return 0, err
		}
		values[i], given[i] = v, true
	}
	word, err := p.Encode(values)
	if err != nil {
		if other, ok := search(p, values, given); ok {
			values = p.Extract(other, values[:0])
			word, err = other, nil
		}
	}
	if e := (*decodetree.EncodeError)(nil); errors.As(err, &e) {
		for _, a := range args {
			if a.name == e.Arg {
				w.at = a.at
			}
		}
		return 0, fmt.Errorf("%s: argument %s = %d %s", p.Name, e.Arg, e.Value, e.Reason)
	}
	w.note = leftOut(p, values, given)
	return word, err
}
