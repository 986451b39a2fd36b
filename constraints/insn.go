package constraints

import (
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
	RegisterField OperandKind = iota // a register whose number is an argument
	FixedRegister                    // always the same register
	StateOperand                     // a register that no field names
	MemoryOperand                    // the bytes that the memory block describes
)

// Operand is something an instruction reads or writes.
type Operand struct {
	Name  string
	Kind  OperandKind
	Role  Role
	Class int // RegisterField, FixedRegister: index into Vocabulary.Classes
	Arg   int // RegisterField: index of the argument
	Reg   int // FixedRegister: its number
	State int // StateOperand: index into Vocabulary.States
	Pos   decodetree.Pos
	cond  *expr // nil: always
}

// Memory describes a memory access.
type Memory struct {
	Size  int // bytes
	Align int // bytes; 1 where the architecture takes any address
	Base  int // index into Insn.Operands of the register operand that holds the address
	disp  *expr
}

// Branch describes a change of control flow.
type Branch struct {
	DelaySlot bool // the next instruction is executed too
	Likely    bool // the delay slot is nullified when the branch is not taken
	Absolute  bool // the target does not depend on the branch's own address
	disp      *expr
}

// Input is a condition on the value of a source register.
type Input struct {
	Operand int  // index into Insn.Operands
	NonZero bool // every lane is non-zero
	Mask    uint64
	lane    *expr // width of a lane in bits; nil: the whole register
}

// Insn is a pattern together with what its blocks say.
type Insn struct {
	Pattern  *decodetree.Pattern
	Spec     *decodetree.Spec
	Index    int // in Set.Insns
	Operands []Operand
	Memory   *Memory
	Branch   *Branch
	Inputs   []Input
	Faults   []string
	Groups   []string
	Undef    []int // indexes into Operands of outputs whose value is not defined

	constraints, reserved, unpredictable []*expr
	asm                                  *template
	sampler                              *sampler
	forbidden                            []*Insn // earlier members of overlap groups that match some of its words
}

// Name is the pattern's name.
func (in *Insn) Name() string { return in.Pattern.Name }

// Active reports whether an operand is used by this word.
func (in *Insn) Active(op *Operand, word uint64, args []int64) bool {
	return op.cond == nil || op.cond.eval(&env{word, args}) != 0
}

// Register returns the number of a register operand's register.
func (op *Operand) Register(args []int64) int {
	if op.Kind == FixedRegister {
		return op.Reg
	}
	return int(args[op.Arg])
}

// Displacement is the distance in bytes from the base register's value to the accessed address.
func (in *Insn) Displacement(word uint64, args []int64) int64 {
	if in.Memory == nil || in.Memory.disp == nil {
		return 0
	}
	return in.Memory.disp.eval(&env{word, args})
}

// BranchOffset is the distance in bytes from the branch's own address to its target.
func (in *Insn) BranchOffset(word uint64, args []int64) int64 {
	if in.Branch == nil || in.Branch.disp == nil {
		return 0
	}
	return in.Branch.disp.eval(&env{word, args})
}

// LaneBits is the width in bits of the lanes that an input condition speaks of; 0 means the whole register.
func (in *Insn) LaneBits(i int, word uint64, args []int64) int {
	if in.Inputs[i].lane == nil {
		return 0
	}
	return int(in.Inputs[i].lane.eval(&env{word, args}))
}

// Accepts reports whether the word, which matches the pattern's fixed bits, is this instruction: whether
// its constraints hold. Reserved and unpredictable words are accepted.
func (in *Insn) Accepts(word uint64) bool {
	if len(in.constraints) == 0 {
		return true
	}
	return all(in.constraints, in.env(word))
}

// Reserved reports whether the word must raise the reserved-instruction fault.
func (in *Insn) Reserved(word uint64) bool {
	return len(in.reserved) > 0 && anyOf(in.reserved, in.env(word))
}

// Legal reports whether the word may be generated: it matches, its constraints hold, it is neither
// reserved nor unpredictable, and no earlier member of its overlap group takes it.
func (in *Insn) Legal(word uint64) bool {
	if word&in.Pattern.FixedMask != in.Pattern.FixedBits {
		return false
	}
	e := in.env(word)
	if !all(in.constraints, e) || anyOf(in.reserved, e) || anyOf(in.unpredictable, e) {
		return false
	}
	for _, f := range in.forbidden {
		if word&f.Pattern.FixedMask == f.Pattern.FixedBits && f.Accepts(word) {
			return false
		}
	}
	return true
}

func (in *Insn) env(word uint64) *env {
	return &env{word, in.Pattern.Extract(word, make([]int64, 0, 8))}
}

func all(es []*expr, e *env) bool {
	for _, x := range es {
		if x.eval(e) == 0 {
			return false
		}
	}
	return true
}

func anyOf(es []*expr, e *env) bool {
	for _, x := range es {
		if x.eval(e) != 0 {
			return true
		}
	}
	return false
}

// MayFault reports whether a signal is a legitimate result of the instruction.
func (in *Insn) MayFault() bool { return len(in.Faults) > 0 }

// HasFault reports whether the named signal is a legitimate result.
func (in *Insn) HasFault(signal string) bool {
	for _, f := range in.Faults {
		if f == signal {
			return true
		}
	}
	return false
}

// InGroup reports whether the instruction belongs to a group of this name.
func (in *Insn) InGroup(name string) bool {
	for _, g := range in.Groups {
		if g == name {
			return true
		}
	}
	return false
}
