package mips

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// assembly implements arch.Assembly. GNU's assembler fills delay slots and keeps apart what must not stand too near, but for
// words under test.
type assembly struct {
	*machine
	base int // the block's base register
	b    *arch.Block
}

// Assembly implements arch.Assembler.
func (m *machine) Assembly(_ *arch.Program, b *arch.Block) (arch.Assembly, error) {
	return &assembly{machine: m, base: m.layout.Bases[b.Base], b: b}, nil
}

// Decode implements arch.Assembly.
func (a *assembly) Decode(word uint64) *constraints.Insn {
	set, err := a.everything()
	if err != nil {
		return nil
	}
	return set.Decode(word)
}

// Word implements arch.Assembly.
func (a *assembly) Word(w arch.Word) string { return fmt.Sprintf(".word 0x%08x", w.Bits) }

// address puts the address of a symbol into a register.
func (a *assembly) address(reg int, symbol string) arch.AsmLine {
	return arch.AsmText("%sla $%d,%s", a.pointerPrefix(), reg, symbol)
}

// pointerPrefix begins instructions that compute with addresses where these have 64 bits.
func (a *assembly) pointerPrefix() string {
	if a.abi.is64 {
		return "d"
	}
	return ""
}

// Point implements arch.Assembly.
func (a *assembly) Point(symbol string) []arch.AsmLine {
	return []arch.AsmLine{a.address(a.base, symbol)}
}

// constant puts a number into a general register.
func (a *assembly) constant(reg int, v uint64) arch.AsmLine {
	if a.ops.wide && v != uint64(int64(int32(v))) {
		return arch.AsmText("dli $%d,0x%x", reg, v)
	}
	return arch.AsmText("li $%d,0x%x", reg, uint32(v))
}

// Load implements arch.Assembly.
func (a *assembly) Load(v arch.AsmValue) []arch.AsmLine {
	r, class := int(v.Place.Num), int(v.Place.Class)
	switch {
	case v.Place.Kind == arch.StatePlace:
		return []arch.AsmLine{a.constant(a.base, v.Value), a.move(r, true, a.base)}
	case class == a.layout.gpr:
		return []arch.AsmLine{a.constant(r, v.Value)}
	case class == a.layout.vec:
		return append([]arch.AsmLine{arch.AsmText("ld.d $w%d,%d($%d)", r, v.Offset, a.base)}, a.swap(r)...)
	}
	return []arch.AsmLine{arch.AsmText("%sc1 $f%d,%d($%d)", a.floatAccess("l"), r, v.Offset, a.base)}
}

// Store implements arch.Assembly.
func (a *assembly) Store(v arch.AsmValue) []arch.AsmLine {
	r, class, temp := int(v.Place.Num), int(v.Place.Class), a.otherThanBase()
	access := func(op string, reg int) arch.AsmLine {
		return arch.AsmText("%s $%d,%d($%d)", op, reg, v.Offset, a.base)
	}
	switch {
	case v.Place.Kind == arch.StatePlace:
		op := "sw"
		if a.layout.States[r].Bytes == 8 {
			op = "sd"
		}
		return []arch.AsmLine{a.move(r, false, temp), access(op, temp)}
	case class == a.layout.gpr && a.ops.wide:
		return []arch.AsmLine{access("sd", r)}
	case class == a.layout.gpr:
		return []arch.AsmLine{access("sw", r)}
	case class == a.layout.vec:
		return append(a.swap(r), arch.AsmText("st.d $w%d,%d($%d)", r, v.Offset, a.base))
	}
	return []arch.AsmLine{arch.AsmText("%sc1 $f%d,%d($%d)", a.floatAccess("s"), r, v.Offset, a.base)}
}

// otherThanBase is a register that serves as temporary.
func (a *assembly) otherThanBase() int {
	if a.base == 2 {
		return 3
	}
	return 2
}

// floatAccess is a load or store of a floating-point register, whose first letter is given.
func (a *assembly) floatAccess(letter string) string {
	if a.abi.fr1 {
		return letter + "d"
	}
	return letter + "w"
}

// swap exchanges the halves of a vector in big-endian memory order: there the lower element stands first, and a number's upper
// half does.
func (a *assembly) swap(r int) []arch.AsmLine {
	if a.config.Order == "little" {
		return nil
	}
	return []arch.AsmLine{{Text: fmt.Sprintf("shf.w $w%d,$w%d,0x4e", r, r), Comment: "the upper half first"}}
}

// move copies a general register to a state, or a state to a general register.
func (a *assembly) move(state int, to bool, reg int) arch.AsmLine {
	name := a.layout.States[state].Name
	way := func(write, read string) string {
		if to {
			return write
		}
		return read
	}
	switch name {
	case "fcsr":
		return arch.AsmText("%s $%d,$%d", way("ctc1", "cfc1"), reg, numFCSR)
	case "msacsr":
		return arch.AsmText(way("ctcmsa $%[2]d,$%[1]d", "cfcmsa $%[1]d,$%[2]d"), reg, numMSACSR)
	case "dspcontrol":
		return arch.AsmText("%s $%d,0x%x", way("wrdsp", "rddsp"), reg, dspAll)
	}
	if ac := name[2:]; ac != "" {
		return arch.AsmText("%s%s $%d,$ac%s", way("mt", "mf"), name[:2], reg, ac)
	}
	return arch.AsmText("%s%s $%d", way("mt", "mf"), name, reg)
}

// Print implements arch.Assembly.
func (a *assembly) Print(text, values string, step int) []arch.AsmLine {
	var out []arch.AsmLine
	if a.usesStackPointer() {
		stack := a.address(a.layout.StackReg, "digits")
		stack.Comment = "an address, for Linux" // see harness.kernelStack
		out = append(out, stack)
	}
	return append(out, a.address(4, text), a.address(5, values), arch.AsmText("li $7,%d", step), arch.AsmText("jal print"))
}

// usesStackPointer reports whether a word of the block uses the stack pointer, which may then be no address.
func (a *assembly) usesStackPointer() bool {
	for i := range a.b.Items {
		it := &a.b.Items[i]
		if in := a.Decode(it.Word); in != nil {
			for _, u := range in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)) {
				if u.Kind == constraints.UseRegister && int(u.Class) == a.layout.gpr && int(u.Num) == a.layout.StackReg {
					return true
				}
			}
		}
	}
	return false
}
