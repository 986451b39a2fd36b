package constraints

// evalFunc evaluates a compiled expression.
type evalFunc func(*env) int64

// compile makes the function that evaluates a tree.
func (n *node) compile() evalFunc {
	switch n.op {
	case opConst:
		v := n.value
		return func(*env) int64 { return v }
	case opArg:
		i := n.arg
		return func(e *env) int64 { return e.args[i] }
	case opRaw:
		f := n.field
		return func(e *env) int64 { return f.Extract(e.word) }
	case opFeature:
		i := n.value
		return func(e *env) int64 { return int64(e.word >> i & 1) }
	case opParam:
		return func(e *env) int64 { return e.param }
	}
	kids := make([]evalFunc, len(n.kids))
	for i, k := range n.kids {
		kids[i] = k.compile()
	}
	switch n.op {
	case opCall:
		return n.call.compile(kids)
	case opApply:
		return applied(n.body.compile(), kids[0])
	case opCond:
		return func(e *env) int64 {
			if kids[0](e) != 0 {
				return kids[1](e)
			}
			return kids[2](e)
		}
	case opIn:
		return member(kids[0], kids[1:])
	}
	if len(kids) == 1 {
		return prefix(n.op, kids[0])
	}
	return binary(n.op, kids[0], kids[1])
}

// applied is a function of a functions block: body knows its parameter from the environment.
func applied(body, x evalFunc) evalFunc {
	return func(e *env) int64 {
		v, outer := x(e), e.param
		e.param = v
		v = body(e)
		e.param = outer
		return v
	}
}

// member is membership in ranges; bounds are lower and upper in turn.
func member(x evalFunc, bounds []evalFunc) evalFunc {
	return func(e *env) int64 {
		v := x(e)
		for i := 0; i < len(bounds); i += 2 {
			if bounds[i](e) <= v && v <= bounds[i+1](e) {
				return 1
			}
		}
		return 0
	}
}
