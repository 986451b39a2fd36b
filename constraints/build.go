package constraints

import (
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// builder turns the blocks of one pattern into an Insn. Operands come first: other blocks name them.
type builder struct {
	set  *Set
	insn *Insn
	cpu  cpu // whose features expressions have
	at   *scope
}

// blockFuncs maps a block's name to the function that interprets it.
var blockFuncs = map[string]func(*builder, *source) error{
	"operands":      (*builder).operands,
	"memory":        (*builder).memory,
	"constraints":   func(b *builder, s *source) error { return b.exprs(s, &b.insn.constraints) },
	"reserved":      func(b *builder, s *source) error { return b.exprs(s, &b.insn.reserved) },
	"unpredictable": func(b *builder, s *source) error { return b.exprs(s, &b.insn.unpredictable) },
	"conditional":   func(b *builder, s *source) error { return b.exprs(s, &b.insn.conditional) },
	"inputs":        (*builder).inputs,
	"faults":        (*builder).faults,
	"branch":        (*builder).branch,
	"linked":        (*builder).linked,
	"prefix":        (*builder).prefix,
	"groups":        (*builder).groups,
	"undef":         (*builder).undef,
	"trash":         (*builder).trash,
	"functions":     func(*builder, *source) error { return nil }, // read before all patterns
	"names":         func(*builder, *source) error { return nil }, // and so are these
	"requires":      func(*builder, *source) error { return nil }, // read before the pattern's other blocks
	"asm":           (*builder).asm,
}

// BlockNames lists the names of blocks, sorted.
func BlockNames() []string {
	var names []string
	for n := range blockFuncs {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// block interprets one block.
func (b *builder) block(s *source) error {
	fn, ok := blockFuncs[s.block.Name]
	if !ok {
		return b.errorf(s, s.block.Pos.Offset, "unknown block %s; known are %s",
			s.block.Name, strings.Join(BlockNames(), ", "))
	}
	return fn(b, s)
}

// scope is that of a block's expressions, until the next one is asked for.
func (b *builder) scope(s *source) *scope {
	if b.at == nil {
		b.at = new(scope)
	}
	*b.at = scope{set: b.set, cpu: b.cpu, behind: b.insn.Behind, insn: b.insn, note: s.note, spec: b.insn.Spec, pattern: b.insn.Pattern, functions: b.insn.functions, lists: b.insn.lists}
	return b.at
}

func (b *builder) errorf(s *source, offset int, format string, args ...any) error {
	return &decodetree.Error{Pos: s.note.At(offset), Msg: fmt.Sprintf(format, args...)}
}

// single compiles a statement that is one expression.
func (b *builder) single(s *source, st *syntax.Stmt, sc *scope) (*expr, error) {
	if len(st.Labels) > 0 || st.Text != "" || st.Def != nil || len(st.Values) != 1 || st.Values[0].Expr == nil || st.If != nil {
		return nil, b.errorf(s, st.Pos.Offset, "%s: expected an expression", s.block.Name)
	}
	return sc.compile(st.Values[0].Expr)
}

func (b *builder) exprs(s *source, dst *[]*expr) error {
	for _, st := range s.block.Stmts {
		x, err := b.single(s, st, b.scope(s))
		if err != nil {
			return err
		}
		*dst = append(*dst, x)
		b.statement(s, x)
	}
	return nil
}

// words returns the plain names of a statement such as `msa, fp;`. Only undef takes a condition behind them.
func (b *builder) words(s *source, st *syntax.Stmt) ([]string, error) {
	var out []string
	for _, v := range st.Values {
		name := plainName(v.Expr)
		if name == "" {
			return nil, b.errorf(s, st.Pos.Offset, "%s: expected names", s.block.Name)
		}
		out = append(out, name)
	}
	if len(out) == 0 || len(st.Labels) > 0 || st.If != nil && s.block.Name != "undef" {
		return nil, b.errorf(s, st.Pos.Offset, "%s: expected names", s.block.Name)
	}
	return out, nil
}

// plainName returns the name that an expression consists of, or "".
func plainName(x *syntax.Expr) string {
	if x == nil || x.Then != nil || len(x.Tail) > 0 || len(x.Head.Ops) > 0 || x.Head.Primary.Call {
		return ""
	}
	return x.Head.Primary.Name
}

// call returns the name and arguments of an expression such as `size(16)` or a plain name.
func callOf(x *syntax.Expr) (string, []*syntax.Expr) {
	if x == nil || x.Then != nil || len(x.Tail) > 0 || len(x.Head.Ops) > 0 {
		return "", nil
	}
	return x.Head.Primary.Name, x.Head.Primary.Args
}

func (b *builder) groups(s *source) error {
	for _, st := range s.block.Stmts {
		names, err := b.words(s, st)
		if err != nil {
			return err
		}
		b.insn.Groups = append(b.insn.Groups, names...)
	}
	return nil
}

func (b *builder) operand(name string) int {
	return slices.IndexFunc(b.insn.Operands, func(o Operand) bool { return o.Name == name })
}

func (b *builder) asm(s *source) error {
	b.insn.late.builder = builder{set: b.set, insn: b.insn, cpu: b.cpu}
	if b.insn.late.unchecked = b.set.sound; b.set.sound {
		return nil
	}
	_, err := b.insn.late.read(s)
	return err
}

// templates reads an asm block.
func (b *builder) templates(s *source) ([]*template, error) {
	var out []*template
	for _, st := range s.block.Stmts {
		if st.Text == "" {
			return nil, b.errorf(s, st.Pos.Offset, "asm: expected a string")
		}
		if n := len(out); n > 0 && out[n-1].when == nil {
			return nil, b.errorf(s, st.Pos.Offset, "asm: this is never printed: the string before has no condition")
		}
		sc := b.scope(s)
		sc.base = st.Pos.Offset + 1
		t, err := parseTemplate(sc, strings.Trim(st.Text, `"`))
		if err != nil {
			return nil, err
		}
		if st.If != nil {
			if t.when, err = b.condition(s, st.If); err != nil {
				return nil, err
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// finish checks what needs several blocks.
func (b *builder) finish() error {
	in := b.insn
	for i := range in.Operands {
		if in.Operands[i].Kind == MemoryOperand && in.Memory == nil {
			return fmtError(in.Operands[i].Pos, "%s names mem but has no memory block", in.Name())
		}
	}
	in.prepareUses()
	in.pc = in.namesPC()
	return b.checkPrefix()
}
