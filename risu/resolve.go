package risu

import (
	"fmt"

	"github.com/risugen/risugen/decodetree"
)

// scope gives names in the blocks of a pattern their meaning as expressions over the pieces of a word.
// The pattern need not be the one that the word was cut for: exclusions ask what an earlier member of a
// group would make of a later one's word.
type scope struct {
	spec      *decodetree.Spec
	pattern   *decodetree.Pattern
	word      *layout
	functions map[string]function
	features  map[string]bool
	absent    func(pos decodetree.Pos, name string) // told of features without a value
	budget    int                                   // parts that the expressions may still have
	err       error
}

func (s *scope) fail(pos decodetree.Pos, format string, args ...any) Expr {
	if s.err == nil {
		s.err = &decodetree.Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
	}
	return &Number{Pos: pos}
}

// resolve replaces arguments, raw fields and features.
func (s *scope) resolve(e Expr) (Expr, error) {
	out := s.expr(e, nil)
	return out, s.err
}

// expr resolves e; bound is what parameters of a function stand for.
func (s *scope) expr(e Expr, bound map[string]Expr) Expr {
	if s.budget--; s.budget < 0 {
		return s.fail(e.Place(), "the expression has more than %d parts", maxExpr)
	}
	sub := func(x Expr) Expr { return s.expr(x, bound) }
	switch e := e.(type) {
	case *Var:
		if x, ok := bound[e.Name]; ok {
			return x
		}
		return s.name(e)
	case *Raw:
		return s.raw(e)
	case *Unary:
		return &Unary{e.Pos, e.Op, sub(e.X)}
	case *Binary:
		return &Binary{e.Pos, e.Op, sub(e.L), sub(e.R)}
	case *Cond:
		return &Cond{e.Pos, sub(e.If), sub(e.Then), sub(e.Else)}
	case *In:
		return s.in(e, sub)
	case *Call:
		out := &Call{Pos: e.Pos, Name: e.Name}
		for _, a := range e.Args {
			out.Args = append(out.Args, sub(a))
		}
		if f, ok := s.functions[e.Name]; ok && len(out.Args) == 1 {
			return s.expr(f.body, map[string]Expr{f.param: out.Args[0]})
		}
		return out
	}
	return e
}

func (s *scope) in(e *In, sub func(Expr) Expr) Expr {
	out := &In{Pos: e.Pos, X: sub(e.X)}
	for _, r := range e.Ranges {
		n := Range{Lo: sub(r.Lo)}
		if r.Hi != nil {
			n.Hi = sub(r.Hi)
		}
		out.Ranges = append(out.Ranges, n)
	}
	return out
}

func (s *scope) name(e *Var) Expr {
	if i := s.pattern.ArgIndex(e.Name); i >= 0 {
		return s.argument(e.Pos, i)
	}
	v, known := s.features[e.Name]
	if !known {
		s.absent(e.Pos, e.Name)
	}
	if v {
		return &Number{Pos: e.Pos, Value: 1}
	}
	return &Number{Pos: e.Pos}
}

func (s *scope) raw(e *Raw) Expr {
	f := s.spec.Field(e.Name)
	if f == nil {
		return s.fail(e.Pos, "no field is named %%%s", e.Name)
	}
	plain := *f
	plain.Func = ""
	return s.field(e.Pos, &plain, true)
}

func (s *scope) argument(pos decodetree.Pos, i int) Expr {
	a := s.pattern.Args[i]
	if a.Field == nil {
		return &Number{Pos: pos, Value: a.Const}
	}
	return s.field(pos, a.Field, false)
}

// field joins the parts. A raw field's named parts count as 0.
func (s *scope) field(pos decodetree.Pos, f *decodetree.Field, raw bool) Expr {
	var out Expr = &Number{Pos: pos}
	join := "|"
	if len(f.Parts) > 0 && f.Parts[0].Signed {
		join = "+" // the same, and easier for Perl where the number is negative
	}
	for i, p := range f.Parts {
		if s.budget--; s.budget < 0 {
			return s.fail(pos, "the expression has more than %d parts", maxExpr)
		}
		x := s.part(pos, p, raw)
		switch {
		case i == 0 && p.Signed:
			out = &Call{pos, "sextract", []Expr{x, &Number{Pos: pos}, &Number{Pos: pos, Value: int64(p.Len)}}}
		case i == 0:
			out = x
		default:
			out = &Binary{pos, join, &Binary{pos, "<<", out, &Number{Pos: pos, Value: int64(p.Len)}}, x}
		}
	}
	if f.Func == "" {
		return out
	}
	fn, ok := s.functions[f.Func]
	if !ok {
		return s.fail(pos, "!function=%s (%s) has no definition", f.Func, f.Pos)
	}
	return s.expr(fn.body, map[string]Expr{fn.param: out})
}

func (s *scope) part(pos decodetree.Pos, p decodetree.Part, raw bool) Expr {
	switch {
	case p.Ref != "" && raw:
		return &Number{Pos: pos}
	case p.Ref != "":
		arg := s.argument(pos, s.pattern.ArgIndex(p.Ref))
		return &Call{pos, "extract", []Expr{arg, &Number{Pos: pos}, &Number{Pos: pos, Value: int64(p.Len)}}}
	case p.Pos < s.word.up:
		return s.fail(pos, "bits %d to %d are not in the word", p.Pos, p.Pos+p.Len-1)
	}
	return s.word.bits(pos, p.Pos-s.word.up, p.Len)
}
