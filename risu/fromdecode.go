package risu

import (
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// FromDecode writes the patterns of spec as a .risu file with opt.Mode. A pattern's constraints there
// are its constraints block, none of its reserved and unpredictable cases, and no word that an earlier
// member of a group around it takes. Blocks that RISU has nothing for become comments and are listed, once
// each. What would change the words generated is listed with opt.Lossy, and is an error without it.
func FromDecode(spec *decodetree.Spec, opt Options) ([]byte, []Loss, error) {
	start := decodetree.Pos{File: spec.File, Line: 1, Col: 1}
	if opt.Mode == "" {
		return nil, nil, &decodetree.Error{Pos: start, Msg: "a .risu file needs a .mode"}
	}
	if n := spec.Options.InsnWidth; n != wideBits && n != narrowBits {
		return nil, nil, &decodetree.Error{Pos: start, Msg: fmt.Sprintf("RISU has words of 16 and 32 bits, not of %d", n)}
	}
	w := newRisuWriter(spec, opt)
	fmt.Fprintf(&w.out, "# Converted from %s\n\n.mode %s\n", commentText(spec.File), opt.Mode)
	for _, p := range spec.Patterns {
		w.pattern(p)
	}
	if len(w.notes.errs) > 0 {
		return nil, w.losses, w.notes.errs
	}
	losses := append(w.losses, w.errs...)
	sortLosses(losses)
	if len(w.errs) > 0 && !opt.Lossy {
		return nil, losses, lossError(w.errs)
	}
	return []byte(w.out.String()), losses, nil
}

// risuWriter writes one file.
type risuWriter struct {
	spec      *decodetree.Spec
	opt       Options
	out       strings.Builder
	names     *nameSet
	groups    string // of the @ line in force
	notes     *noteReader
	functions map[string]function
	known     map[*decodetree.Pattern]blockSet
	losses    []Loss
	errs      []Loss // those that change which words are generated
	told      map[Loss]bool
}

func newRisuWriter(spec *decodetree.Spec, opt Options) *risuWriter {
	if opt.Notes == nil {
		opt.Notes = func(p *decodetree.Pattern) [][]decodetree.Note { return levelsOf(spec, p) }
	}
	w := &risuWriter{
		spec: spec, opt: opt, names: newNames("_"), functions: map[string]function{},
		notes: &noteReader{read: map[decodetree.Pos][]*noteBlock{}},
		known: map[*decodetree.Pattern]blockSet{}, told: map[Loss]bool{},
	}
	w.defineFunctions()
	return w
}

// lose lists something once.
func (w *risuWriter) lose(list *[]Loss, pos decodetree.Pos, format string, args ...any) {
	l := Loss{pos, fmt.Sprintf(format, args...)}
	if !w.told[l] {
		w.told[l] = true
		*list = append(*list, l)
	}
}

// loseWords lists an error as something that changes which words are generated.
func (w *risuWriter) loseWords(p *decodetree.Pattern, what string, err error) {
	w.lose(&w.errs, place(err, p.Pos), "%s: %s: %s", p.Name, what, message(err))
}

func (w *risuWriter) blocks(p *decodetree.Pattern) blockSet {
	if w.known[p] == nil {
		w.known[p] = w.notes.collect(w.opt.Notes(p))
	}
	return w.known[p]
}

// pattern writes one pattern, unless the CPU lacks it.
func (w *risuWriter) pattern(p *decodetree.Pattern) {
	set := w.blocks(p)
	if !w.present(p) {
		fmt.Fprintf(&w.out, "# %s (%s) needs features that were not given\n", p.Name, p.Pos)
		return
	}
	if p.Width != wideBits && p.Width != narrowBits {
		w.lose(&w.errs, p.Pos, "%s: RISU has no patterns of %d bits", p.Name, p.Width)
		return
	}
	w.groupLine(set)
	c := w.convert(p)
	w.comments(set)
	out := ""
	if reason := w.unusable(p, set, c); reason != "" {
		w.lose(&w.losses, p.Pos, "%s: %s; the pattern is a comment", p.Name, reason)
		out = "#"
	}
	line := fmt.Sprintf("%s%s %s", out, w.title(p), c.word.text())
	for _, b := range []struct{ name, text string }{{"constraints", c.constraintText()}, {"memory", c.memory}} {
		if b.text != "" {
			line += fmt.Sprintf(" \\\n%s    !%s { %s }", out, b.name, b.text)
		}
	}
	if out != "" { // no continuation: the next line would be part of the comment
		line = strings.ReplaceAll(line, " \\\n", "\n")
	}
	w.out.WriteString(line + "\n")
}

// unusable says why RISU cannot run a pattern at all.
func (w *risuWriter) unusable(p *decodetree.Pattern, set blockSet, c *conversion) string {
	if len(set["branch"]) > 0 {
		return "RISU cannot run branches"
	}
	switch found := c.findWords(); {
	case found == 0:
		return "no word of it is left, or none that RISU would find"
	case found < rareWords:
		w.lose(&w.losses, p.Pos, "%s: so few words fulfil its constraints that RISU may give up looking for one", p.Name)
	}
	return ""
}

// title gives "NAME VARIANT". The variant is the format's name, which tells namesakes apart.
func (w *risuWriter) title(p *decodetree.Pattern) string {
	variant := "A1"
	if p.Format != nil && p.Format.Name != "" {
		variant = strings.TrimLeft(p.Format.Name, "_")
	}
	name := strings.TrimLeft(p.Name, "_")
	if name == "" {
		name = "g"
	}
	if variant == "" {
		variant = "A1"
	}
	return w.names.fresh(name + " " + variant)
}

// groupLine writes an @ line where the groups change.
func (w *risuWriter) groupLine(set blockSet) {
	var names []string
	for _, b := range set["groups"] {
		for _, s := range b.stmts() {
			for name := range strings.SplitSeq(s.text, ",") {
				name = strings.TrimSpace(name)
				if name == "" || wordLen(name) != len(name) {
					w.lose(&w.losses, b.note.At(b.body+s.offset), "groups: %q is no name", name)
					continue
				}
				names = append(names, name)
			}
		}
	}
	if line := "@" + strings.Join(names, ","); line != w.groups && (line != "@" || w.groups != "") {
		fmt.Fprintf(&w.out, "\n%s\n", line)
		w.groups = line
	}
}

// translated are the blocks that find their way into the .risu file.
var translated = map[string]bool{
	"constraints": true, "reserved": true, "unpredictable": true, "memory": true, "groups": true, "functions": true,
}

// comments writes the blocks that RISU has nothing for.
func (w *risuWriter) comments(set blockSet) {
	var names []string
	for name := range set {
		if !translated[name] && (name != "requires" || w.opt.Features == nil) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, b := range set[name] {
			fmt.Fprintf(&w.out, "# %s\n", commentText(b.comment()))
			w.lose(&w.losses, b.pos(), "%s block, kept as a comment", name)
		}
	}
}

// present reports whether the CPU meets the pattern's requirements.
func (w *risuWriter) present(p *decodetree.Pattern) bool {
	if w.opt.Features == nil {
		return true
	}
	for _, b := range w.blocks(p)["requires"] {
		for _, s := range b.stmts() {
			e, err := b.parseExpr(s)
			if err == nil {
				e, err = w.scope(p, &layout{pattern: &decodetree.Pattern{ArgSet: &decodetree.ArgSet{}}}).resolve(e)
			}
			if err != nil {
				w.loseWords(p, "requires", err)
				continue
			}
			if n, ok := constantOf(e); ok && n == 0 {
				return false
			}
		}
	}
	return true
}
