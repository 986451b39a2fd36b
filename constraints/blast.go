package constraints

import (
	"github.com/risugen/risugen/decodetree"
)

// blaster turns expressions over a word into decision diagrams, bit by bit.
type blaster struct {
	*bdd
	in    *Insn    // whose arguments the expressions speak of
	word  *[64]ref // each bit of the word: a variable or a constant
	args  []vector // arguments that were needed so far
	param vector   // of the function whose body is at work
	hard  bool     // something came up that cannot be turned into a diagram
}

func newBlaster(d *bdd, in *Insn, word *[64]ref) *blaster {
	return &blaster{bdd: d, in: in, word: word, args: make([]vector, len(in.Pattern.Args))}
}

// fail notes that an expression is too hard.
func (b *blaster) fail() vector {
	b.hard = true
	return vector{no}
}

// number makes the diagram of an expression's value.
func (b *blaster) number(n *node) vector {
	switch n.op {
	case opConst:
		return constVector(n.value)
	case opArg:
		return b.argument(n.arg)
	case opRaw:
		return b.raw(n.field)
	case opParam:
		return b.param
	case opCall:
		return b.builtin(n)
	case opApply:
		return b.apply(n.body, b.number(n.kids[0]))
	case opCond:
		return b.mux(b.bool(b.number(n.kids[0])), b.number(n.kids[1]), b.number(n.kids[2]))
	case opIn:
		return b.member(n)
	case opNeg:
		return b.neg(b.number(n.kids[0]))
	case opNot:
		return truthVector(b.not(b.bool(b.number(n.kids[0]))))
	case opCompl:
		return b.invert(b.number(n.kids[0]))
	}
	return b.binary(n.op, b.number(n.kids[0]), b.number(n.kids[1]))
}

func (b *blaster) binary(op string, x, y vector) vector {
	switch op {
	case "+":
		return b.add(x, y, no)
	case "-":
		return b.sub(x, y)
	case "*":
		return b.mul(x, y)
	case "/", "%":
		return b.division(op, x, y)
	case "&":
		return b.each(x, y, b.and)
	case "|":
		return b.each(x, y, b.or)
	case "^":
		return b.each(x, y, b.xor)
	case "<<":
		return b.shift(x, y, left, vector{no})
	case ">>":
		return b.shift(x, y, right, vector{x.sign()})
	}
	return truthVector(b.relation(op, x, y))
}

// maxDivision is the longest number that is divided: the magnitude of a longer one may not fit 64 bits.
const maxDivision = 60

func (b *blaster) division(op string, x, y vector) vector {
	if max(len(x), len(y)) > maxDivision {
		return b.fail()
	}
	q, r := b.divide(x, y)
	if op == "%" {
		return r
	}
	return q
}

func (b *blaster) relation(op string, x, y vector) ref {
	switch op {
	case "==":
		return b.equal(x, y)
	case "!=":
		return b.not(b.equal(x, y))
	case "<":
		return b.less(x, y)
	case ">":
		return b.less(y, x)
	case "<=":
		return b.not(b.less(y, x))
	case ">=":
		return b.not(b.less(x, y))
	case "&&":
		return b.and(b.bool(x), b.bool(y))
	case "||":
		return b.or(b.bool(x), b.bool(y))
	}
	b.hard = true
	return no
}

func (b *blaster) member(n *node) vector {
	x, r := b.number(n.kids[0]), no
	for i := 1; i < len(n.kids); i += 2 {
		lo, hi := b.number(n.kids[i]), b.number(n.kids[i+1])
		r = b.or(r, b.and(b.not(b.less(x, lo)), b.not(b.less(hi, x))))
	}
	return truthVector(r)
}

func (b *blaster) builtin(n *node) vector {
	x := b.number(n.kids[0])
	if n.call.name == "popcount" {
		return b.popcount(x)
	}
	pos := vector{no}
	if len(n.kids) == 3 {
		pos = b.number(n.kids[1])
	}
	at, ok := pos.value()
	length, ok2 := b.number(n.kids[len(n.kids)-1]).value()
	if !ok || !ok2 {
		return b.fail()
	}
	if at < 0 || length < 1 || length > 64 || at > 64-length {
		return vector{no}
	}
	return slice(x, int(at), int(length), n.call.name == "sextract")
}

// apply is a function of a functions block.
func (b *blaster) apply(body *node, x vector) vector {
	outer := b.param
	b.param = x
	v := b.number(body)
	b.param = outer
	return v
}

// raw is a field's plain value.
func (b *blaster) raw(f *decodetree.Field) vector {
	return b.join(f, func(decodetree.Part) vector { return vector{no} })
}

// argument is an argument's value.
func (b *blaster) argument(i int) vector {
	if b.args[i] != nil {
		return b.args[i]
	}
	arg := &b.in.Pattern.Args[i]
	if arg.Field == nil {
		return constVector(arg.Const)
	}
	v := b.join(arg.Field, func(p decodetree.Part) vector { return b.argument(b.in.Pattern.ArgIndex(p.Ref)) })
	if name := arg.Field.Func; name != "" {
		if f := b.in.functions[name]; f != nil {
			v = b.apply(f.body, v)
		} else if b.in.Spec.Functions[name].Apply != nil {
			v = b.fail() // defined in Go
		}
	}
	b.args[i] = v
	return v
}

// join puts a field's parts together; other gives the value that a named part is taken from.
func (b *blaster) join(f *decodetree.Field, other func(decodetree.Part) vector) vector {
	var v vector
	for i := len(f.Parts) - 1; i >= 0; i-- {
		p := f.Parts[i]
		var from vector
		if p.Ref != "" {
			from = other(p)
		}
		for n := range p.Len {
			if p.Ref != "" {
				v = append(v, from.bit(n))
			} else {
				v = append(v, b.word[p.Pos+n])
			}
		}
	}
	if len(f.Parts) == 0 || !f.Parts[0].Signed && len(v) < vectorBits {
		v = append(v, no)
	}
	return v.short()
}
