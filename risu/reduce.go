package risu

import (
	"fmt"
	"maps"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// reduced is a Perl block as a value: assignments are worked into the expressions that read them, and
// what only emits code is set apart.
type reduced struct {
	value  Expr    // of the last statement, over the fields as they are in the word; nil if there is none
	calls  []*Call // statements that are calls to a function without a value, in order
	losses []Loss
}

// maxExpr bounds what substituting assignments can grow to, in operators and operands.
const maxExpr = 4096

func reduceBlock(b *Block) (*reduced, error) {
	r := &reducer{out: &reduced{}}
	r.out.value = r.stmts(b.Body, map[string]sized{})
	if r.err != nil {
		return nil, r.err
	}
	return r.out, nil
}

type sized struct {
	expr Expr
	size int
}

type reducer struct {
	out   *reduced
	depth int // of conditions
	err   error
}

func (r *reducer) fail(pos decodetree.Pos, format string, args ...any) {
	if r.err == nil {
		r.err = &decodetree.Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
	}
}

// stmts runs the statements with vars for what was assigned so far, and gives the last one's value.
func (r *reducer) stmts(list []Stmt, vars map[string]sized) Expr {
	var last Expr
	for _, s := range list {
		switch {
		case s.Expr == nil:
			last = r.condition(s, vars)
		case impure(s.Expr):
			last = s.Expr // to be refused by whoever wants the value
			r.emits(s.Expr)
		default:
			last = r.statement(s.Expr, vars)
		}
	}
	return last
}

// emits notes a statement that does something.
func (r *reducer) emits(e Expr) {
	if a, ok := e.(*Assign); ok {
		r.fail(a.Pos, "$%s gets a value that is not known", a.Name)
	}
	call, ok := e.(*Call)
	if ok && r.depth == 0 {
		r.out.calls = append(r.out.calls, call)
		return
	}
	if ok && r.depth > 0 {
		r.out.losses = append(r.out.losses, Loss{e.Place(), "code emitted by " + call.Name + " under a condition"})
		return
	}
	name := ""
	visit(e, func(x Expr) {
		if c, ok := x.(*Call); ok && name == "" && !pure(c.Name) {
			name = c.Name
		}
	})
	r.out.losses = append(r.out.losses, Loss{e.Place(), "a statement with " + name})
}

// impure reports whether an expression calls something that gives no value.
func impure(e Expr) bool {
	found := false
	visit(e, func(x Expr) {
		if c, ok := x.(*Call); ok && !pure(c.Name) {
			found = true
		}
	})
	return found
}

func (r *reducer) statement(e Expr, vars map[string]sized) Expr {
	a, ok := e.(*Assign)
	if !ok {
		return r.subst(e, vars).expr
	}
	v := r.subst(a.Value, vars)
	if a.Op != "" {
		old := r.subst(&Var{Pos: a.Pos, Name: a.Name}, vars)
		v = sized{&Binary{Pos: a.Pos, Op: a.Op, L: old.expr, R: v.expr}, old.size + v.size + 1}
	}
	vars[a.Name] = v
	return v.expr
}

// condition runs both branches and makes every variable that they assign depend on the condition.
func (r *reducer) condition(s Stmt, vars map[string]sized) Expr {
	if impure(s.If) {
		r.fail(s.Pos, "the condition calls a function that has no value")
		return nil
	}
	cond := r.subst(s.If, vars)
	yes, no := maps.Clone(vars), maps.Clone(vars)
	r.depth++
	a, b := r.stmts(s.Then, yes), r.stmts(s.Else, no)
	r.depth--
	for _, name := range slices.Sorted(maps.Keys(yes)) {
		r.merge(s.Pos, name, cond, yes, no, vars)
	}
	for _, name := range slices.Sorted(maps.Keys(no)) {
		r.merge(s.Pos, name, cond, yes, no, vars)
	}
	zero := &Number{Pos: s.Pos}
	if a == nil {
		a = zero
	}
	if b == nil {
		b = zero
	}
	return &Cond{Pos: s.Pos, If: cond.expr, Then: a, Else: b}
}

func (r *reducer) merge(pos decodetree.Pos, name string, cond sized, yes, no, vars map[string]sized) {
	whole := &Var{Pos: pos, Name: name}
	a, b := r.subst(whole, yes), r.subst(whole, no)
	if a.expr != b.expr {
		vars[name] = sized{&Cond{Pos: pos, If: cond.expr, Then: a.expr, Else: b.expr}, cond.size + a.size + b.size + 1}
	}
}

// subst puts in what was assigned.
func (r *reducer) subst(e Expr, vars map[string]sized) sized {
	out := r.rebuild(e, vars)
	if out.size > maxExpr {
		r.fail(e.Place(), "the expression has more than %d parts", maxExpr)
		return sized{&Number{Pos: e.Place()}, 1}
	}
	return out
}

func (r *reducer) rebuild(e Expr, vars map[string]sized) sized {
	size := 1
	part := func(x Expr) Expr {
		s := r.subst(x, vars)
		size += s.size
		return s.expr
	}
	switch x := e.(type) {
	case *Var:
		if v, ok := vars[x.Name]; ok {
			return v
		}
	case *Unary:
		e = &Unary{x.Pos, x.Op, part(x.X)}
	case *Binary:
		e = &Binary{x.Pos, x.Op, part(x.L), part(x.R)}
	case *Cond:
		e = &Cond{x.Pos, part(x.If), part(x.Then), part(x.Else)}
	case *Call:
		c := &Call{Pos: x.Pos, Name: x.Name}
		for _, a := range x.Args {
			c.Args = append(c.Args, part(a))
		}
		e = c
	case *Assign:
		r.fail(x.Pos, "assignment inside an expression")
	}
	return sized{e, size}
}
