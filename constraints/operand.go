package constraints

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// Role says how an instruction uses an operand.
type Role uint8

const (
	In    Role = 1 << iota // read
	Out                    // written
	InOut = In | Out
)

// Reads reports whether the operand's value before the instruction matters.
func (r Role) Reads() bool { return r&In != 0 }

// Writes reports whether the instruction may change the operand.
func (r Role) Writes() bool { return r&Out != 0 }

// String is the role as blocks spell it.
func (r Role) String() string {
	switch r {
	case In:
		return "in"
	case Out:
		return "out"
	}
	return "inout"
}

// OperandKind is what an operand is.
type OperandKind uint8

const (
	RegisterField OperandKind = iota // registers, the first of which an argument numbers
	FixedRegister                    // always the same register
	StateOperand                     // a register that no field names
	MemoryOperand                    // the bytes that the memory block describes
	RegisterList                     // the registers whose bits are set in a number
	PCOperand                        // where the instruction stands
)

// Operand is something an instruction reads or writes. What it stands for in one word is told by
// [Insn.Uses].
type Operand struct {
	Name    string
	Kind    OperandKind
	Role    Role
	Class   int // registers: index into Vocabulary.Classes
	Arg     int // RegisterField: index of the argument; else -1
	Reg     int // FixedRegister: its number
	State   int // StateOperand: index into Vocabulary.States
	Members []Member
	Pos     decodetree.Pos

	size  int   // registers of the class
	count *expr // RegisterField: how many registers in a row, nil: 1
	list  *expr // RegisterList: bit n is register n
	cond  *expr // nil: always
}

// MemberKind is what a number that an operand's field can hold means instead of a register of its class.
type MemberKind uint8

const (
	MemberZero     MemberKind = iota // reads as zero, and what is written to it is lost
	MemberNone                       // there is no operand
	MemberState                      // a state
	MemberRegister                   // a register, of another class perhaps
	MemberPC                         // where the instruction stands
)

// Member gives one number of an operand's class another meaning: in `rn: in gpr, 31 is zero` the number 31.
type Member struct {
	Number int
	Kind   MemberKind
	Class  int // MemberRegister: index into Vocabulary.Classes
	Num    int // MemberState: index into Vocabulary.States; MemberRegister: its number
}

// Register returns the number of a register operand's register, or of its first one; 0 for operands that
// have none, and for lists.
func (op *Operand) Register(args []int64) int {
	switch {
	case op.Kind == FixedRegister:
		return op.Reg
	case op.Kind == RegisterField && op.Arg >= 0 && op.Arg < len(args):
		return int(args[op.Arg])
	}
	return 0
}

// Always is the register that an operand stands for in every word; ok is false where words differ, or where what it says is no
// register of its class.
func (in *Insn) Always(op *Operand) (reg int, ok bool) {
	switch {
	case op.Kind == FixedRegister:
		return op.Reg, true
	case op.Kind != RegisterField || op.cond != nil || op.count != nil || in.Pattern.Args[op.Arg].Field != nil:
		return 0, false
	}
	n := in.Pattern.Args[op.Arg].Const
	member := slices.ContainsFunc(op.Members, func(m Member) bool { return int64(m.Number) == n })
	return int(n), !member && n >= 0 && n < int64(op.size)
}

// maxRegisters is how many registers a class may have.
const maxRegisters = 64

// registers is the set of registers of its class that an operand stands for in a word: bit n is register
// n. It is empty where the operand is not active, and with a member where the field's number has another
// meaning. It reports false where the word names a register that does not exist.
func (op *Operand) registers(e *env) (set uint64, m *Member, ok bool) {
	if op.cond != nil && op.cond.eval(e) == 0 {
		return 0, nil, true
	}
	switch op.Kind {
	case FixedRegister:
		return 1 << op.Reg, nil, true
	case RegisterList:
		return uint64(op.list.eval(e)), nil, true
	case RegisterField:
	default:
		return 0, nil, true
	}
	first := e.args[op.Arg]
	for i := range op.Members {
		if int64(op.Members[i].Number) == first {
			return 0, &op.Members[i], true
		}
	}
	if first < 0 || first >= maxRegisters {
		return 0, nil, false
	}
	if op.count == nil {
		return 1 << first, nil, true
	}
	set, ok = inARow(first, op.count.eval(e), int64(op.size))
	return set, nil, ok
}

// inARow is n registers from first on; behind the last of a class comes its first.
func inARow(first, n, size int64) (set uint64, ok bool) {
	if n < 1 || n > size || first >= size {
		return 0, false
	}
	for i := range n {
		set |= 1 << ((first + i) % size)
	}
	return set, true
}

// bits are the instruction bits that decide what registers an operand stands for.
func (op *Operand) bits(p *decodetree.Pattern) uint64 {
	var m uint64
	if op.Kind == RegisterField {
		m = p.FieldBits(op.Arg)
	}
	for _, x := range []*expr{op.count, op.list, op.cond} {
		if x != nil {
			m |= x.bits
		}
	}
	return m
}

// UseKind is what a Use is.
type UseKind uint8

const (
	UseRegister UseKind = iota
	UseState
	UseMemory
)

// Use is one register, one state or the memory as one word uses it.
type Use struct {
	Operand int // index into Insn.Operands
	Kind    UseKind
	Role    Role
	Class   uint8 // UseRegister: index into Vocabulary.Classes
	Num     uint8 // UseRegister: its number; UseState: index into Vocabulary.States
}

// Uses appends what a word's active operands stand for, in the order of the operands. A member that reads
// as zero, one that is no operand, and where the instruction stands are left out.
func (in *Insn) Uses(dst []Use, word uint64, args []int64) []Use {
	return in.usesFrom(dst, 0, &env{word: word, args: args})
}

// usesFrom is Uses from operand i on.
func (in *Insn) usesFrom(dst []Use, i int, e *env) []Use {
	for ; i < len(in.Operands); i++ {
		dst = in.usesOf(dst, i, e)
	}
	return dst
}

// usesOf appends what operand i stands for.
func (in *Insn) usesOf(dst []Use, i int, e *env) []Use {
	op := &in.Operands[i]
	if op.cond != nil && op.cond.eval(e) == 0 {
		return dst
	}
	switch op.Kind {
	case StateOperand:
		return append(dst, Use{i, UseState, op.Role, 0, uint8(op.State)})
	case MemoryOperand:
		return append(dst, Use{i, UseMemory, op.Role, 0, 0})
	}
	set, m, _ := op.registers(e)
	switch {
	case m == nil:
	case m.Kind == MemberState:
		return append(dst, Use{i, UseState, op.Role, 0, uint8(m.Num)})
	case m.Kind == MemberRegister:
		return append(dst, Use{i, UseRegister, op.Role, uint8(m.Class), uint8(m.Num)})
	}
	for ; set != 0; set &= set - 1 {
		dst = append(dst, Use{i, UseRegister, op.Role, uint8(op.Class), uint8(bits.TrailingZeros64(set))})
	}
	return dst
}
