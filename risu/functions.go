package risu

import (
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// function is the definition of a !function: "name(param) = body".
type function struct {
	param string
	body  Expr
}

// defineFunctions reads the functions blocks of all definitions.
func (w *risuWriter) defineFunctions() {
	read := func(notes []decodetree.Note) {
		for _, n := range notes {
			for _, b := range w.notes.blocks(n) {
				w.functionBlock(b)
			}
		}
	}
	read(w.spec.Notes)
	for _, f := range w.spec.Fields {
		read(f.Notes)
	}
	for _, p := range w.spec.Patterns {
		for _, notes := range w.opt.Notes(p) {
			read(notes)
		}
	}
}

func (w *risuWriter) functionBlock(b *noteBlock) {
	if b.name != "functions" {
		return
	}
	for _, s := range b.stmts() {
		head, body, ok := strings.Cut(s.text, "=")
		name, param, call := strings.Cut(strings.TrimSpace(head), "(")
		if strings.HasPrefix(head, "inverse ") {
			continue // words are read, never made
		}
		param = strings.TrimSpace(strings.TrimSuffix(param, ")"))
		if !ok || !call || param == "" || wordLen(param) != len(param) {
			w.notes.errs = append(w.notes.errs, b.errorf(s.offset, "expected name(x) = expression"))
			continue
		}
		x, err := b.parseExpr(stmt{s.offset + len(head) + 1, body})
		if err != nil {
			w.notes.errs = append(w.notes.errs, err.(*decodetree.Error))
			continue
		}
		w.functions[strings.TrimSpace(name)] = function{param, x}
	}
}
