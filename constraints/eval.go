package constraints

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// operation is a compiled expression. It is a tree that is walked, and not functions that call each other, so that what
// it is evaluated in need not be allocated: the scheduler evaluates some for every word.
type operation struct {
	code  opcode
	left  uint8 // of a run of bits: how far it is shifted up, and then down, to stand alone
	right uint8
	value int64 // of a constant; of an argument, also one that is bits of the word, its index; of a feature its bit
	field *decodetree.Field
	kids  []operation // of an applied function: its body, and what it is applied to
}

// opcode is what an operation does.
type opcode uint8

const (
	doConst opcode = iota
	doArg
	doBits
	doSignedBits
	doJoined
	doRaw
	doFeature
	doParam
	doApply
	doCond
	doMember
	doPopcount
	doExtract
	doSextract
	doNeg
	doNot
	doCompl
	doAndThen
	doOrElse
	doAdd
	doSub
	doMul
	doDiv
	doRem
	doAnd
	doOr
	doXor
	doShiftLeft
	doShiftRight
	doEqual
	doUnequal
	doLess
	doLessEqual
	doGreater
	doGreaterEqual
)

// opcodes are those of nodes. A node that calls a built-in function has that of the function's name.
var opcodes = map[string]opcode{
	opConst: doConst, opArg: doArg, opRaw: doRaw, opFeature: doFeature, opParam: doParam, opApply: doApply, opCond: doCond, opIn: doMember,
	"popcount": doPopcount, "extract": doExtract, "sextract": doSextract,
	opNeg: doNeg, opNot: doNot, opCompl: doCompl, "&&": doAndThen, "||": doOrElse,
	"+": doAdd, "-": doSub, "*": doMul, "/": doDiv, "%": doRem, "&": doAnd, "|": doOr, "^": doXor, "<<": doShiftLeft, ">>": doShiftRight,
	"==": doEqual, "!=": doUnequal, "<": doLess, "<=": doLessEqual, ">": doGreater, ">=": doGreaterEqual,
}

// compile makes the operation of a tree.
func (n *node) compile() operation {
	o := operation{code: opcodes[n.op], value: n.value, field: n.field}
	kids := n.kids
	switch n.op {
	case opArg:
		return n.argument()
	case opCall:
		o.code = opcodes[n.call.name]
	case opApply:
		kids = []*node{n.body, n.kids[0]}
	}
	if len(kids) > 0 {
		o.kids = make([]operation, len(kids))
	}
	for i, k := range kids {
		o.kids[i] = k.compile()
	}
	if o.pure() && !slices.ContainsFunc(o.kids, func(k operation) bool { return k.code != doConst }) {
		return operation{code: doConst, value: o.eval(&env{})}
	}
	return o
}

// argument is the operation of an argument: that of its bits in the word, unless a function or other arguments make its value.
func (n *node) argument() operation {
	f := n.bound.Field
	switch {
	case f == nil:
		return operation{code: doConst, value: n.bound.Const}
	case f.Func != "" || slices.ContainsFunc(f.Parts, func(p decodetree.Part) bool { return p.Ref != "" }):
		return operation{code: doArg, value: int64(n.arg)}
	case len(f.Parts) != 1:
		return operation{code: doJoined, value: int64(n.arg), field: f}
	}
	p := &f.Parts[0]
	o := operation{code: doBits, value: int64(n.arg), left: uint8(64 - p.Pos - p.Len), right: uint8(64 - p.Len)}
	if p.Signed {
		o.code = doSignedBits
	}
	return o
}

// pure reports whether the value depends on nothing but those of the kids, of which there are some.
func (o *operation) pure() bool { return len(o.kids) > 0 && o.code != doApply }

// asks reports whether the value depends on arguments: on more than the word's bits.
func (o *operation) asks() bool {
	return o.code == doArg || slices.ContainsFunc(o.kids, func(k operation) bool { return k.asks() })
}

// eval is the value of the operation.
func (o *operation) eval(e *env) int64 {
	switch o.code {
	case doConst:
		return o.value
	case doArg:
		return e.args[o.value]
	case doBits:
		if e.tried {
			return e.args[o.value]
		}
		return int64(e.word << (o.left & 63) >> (o.right & 63))
	case doSignedBits:
		if e.tried {
			return e.args[o.value]
		}
		return int64(e.word<<(o.left&63)) >> (o.right & 63)
	case doJoined:
		if e.tried {
			return e.args[o.value]
		}
		return o.field.Extract(e.word)
	case doRaw:
		return o.field.Extract(e.word)
	case doFeature:
		return int64(e.word >> o.value & 1)
	case doParam:
		return e.param
	case doApply:
		return o.apply(e)
	case doCond:
		if o.kids[0].eval(e) != 0 {
			return o.kids[1].eval(e)
		}
		return o.kids[2].eval(e)
	case doMember:
		return truth(o.member(e))
	case doPopcount:
		return int64(bits.OnesCount64(uint64(o.kids[0].eval(e))))
	case doExtract, doSextract:
		return o.extract(e)
	case doNeg:
		return -o.kids[0].eval(e)
	case doNot:
		return truth(o.kids[0].eval(e) == 0)
	case doCompl:
		return ^o.kids[0].eval(e)
	case doAndThen:
		return truth(o.kids[0].eval(e) != 0 && o.kids[1].eval(e) != 0)
	case doOrElse:
		return truth(o.kids[0].eval(e) != 0 || o.kids[1].eval(e) != 0)
	}
	return o.code.of(o.kids[0].soon(e), o.kids[1].soon(e))
}

// soon is eval, without a call where that is not needed: most of what operators are applied to is an argument or a constant.
func (o *operation) soon(e *env) int64 {
	switch o.code {
	case doConst:
		return o.value
	case doBits:
		if !e.tried {
			return int64(e.word << (o.left & 63) >> (o.right & 63))
		}
	}
	return o.eval(e)
}

// apply is a function of a functions block: its body knows its parameter from the environment.
func (o *operation) apply(e *env) int64 {
	v, outer := o.kids[1].eval(e), e.param
	e.param = v
	v = o.kids[0].eval(e)
	e.param = outer
	return v
}

// member is membership in ranges; bounds are lower and upper in turn.
func (o *operation) member(e *env) bool {
	v, bounds := o.kids[0].eval(e), o.kids[1:]
	for i := 0; i < len(bounds); i += 2 {
		if bounds[i].eval(e) <= v && v <= bounds[i+1].eval(e) {
			return true
		}
	}
	return false
}

// extract is extract(value, position, length); extract(value, length) begins at bit 0.
func (o *operation) extract(e *env) int64 {
	v, pos, length := o.kids[0].eval(e), int64(0), o.kids[len(o.kids)-1].eval(e)
	if len(o.kids) == 3 {
		pos = o.kids[1].eval(e)
	}
	if o.code == doSextract {
		return sextract(v, pos, length)
	}
	return extract(v, pos, length)
}
