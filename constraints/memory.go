package constraints

import (
	"math/bits"

	"github.com/risugen/risugen/decodetree"
)

// Memory describes a memory access: which operands make its address, and how.
type Memory struct {
	Size  int // bytes; where it depends on the word, an upper bound
	Align int // bytes; 1 where the architecture takes any address; where it depends on the word, an upper bound
	Base  int // index into Insn.Operands of the register that holds the address; -1: the program counter
	Index int // index into Insn.Operands of the register that is added, or -1
	// BaseAlign is what the base's value is a multiple of, before anything is added to it, in the words of which
	// Access says so; 0: it may have any value.
	BaseAlign int
	// PCAlign is what the program counter is rounded down to a multiple of, where it is the base.
	PCAlign int
	// WriteBack says that the base is written: before the access or, if Post, after it.
	WriteBack, Post bool

	size, align, disp, shift *expr
	kind, minus              *expr // of the index; nil: 0
	post                     *expr // when the displacement is added after the access; nil: as Post says
	granule                  *expr // bytes within which an access may be misaligned, too; nil: there are none
	based                    *expr // when BaseAlign counts; nil: always
}

// Access is a memory access of one word.
type Access struct {
	Size, Align int   // bytes; Size may be out of range where constraints do not prevent that
	Disp        int64 // bytes from the base to the address accessed, the index left out
	Shift       int   // the index counts shifted left by so many bits, or as Kind says
	Kind        ShiftKind
	Minus       bool // the index is subtracted
	Indexed     bool // the index counts
	Granule     int  // bytes; a misaligned access is as good as an aligned one within so many aligned ones; 0: it is not
	BaseAlign   int  // what the base's value is a multiple of; 0: it may have any value
}

// ShiftKind is how an index is shifted; but for the first only 32 bits of it count.
type ShiftKind uint8

const (
	ShiftLeft      ShiftKind = iota
	ShiftRight               // with zeros
	ShiftRightSign           // with copies of its sign
	RotateRight
	ShiftUnknown // its result depends on more than the index
)

// Offset is what an index of some value adds to the address.
func (a *Access) Offset(index uint64) uint64 {
	switch a.Kind {
	case ShiftLeft, ShiftUnknown:
		index <<= a.Shift
	case ShiftRight:
		index = uint64(uint32(index) >> a.Shift)
	case ShiftRightSign:
		index = uint64(int64(int32(uint32(index))) >> a.Shift)
	case RotateRight:
		index = uint64(bits.RotateLeft32(uint32(index), -a.Shift))
	}
	if a.Minus {
		return -index
	}
	return index
}

// MaxAccess is the largest number of bytes that one instruction may access.
const MaxAccess = 4096

// Access tells what memory a word accesses.
func (in *Insn) Access(word uint64, args []int64) Access {
	m, e := in.Memory, env{word: word, args: args}
	a := Access{Size: m.Size, Align: m.Align, Indexed: m.Index >= 0}
	if m.size != nil {
		a.Size = int(max(-1, min(m.size.eval(&e), MaxAccess+1)))
	}
	if m.align != nil {
		a.Align = powerOfTwo(m.align.eval(&e))
	}
	if m.granule != nil {
		a.Granule = powerOfTwo(m.granule.eval(&e))
	}
	if m.based == nil || m.based.eval(&e) != 0 {
		a.BaseAlign = m.BaseAlign
	}
	if m.Post && (m.post == nil || m.post.eval(&e) != 0) {
		a.Indexed = false
		return a
	}
	if m.disp != nil {
		a.Disp = m.disp.eval(&e)
	}
	if m.shift != nil {
		a.Shift = int(max(0, min(m.shift.eval(&e), 63)))
	}
	if m.kind != nil {
		a.Kind = ShiftKind(min(uint64(m.kind.eval(&e)), uint64(ShiftUnknown)))
		a.Minus = m.minus.eval(&e) != 0
	}
	return a
}

// Aligned reports whether an access to an address is one that raises no fault for its alignment.
func (a *Access) Aligned(addr uint64) bool {
	if addr%uint64(a.Align) == 0 {
		return true
	}
	g := uint64(a.Granule)
	return g > 0 && addr%g+uint64(a.Size) <= g
}

// Address is the address that a word accesses when registers hold what value returns for them, not yet cut
// to the width of an address. It reports false where a value is not known and where the address does not
// come from registers.
func (in *Insn) Address(word uint64, args []int64, value func(class, num int) (uint64, bool)) (uint64, bool) {
	if in.Memory == nil || in.Memory.Base < 0 {
		return 0, false
	}
	a := in.Access(word, args)
	addr, based := uint64(a.Disp), false
	for _, u := range in.Uses(nil, word, args) {
		indexed := false
		switch {
		case u.Kind != UseRegister:
			continue
		case u.Operand == in.Memory.Base:
			based = true
		case u.Operand == in.Memory.Index && a.Indexed:
			indexed = true
		default:
			continue
		}
		v, ok := value(int(u.Class), int(u.Num))
		if !ok || indexed && a.Kind == ShiftUnknown {
			return 0, false
		}
		if indexed {
			v = a.Offset(v)
		}
		addr += v
	}
	return addr, based
}

// Literal is the address that a word at pc accesses at a distance from itself. It reports false where the
// address comes from registers.
func (in *Insn) Literal(word uint64, args []int64, pc uint64) (uint64, bool) {
	if in.Memory == nil || in.Memory.Base >= 0 {
		return 0, false
	}
	return pc&-uint64(in.Memory.PCAlign) + uint64(in.Access(word, args).Disp), true
}

// powerOfTwo is the largest power of two from 1 to MaxAccess that is not above v.
func powerOfTwo(v int64) int {
	if v < 1 {
		return 1
	}
	return 1 << (bits.Len64(uint64(min(v, MaxAccess))) - 1)
}

// Displacement is the distance in bytes from the base register's value to the accessed address, without
// what an index register adds.
func (in *Insn) Displacement(word uint64, args []int64) int64 {
	if in.Memory == nil {
		return 0
	}
	return in.Access(word, args).Disp
}

// upper is an upper bound of an expression's value, limit where nothing is known. It knows the forms in
// which sizes and alignments are written.
func (in *Insn) upper(n *node, limit int64) int64 {
	kid := func(i int) int64 { return in.upper(n.kids[i], limit) }
	v := limit
	switch n.op {
	case opConst:
		v = n.value
	case opArg:
		v = upperArg(&in.Pattern.Args[n.arg], limit)
	case opRaw:
		v = min(limit, 1<<min(fieldWidth(n.field), 40)-1)
	case "+":
		v = kid(0) + kid(1)
	case "*":
		v = kid(0) * kid(1)
	case "<<":
		if s := kid(1); s < 20 {
			v = kid(0) << s
		}
	case "&":
		v = min(kid(0), kid(1))
	case "|":
		v = 1<<bits.Len64(uint64(kid(0)|kid(1))) - 1
	case opCond:
		v = max(kid(1), kid(2))
	case opCall:
		if n.call.name == "popcount" {
			v = int64(bits.Len64(uint64(kid(0))))
		}
	}
	if v < 0 || v > limit {
		return limit
	}
	return v
}

// upperArg is an upper bound of an argument.
func upperArg(a *decodetree.Binding, limit int64) int64 {
	switch {
	case a.Field == nil:
		return a.Const
	case a.Field.Func != "":
		return limit
	}
	return min(limit, 1<<min(fieldWidth(a.Field), 40)-1)
}
