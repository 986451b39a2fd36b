package constraints

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// Overlay is a file of blocks alone, for decode files that cannot be edited. Each entry is a selector and
// the blocks for what it selects:
//
//	groups { file; }                          before the first selector: for the whole file
//	ADD*:   operands { rd: out gpr; }         patterns, by name; globs as in a shell
//	SLL=0x00000000/0xffe0003f: asm { "sll"; } a pattern, by name, fixed bits and their mask
//	@fmt:   groups { int; }                   formats
//	&args:  operands { rd: out gpr; }         argument sets
//	%field: functions { f(x) = x + 1; }       fields
//
// An overlay's block takes the place of the file's at the same level of specificity.
type Overlay struct {
	entries []*overlayEntry
}

type overlayEntry struct {
	pos        decodetree.Pos
	kind       byte   // '@', '&', '%'; 0: patterns; 'f': the file
	glob       string // of the name
	bits, mask uint64 // patterns: fixed bits, if exact
	exact      bool
	sources    []*source
	used       bool
}

var (
	selector   = regexp.MustCompile(`^([@&%]?)([A-Za-z0-9_*?\[][A-Za-z0-9_*?\[\]^-]*)(=(0[xX][0-9a-fA-F]+|[0-9]+)/(0[xX][0-9a-fA-F]+|[0-9]+))?[ \t]*:`)
	maxOverlay = 16 << 20 // bytes
)

// ParseOverlay reads an overlay. Errors are a decodetree.ErrorList.
func ParseOverlay(file string, src []byte) (*Overlay, error) {
	if len(src) > maxOverlay {
		return nil, decodetree.ErrorList{{Pos: decodetree.Pos{File: file, Line: 1, Col: 1}, Msg: "the overlay is too large"}}
	}
	r := overlayReader{file: file, text: withoutComments(string(src))}
	r.run()
	if len(r.errs) > 0 {
		return nil, r.errs
	}
	return &Overlay{r.entries}, nil
}

// withoutComments turns comments, from # to the end of the line, into blanks. A # in a string is none.
func withoutComments(src string) string {
	out := []byte(src)
	quoted, comment := false, false
	for i, c := range out {
		switch {
		case c == '\n':
			quoted, comment = false, false
		case comment:
			out[i] = ' '
		case c == '"':
			quoted = !quoted
		case c == '#' && !quoted:
			out[i], comment = ' ', true
		}
	}
	return string(out)
}

type overlayReader struct {
	file    string
	text    string
	at      int
	entries []*overlayEntry
	errs    decodetree.ErrorList
}

// run splits the text at selectors that stand outside of braces.
func (r *overlayReader) run() {
	e := &overlayEntry{pos: r.pos(0), kind: 'f', used: true}
	start := 0
	for {
		r.at += len(r.text[r.at:]) - len(strings.TrimLeft(r.text[r.at:], " \t\r\n"))
		m := selector.FindStringSubmatch(r.text[r.at:])
		if m == nil && r.at < len(r.text) {
			r.skipBlock()
			continue
		}
		r.finish(e, start, r.at)
		if r.at >= len(r.text) {
			return
		}
		e = r.selector(m)
		r.at += len(m[0])
		start = r.at
	}
}

// skipBlock moves behind the next block: to after its closing brace, or the semicolon of one without.
func (r *overlayReader) skipBlock() {
	depth, quoted := 0, false
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			quoted = !quoted
		case c == '\n':
			quoted = false
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			depth--
			fallthrough
		case c == ';':
			if depth <= 0 {
				r.at++
				return
			}
		}
	}
}

// selector makes the entry of a selector.
func (r *overlayReader) selector(m []string) *overlayEntry {
	e := &overlayEntry{pos: r.pos(r.at), glob: m[2]}
	if m[1] != "" {
		e.kind = m[1][0]
	}
	_, err := path.Match(e.glob, "x")
	if e.exact = m[3] != ""; e.exact && err == nil {
		if e.bits, err = strconv.ParseUint(m[4], 0, 64); err == nil {
			e.mask, err = strconv.ParseUint(m[5], 0, 64)
		}
	}
	if err != nil || e.exact && e.kind != 0 {
		r.errs = append(r.errs, &decodetree.Error{Pos: e.pos, Msg: fmt.Sprintf("%s is no selector", strings.TrimRight(m[0], ": \t"))})
	}
	return e
}

// finish parses an entry's blocks, which stand in the text from start to end.
func (r *overlayReader) finish(e *overlayEntry, start, end int) {
	var err error
	if e.sources, err = parseSources(decodetree.Note{Pos: r.pos(start), Text: r.text[start:end]}); err != nil {
		if de, ok := err.(*decodetree.Error); ok {
			r.errs = append(r.errs, de)
		}
		return
	}
	if len(e.sources) == 0 && e.kind != 'f' {
		r.errs = append(r.errs, &decodetree.Error{Pos: e.pos, Msg: "there is no block for what this selects"})
	}
	r.entries = append(r.entries, e)
}

func (r *overlayReader) pos(offset int) decodetree.Pos {
	return decodetree.Note{Pos: decodetree.Pos{File: r.file, Line: 1, Col: 1}, Text: r.text}.At(offset)
}
