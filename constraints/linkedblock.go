package constraints

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// Linked describes a store that is done only if nothing came between it and a load from the same address before it.
type Linked struct {
	// Load is the load; nil where the CPU lacks it. It has no inputs that are prepared and writes registers alone.
	Load   *Insn
	Flag   int   // index into Insn.Operands of the register that tells whether the store was done
	Failed int64 // what it holds where the store was not done
	// FailsFirst says that a store that is not done need not fault where its address is misaligned.
	FailsFirst bool

	name string
	pos  decodetree.Pos // of the name
}

const linkedForms = "linked: expected load(NAME), failed(register == number) and perhaps fails_first"

// linked reads `load(LL); failed(rt == 0);`.
func (b *builder) linked(s *source) error {
	l := &Linked{Flag: -1}
	for _, st := range s.block.Stmts {
		if len(st.Values) != 1 || len(st.Labels) > 0 || st.If != nil {
			return b.errorf(s, st.Pos.Offset, linkedForms)
		}
		var err error
		switch name, args := callOf(st.Values[0].Expr); {
		case name == "load" && len(args) == 1 && plainName(args[0]) != "" && l.name == "":
			l.name, l.pos = plainName(args[0]), s.note.At(args[0].Pos.Offset)
		case name == "failed" && len(args) == 1 && l.Flag < 0:
			err = b.linkedFlag(s, l, args[0])
		case name == "fails_first" && args == nil && !l.FailsFirst:
			l.FailsFirst = true
		default:
			err = b.errorf(s, st.Pos.Offset, linkedForms)
		}
		if err != nil {
			return err
		}
	}
	if l.name == "" || l.Flag < 0 {
		return b.errorf(s, s.block.Pos.Offset, linkedForms)
	}
	b.insn.Linked = l
	return nil
}

// linkedFlag reads `rt == 0`.
func (b *builder) linkedFlag(s *source, l *Linked, x *syntax.Expr) error {
	name := plainName(&syntax.Expr{Head: x.Head})
	if name == "" || x.Then != nil || len(x.Tail) != 1 || x.Tail[0].Op != "==" ||
		len(x.Tail[0].Right.Ops) > 0 || x.Tail[0].Right.Primary.Number == "" {
		return b.errorf(s, x.Pos.Offset, linkedForms)
	}
	l.Flag = b.output(name)
	if l.Flag < 0 || b.insn.Operands[l.Flag].Kind != RegisterField || b.insn.Operands[l.Flag].count != nil {
		return b.errorf(s, x.Pos.Offset, "%s is not a register operand that is written", name)
	}
	var err error
	if l.Failed, err = strconv.ParseInt(x.Tail[0].Right.Primary.Number, 0, 64); err != nil {
		return b.errorf(s, x.Pos.Offset, linkedForms)
	}
	return nil
}

// linkStores finds the loads that stores are linked to, among the patterns of the same file.
func (s *Set) linkStores() decodetree.ErrorList {
	var errs decodetree.ErrorList
	for _, in := range s.Insns {
		if in.Linked == nil {
			continue
		}
		if err := s.link(in); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// link finds the load of one store: of several patterns with its name the first that the CPU has.
func (s *Set) link(in *Insn) *decodetree.Error {
	found := false
	for _, p := range in.Spec.Patterns {
		if p.Name != in.Linked.name {
			continue
		}
		found = true
		if load := s.index[place{p, in.Behind != ""}]; load != nil {
			in.Linked.Load, load.Links = load, true
			return in.checkLink(load)
		}
	}
	if !found {
		return in.linkError("no pattern of the file has the name %s", in.Linked.name)
	}
	return nil
}

func (in *Insn) linkError(format string, args ...any) *decodetree.Error {
	return &decodetree.Error{Pos: in.Linked.pos, Msg: "linked: " + fmt.Sprintf(format, args...)}
}

// checkLink finds what keeps a store and a load from standing in a loop, one behind the other.
func (in *Insn) checkLink(load *Insn) *decodetree.Error {
	writesState := func(op Operand) bool { return op.Kind == StateOperand && op.Role.Writes() }
	switch {
	case load.Linked != nil:
		return in.linkError("%s is linked to a load itself", load.Name())
	case !in.plainAccess(Out):
		return in.linkError("%s is no store to the address that one register and a displacement give", in.Name())
	case !load.plainAccess(In):
		return in.linkError("%s is no load from the address that one register and a displacement give", load.Name())
	case in.Memory.Size != load.Memory.Size:
		return in.linkError("%s stores %d bytes, and %s loads %d", in.Name(), in.Memory.Size, load.Name(), load.Memory.Size)
	case slices.ContainsFunc(load.Operands, writesState):
		return in.linkError("%s writes more than registers", load.Name())
	case len(load.Inputs) > 0:
		return in.linkError("what %s reads must not have to be prepared", load.Name())
	case in.Branch != nil || load.Branch != nil:
		return in.linkError("neither %s nor %s can be a branch", in.Name(), load.Name())
	}
	return nil
}

// plainAccess reports whether an instruction accesses memory in one way only, at a base that it leaves alone and a
// displacement.
func (in *Insn) plainAccess(role Role) bool {
	if in.Memory == nil || in.Memory.Base < 0 || in.Memory.Index >= 0 || in.Memory.WriteBack {
		return false
	}
	for i := range in.Operands {
		if in.Operands[i].Kind == MemoryOperand && in.Operands[i].Role == role {
			return true
		}
	}
	return false
}

// LoadWord returns the word of the load that a store is linked to which accesses the address that a word of the store
// does, and writes the registers that a given word of the load writes. What the store writes is its own, whatever the load
// has an argument of that name for. It reports false where there is no legal one.
func (in *Insn) LoadWord(word, load uint64) (uint64, bool) {
	p, q := in.Linked.Load, in.Pattern
	args, from := p.env(load).args, in.env(word).args
	for i := range args {
		if j := q.ArgIndex(p.Pattern.Args[i].Name); j >= 0 && !p.writesArg(i) && !in.writesArg(j) {
			args[i] = from[j]
		}
	}
	out, err := p.Pattern.Encode(args)
	if err != nil || !p.Legal(out) {
		return 0, false
	}
	a, b := in.Access(word, from), p.Access(out, args)
	base, loadBase := in.Operands[in.Memory.Base].Register(from), p.Operands[p.Memory.Base].Register(args)
	return out, a.Size == b.Size && a.Disp == b.Disp && base == loadBase
}

// writesArg reports whether an argument numbers a register that the instruction writes.
func (in *Insn) writesArg(arg int) bool {
	for i := range in.Operands {
		if op := &in.Operands[i]; op.Kind == RegisterField && op.Arg == arg && op.Role.Writes() {
			return true
		}
	}
	return false
}
