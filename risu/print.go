package risu

import (
	"strconv"
	"strings"
)

// dialect is how a language writes expressions.
type dialect struct {
	sigil  string // before a field's name
	levels map[string]int
}

var (
	perl   = dialect{"$", perlLevels}
	blocks = dialect{"", blockLevels}
)

// blockLevels are the block language's operators by how tightly they bind: C's.
var blockLevels = map[string]int{
	"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "in": 7,
	"<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}

const (
	condLevel  = 0
	unaryLevel = 20
	tightest   = 30
)

// print writes e as text of the dialect.
func (d dialect) print(e Expr) string {
	var b strings.Builder
	d.write(&b, e, condLevel)
	return b.String()
}

// write puts e in parentheses if it binds less tightly than level.
func (d dialect) write(b *strings.Builder, e Expr, level int) {
	if d.level(e) < level {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch e := e.(type) {
	case *Number:
		b.WriteString(numberText(e))
	case *Var:
		b.WriteString(d.sigil + e.Name)
	case *Raw:
		b.WriteString("%" + e.Name)
	case *Unary:
		b.WriteString(e.Op)
		d.write(b, e.X, tightest)
	case *Binary:
		d.binary(b, e)
	case *Cond:
		d.write(b, e.If, condLevel+1)
		b.WriteString(" ? ")
		d.write(b, e.Then, condLevel)
		b.WriteString(" : ")
		d.write(b, e.Else, condLevel)
	case *Call:
		b.WriteString(e.Name + "(")
		d.list(b, e.Args)
		b.WriteByte(')')
	}
}

func (d dialect) list(b *strings.Builder, args []Expr) {
	for i, a := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		d.write(b, a, condLevel)
	}
}

func (d dialect) level(e Expr) int {
	switch e := e.(type) {
	case *Number:
		if e.Value < 0 && e.Text == "" {
			return unaryLevel
		}
	case *Unary:
		return unaryLevel
	case *Binary:
		return d.levels[e.Op]
	case *Cond, *Assign, *In:
		return condLevel
	}
	return tightest
}

// binary writes the operands of bit operators and shifts in parentheses where few know the precedence.
func (d dialect) binary(b *strings.Builder, e *Binary) {
	level := d.levels[e.Op]
	left, right := level, level+1
	if isBitOp(e.Op) {
		if l, ok := e.L.(*Binary); !ok || l.Op != e.Op {
			left = unaryLevel
		}
		right = unaryLevel
	}
	if level == d.levels["=="] || level == d.levels["<"] {
		left = level + 1 // a comparison of comparisons
	}
	if (e.Op == "||" || e.Op == "&&") && isLogical(e.L) && e.L.(*Binary).Op != e.Op {
		left = unaryLevel
	}
	if (e.Op == "||" || e.Op == "&&") && isLogical(e.R) && e.R.(*Binary).Op != e.Op {
		right = unaryLevel
	}
	d.write(b, e.L, left)
	b.WriteString(" " + e.Op + " ")
	d.write(b, e.R, right)
}

func isBitOp(op string) bool {
	switch op {
	case "&", "|", "^", "<<", ">>":
		return true
	}
	return false
}

func isLogical(e Expr) bool {
	b, ok := e.(*Binary)
	return ok && (b.Op == "&&" || b.Op == "||")
}

// numberText keeps hexadecimal and binary as written; a leading zero means different things.
func numberText(n *Number) string {
	if len(n.Text) > 2 && n.Text[0] == '0' && strings.ContainsRune("xXbB", rune(n.Text[1])) {
		return n.Text
	}
	return strconv.FormatInt(n.Value, 10)
}
