package risu

import (
	"fmt"
	"math"

	"github.com/risugen/risugen/decodetree"
)

// Accepts reports whether risugen would take the word for p: its fixed bits match, no field has a value
// that the mode forbids, and the constraints end in a true value. A block that Perl would die in, or that
// emits code, is an error.
func (f *File) Accepts(p *Pattern, word uint64) (bool, error) {
	if !p.Matches(word) {
		return false, nil
	}
	for i := range p.Fields {
		for _, v := range forbidden(f.Mode, p.Fields[i].Name) {
			if p.Fields[i].value(word) == v {
				return false, nil
			}
		}
	}
	if p.Constraints == nil {
		return true, nil
	}
	v, err := p.eval(p.Constraints, word)
	return v.v != 0, err
}

// eval gives the value of a block's last statement.
func (p *Pattern) eval(b *Block, word uint64) (num, error) {
	e := &evaluator{vars: make(map[string]num, len(p.Fields))}
	for i := range p.Fields {
		e.vars[p.Fields[i].Name] = num{v: p.Fields[i].value(word)}
	}
	v := e.stmts(b.Body)
	return v, e.err
}

// evaluator computes with the values of one word. After an error it goes on with zeros.
type evaluator struct {
	vars map[string]num
	err  error
}

func (e *evaluator) fail(x Expr, format string, args ...any) num {
	if e.err == nil {
		e.err = &decodetree.Error{Pos: x.Place(), Msg: fmt.Sprintf(format, args...)}
	}
	return num{}
}

func (e *evaluator) stmts(list []Stmt) num {
	var last num
	for _, s := range list {
		switch {
		case s.Expr != nil:
			last = e.expr(s.Expr)
		case e.truth(s.If):
			last = e.stmts(s.Then)
		default:
			last = e.stmts(s.Else)
		}
	}
	return last
}

func (e *evaluator) truth(x Expr) bool { return e.expr(x).v != 0 }

func (e *evaluator) expr(x Expr) num {
	switch x := x.(type) {
	case *Number:
		return num{v: x.Value}
	case *Var:
		return e.vars[x.Name]
	case *Unary:
		return e.unary(x)
	case *Binary:
		return e.binary(x)
	case *Cond:
		if e.truth(x.If) {
			return e.expr(x.Then)
		}
		return e.expr(x.Else)
	case *Assign:
		return e.assign(x)
	case *Call:
		return e.call(x)
	}
	return e.fail(x, "no Perl")
}

func (e *evaluator) unary(x *Unary) num {
	v := e.expr(x.X)
	switch x.Op {
	case "!":
		return flag(v.v == 0)
	case "~":
		return unsigned(^v.v)
	}
	return e.apply(x, "-", num{}, v)
}

// binary evaluates && and || as Perl does: their value is that of the operand that decides.
func (e *evaluator) binary(x *Binary) num {
	l := e.expr(x.L)
	if x.Op == "&&" && l.v == 0 || x.Op == "||" && l.v != 0 {
		return l
	}
	r := e.expr(x.R)
	if x.Op == "&&" || x.Op == "||" {
		return r
	}
	return e.apply(x, x.Op, l, r)
}

func (e *evaluator) apply(x Expr, op string, l, r num) num {
	v, err := binaryOp(op, l, r)
	if err != nil {
		return e.fail(x, "%v", err)
	}
	return v
}

func (e *evaluator) assign(x *Assign) num {
	v := e.expr(x.Value)
	if x.Op != "" {
		v = e.apply(x, x.Op, e.vars[x.Name], v)
	}
	e.vars[x.Name] = v
	return v
}

func (e *evaluator) call(x *Call) num {
	if !pure(x.Name) {
		return e.fail(x, "%s has no value here", x.Name)
	}
	if d, ok := x.Args[0].(*Binary); ok && x.Name == "int" && d.Op == "/" {
		return e.truncated(d)
	}
	v := e.expr(x.Args[0])
	switch x.Name {
	case "sextract":
		return e.sextract(x, v, e.expr(x.Args[1]))
	case "is_pow_of_2":
		return flag(v.v > 0 && v.v&(v.v-1) == 0)
	case "ctz":
		return num{v: log2(v)}
	}
	return v // int: there are no other fractions
}

// truncated is int(a / b), the one place for a fraction.
func (e *evaluator) truncated(x *Binary) num {
	l, r := e.expr(x.L), e.expr(x.R)
	if r.v == 0 || l.wide || r.wide {
		return e.fail(x, "%v", errZero)
	}
	rest := l.v % r.v
	return e.apply(x, "/", num{v: l.v - rest}, r)
}

// sextract does what RISU's function does, which leaves bits above the sign as they are.
func (e *evaluator) sextract(x *Call, v, n num) num {
	sign := num{v: v.v & shift(1, n.v-1).v}
	if sign.v == math.MinInt64 {
		return num{v: v.v} // all 64 bits
	}
	rest, _ := binaryOp("^", v, sign)
	return e.apply(x, "-", rest, sign)
}

// log2 is what RISU's ctz gives: the number of the highest set bit.
func log2(v num) int64 {
	n := int64(0)
	for u := uint64(v.v); u > 1 && (v.v > 0 || v.wide); u >>= 1 {
		n++
	}
	return n
}

// pure reports whether a function gives a value and does nothing else.
func pure(name string) bool { return name != "align" && arity[name] > 0 }
