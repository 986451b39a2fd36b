package syntax

func (q *quick) block() *Block {
	b := &Block{Pos: q.pos}
	b.Name = q.expect(word)
	if !q.accept('{') {
		b.Stmts = []*Stmt{q.stmt()}
		return b
	}
	for !q.is('}') && !q.bad {
		b.Stmts = append(b.Stmts, q.stmt())
	}
	q.expect('}')
	return b
}

func (q *quick) stmt() *Stmt {
	s := &Stmt{Pos: q.pos}
	switch {
	case q.is(quoted):
		s.Text = q.take()
	case q.atDef():
		s.Def = q.def()
	default:
		q.labels(s)
		q.values(s)
	}
	if _, ok := q.acceptWord("if", "when"); ok {
		s.If = q.expr()
	}
	q.expect(';')
	return s
}

// ahead runs a look at what follows, and comes back.
func (q *quick) ahead(look func() bool) bool {
	was := *q
	ok := look() && !q.bad
	*q = was
	return ok
}

// atDef reports whether a definition follows. It gives up where inverse may be a name.
func (q *quick) atDef() bool {
	if !q.is(word) {
		return false
	}
	if q.val == "inverse" {
		if q.ahead(func() bool { q.take(); return !q.is(word) }) {
			q.fail()
		}
		return true
	}
	return q.ahead(func() bool {
		q.take()
		return q.accept('(') && q.expect(word) != "" && q.accept(')') && q.is('=')
	})
}

func (q *quick) def() *Def {
	d := &Def{Pos: q.pos}
	_, d.Inverse = q.acceptWord("inverse")
	d.Name = q.expect(word)
	q.expect('(')
	d.Param = q.expect(word)
	q.expect(')')
	q.expect('=')
	d.Body = q.expr()
	return d
}

// labels reads labels, if what follows are some.
func (q *quick) labels(s *Stmt) {
	if !q.ahead(q.passLabels) {
		return
	}
	for more := true; more; more = q.accept(',') {
		l := &Label{Pos: q.pos}
		l.Name = q.expect(word)
		if q.accept('(') {
			l.Args = q.exprs()
			q.expect(')')
		}
		s.Labels = append(s.Labels, l)
	}
	q.expect(':')
}

// passLabels goes past names and what stands in parentheses behind them, with commas between. It reports whether a
// colon follows.
func (q *quick) passLabels() bool {
	for more := true; more; more = q.accept(',') {
		if q.expect(word) == "" {
			return false
		}
		for depth := 0; q.is('(') || depth > 0; q.take() {
			switch q.kind {
			case '(':
				depth++
			case ')':
				depth--
			case end, ';':
				return false
			}
		}
	}
	return q.is(':')
}

// values reads what stands behind labels, or without any.
func (q *quick) values(s *Stmt) {
	if q.is(quoted) {
		for more := true; more; more = q.accept(',') {
			s.Strings = append(s.Strings, q.expect(quoted))
		}
		return
	}
	for more := true; more; more = q.accept(',') {
		s.Values = append(s.Values, q.term())
	}
}

func (q *quick) term() *Term {
	t := &Term{Pos: q.pos}
	var ok bool
	switch {
	case q.is(keyword):
		if t.Role, ok = q.acceptWord("in", "out", "inout"); !ok {
			q.fail()
		}
		if q.atExpr() {
			t.Class = q.expr()
		}
	case q.is(number) && q.ahead(func() bool { q.take(); return q.is(keyword) && q.val == "is" }):
		t.Member = &Member{Pos: q.pos}
		t.Member.Number = q.take()
		q.take()
		t.Member.Is = q.expr()
	default:
		t.Expr = q.expr()
	}
	return t
}

// atExpr reports whether an expression may follow.
func (q *quick) atExpr() bool {
	switch q.kind {
	case word, number, raw, '(', '-', '!', '~':
		return true
	}
	return false
}

// exprs reads expressions with commas between.
func (q *quick) exprs() []*Expr {
	var out []*Expr
	for more := true; more; more = q.accept(',') {
		out = append(out, q.expr())
	}
	return out
}

// simple is an expression without operators, which most are, with all that it consists of.
type simple struct {
	expr    Expr
	unary   Unary
	primary Primary
}

func (q *quick) expr() *Expr {
	s := &simple{expr: Expr{Pos: q.pos}}
	s.expr.Head = &s.unary
	q.unary(&s.unary, &s.primary)
	for {
		t := q.tail()
		if t == nil {
			break
		}
		s.expr.Tail = append(s.expr.Tail, t)
	}
	if q.accept('?') {
		s.expr.Then = q.expr()
		q.expect(':')
		s.expr.Else = q.expr()
	}
	return &s.expr
}

// tail reads an operator and what stands behind it; nil: none follows.
func (q *quick) tail() *Tail {
	t := &Tail{Pos: q.pos}
	switch q.kind {
	case operator, '+', '-', '*', '/', '%', '&', '|', '^', '<', '>':
		t.Op, t.Right = q.take(), &Unary{}
		q.unary(t.Right, &Primary{})
		return t
	case keyword:
		if q.val == "in" {
			q.take()
			t.Set = q.set()
			return t
		}
	}
	return nil
}

// set reads ranges in braces.
func (q *quick) set() []*Range {
	var out []*Range
	q.expect('{')
	for more := true; more; more = q.accept(',') {
		r := &Range{Lo: q.expr()}
		if q.accept(dots) {
			r.Hi = q.expr()
		}
		out = append(out, r)
	}
	q.expect('}')
	return out
}

func (q *quick) unary(u *Unary, p *Primary) {
	u.Pos, u.Primary = q.pos, p
	for q.is('-') || q.is('!') || q.is('~') {
		u.Ops = append(u.Ops, q.take())
	}
	p.Pos = q.pos
	switch q.kind {
	case number:
		p.Number = q.take()
	case raw:
		p.Raw = q.take()
	case word:
		p.Name = q.take()
		if p.Call = q.accept('('); p.Call {
			if !q.is(')') {
				p.Args = q.exprs()
			}
			q.expect(')')
		}
	case '(':
		q.take()
		p.Sub = q.expr()
		q.expect(')')
	default:
		q.fail()
	}
}
