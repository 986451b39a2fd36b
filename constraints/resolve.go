package constraints

import (
	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// resolver turns the syntax of one expression into a tree and notes what it depends on.
type resolver struct {
	*scope
	bits uint64
	uses []int
	cost int // numbers, names and calls, those in the functions called included

	features, unsure bool // as in an expr
}

// maxCost bounds an expression, and so the depth of its tree and the time that it takes: functions that
// call functions could make it grow without end.
const maxCost = 10_000

// spend counts what an expression is made of.
func (r *resolver) spend(offset, cost int) error {
	if r.cost += cost; r.cost > maxCost {
		return r.errorf(offset, "the expression is too large")
	}
	return nil
}

func (r *resolver) expr(a *syntax.Expr) (*node, error) {
	cond, err := r.chain(a)
	if err != nil || a.Then == nil {
		return cond, err
	}
	yes, err := r.expr(a.Then)
	if err != nil {
		return nil, err
	}
	no, err := r.expr(a.Else)
	return &node{op: opCond, kids: []*node{cond, yes, no}}, err
}

// precedence of the binary operators, as in C; `in` binds like a comparison.
var precedence = map[string]int{
	"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6,
	"<": 7, "<=": 7, ">": 7, ">=": 7, "in": 7, "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}

// chain folds a flat run of operands and operators by precedence.
func (r *resolver) chain(a *syntax.Expr) (*node, error) {
	left, err := r.unary(a.Head)
	if err != nil {
		return nil, err
	}
	left, rest, err := r.climb(left, a.Tail, 1)
	if err == nil && len(rest) > 0 {
		err = r.errorf(rest[0].Pos.Offset, "unexpected operator %s", rest[0].Op)
	}
	return left, err
}

// climb is precedence climbing: it takes the operators that bind at least as tightly as level.
func (r *resolver) climb(left *node, tail []*syntax.Tail, level int) (*node, []*syntax.Tail, error) {
	for len(tail) > 0 && precedenceOf(tail[0]) >= level {
		t := tail[0]
		tail = tail[1:]
		if t.Set != nil {
			in, err := r.ranges(left, t.Set)
			if err != nil {
				return nil, nil, err
			}
			left = in
			continue
		}
		right, err := r.unary(t.Right)
		if err != nil {
			return nil, nil, err
		}
		for len(tail) > 0 && precedenceOf(tail[0]) > precedenceOf(t) {
			if right, tail, err = r.climb(right, tail, precedenceOf(t)+1); err != nil {
				return nil, nil, err
			}
		}
		left = &node{op: t.Op, kids: []*node{left, right}}
	}
	return left, tail, nil
}

func precedenceOf(t *syntax.Tail) int {
	if t.Set != nil {
		return precedence["in"]
	}
	return precedence[t.Op]
}

// ranges resolves membership in ranges.
func (r *resolver) ranges(left *node, ranges []*syntax.Range) (*node, error) {
	n := &node{op: opIn, kids: []*node{left}}
	for _, a := range ranges {
		lo, err := r.expr(a.Lo)
		if err != nil {
			return nil, err
		}
		hi := lo
		if a.Hi != nil {
			if hi, err = r.expr(a.Hi); err != nil {
				return nil, err
			}
		}
		n.kids = append(n.kids, lo, hi)
	}
	return n, nil
}

func (r *resolver) unary(a *syntax.Unary) (*node, error) {
	n, err := r.primary(a.Primary)
	for i := len(a.Ops) - 1; err == nil && i >= 0; i-- {
		op := a.Ops[i]
		if op == "-" {
			op = opNeg
		}
		n = &node{op: op, kids: []*node{n}}
	}
	return n, err
}

func (r *resolver) primary(a *syntax.Primary) (*node, error) {
	if err := r.spend(a.Pos.Offset, 1); err != nil {
		return nil, err
	}
	switch {
	case a.Number != "":
		v, err := syntax.Number(a.Number)
		if err != nil {
			return nil, r.errorf(a.Pos.Offset, "number %s does not fit 64 bits", a.Number)
		}
		return &node{op: opConst, value: v}, nil
	case a.Raw != "":
		return r.raw(a)
	case a.Sub != nil:
		return r.expr(a.Sub)
	case a.Call:
		return r.call(a)
	}
	return r.name(a)
}

func (r *resolver) raw(a *syntax.Primary) (*node, error) {
	name := a.Raw[1:]
	if r.spec == nil || r.pattern == nil {
		return nil, r.errorf(a.Pos.Offset, "%s cannot be used here", a.Raw)
	}
	f := r.spec.Field(name)
	if f == nil {
		return nil, r.errorf(a.Pos.Offset, "no field is named %s", a.Raw)
	}
	r.bits |= rawBits(f)
	r.set.usage.name(f)
	return &node{op: opRaw, field: f}, nil
}

// rawBits is the mask of instruction bits of a field's unnamed parts.
func rawBits(f *decodetree.Field) uint64 {
	var m uint64
	for _, p := range f.Parts {
		if p.Ref == "" && p.Len > 0 {
			m |= (^uint64(0) >> (64 - p.Len)) << p.Pos
		}
	}
	return m
}

func (r *resolver) name(a *syntax.Primary) (*node, error) {
	if r.param != "" && a.Name == r.param {
		return &node{op: opParam}, nil
	}
	if r.pattern != nil {
		if i := r.pattern.ArgIndex(a.Name); i >= 0 {
			return r.argument(a, i)
		}
	}
	if n := r.feature(a); n != nil {
		return n, nil
	}
	switch {
	case len(r.set.vocab.Free) == maxFree && (r.requires || r.mayAssume(a.Name)):
		return nil, r.errorf(a.Pos.Offset, "feature %s is one too many: a file can have up to %d", a.Name, maxFree)
	case r.pattern != nil:
		return nil, r.errorf(a.Pos.Offset, "%s is neither an argument of %s nor a feature", a.Name, r.pattern.Name)
	case r.param != "":
		return nil, r.errorf(a.Pos.Offset, "%s is neither the parameter %s nor a feature", a.Name, r.param)
	}
	return nil, r.errorf(a.Pos.Offset, "unknown feature %s", a.Name)
}

// argument resolves an argument. Here its value is needed, and with it the function that makes it.
func (r *resolver) argument(a *syntax.Primary, i int) (*node, error) {
	if name := undefinedFunction(r.spec, r.pattern, i); name != "" {
		return nil, r.errorf(a.Pos.Offset, "%s is made by !function=%s, which no functions block defines", a.Name, name)
	}
	if r.insn != nil {
		r.insn.named[i] = true
	}
	r.bits |= r.pattern.FieldBits(i)
	r.uses = append(r.uses, i)
	return argNode(r.pattern, i), nil
}

// undefinedFunction returns the name of a function without definition that argument i depends on, or "".
func undefinedFunction(spec *decodetree.Spec, p *decodetree.Pattern, i int) string {
	if spec == nil {
		return ""
	}
	return undefinedBelow(spec, p, i, map[int]bool{})
}

// undefinedBelow leaves out the arguments seen: fields may refer to one many times over.
func undefinedBelow(spec *decodetree.Spec, p *decodetree.Pattern, i int, seen map[int]bool) string {
	f := p.Args[i].Field
	if f == nil || seen[i] {
		return ""
	}
	seen[i] = true
	if f.Func != "" && spec.Functions[f.Func].Apply == nil {
		return f.Func
	}
	for _, part := range f.Parts {
		if part.Ref == "" {
			continue
		}
		if name := undefinedBelow(spec, p, p.ArgIndex(part.Ref), seen); name != "" {
			return name
		}
	}
	return ""
}

func (r *resolver) call(a *syntax.Primary) (*node, error) {
	kids := make([]*node, len(a.Args))
	for i, x := range a.Args {
		kid, err := r.expr(x)
		if err != nil {
			return nil, err
		}
		kids[i] = kid
	}
	if f := r.functions[a.Name]; f != nil {
		if len(kids) != 1 {
			return nil, r.errorf(a.Pos.Offset, "%s takes 1 argument, not %d", a.Name, len(kids))
		}
		r.set.usage.call(f)
		r.features, r.unsure = r.features || f.features, r.unsure || f.unsure
		return &node{op: opApply, body: f.body, kids: kids}, r.spend(a.Pos.Offset, f.cost)
	}
	b, ok := builtins[a.Name]
	if !ok {
		return nil, r.errorf(a.Pos.Offset, "unknown function %s", a.Name)
	}
	if len(kids) < b.least || len(kids) > b.most {
		return nil, r.errorf(a.Pos.Offset, "%s takes %s, not %d", a.Name, b.arity(), len(kids))
	}
	return &node{op: opCall, call: b, kids: kids}, nil
}
