package arm

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// a32Assembly implements arch.Assembly. What stands around the block is A32 code or, where blocks are Thumb code and there are
// words of 32 bits, Thumb code: the instructions here are written the same in both.
type a32Assembly struct {
	*a32Machine
	base int // the block's base register
	p    *arch.Program
	b    *arch.Block
}

// Assembly implements arch.Assembler.
func (m *a32Machine) Assembly(p *arch.Program, b *arch.Block) (arch.Assembly, error) {
	return &a32Assembly{m, m.layout.Bases[b.Base], p, b}, nil
}

// allThumb reports whether all code is Thumb code.
func (a *a32Assembly) allThumb() bool { return a.inThumb() && a.cpu.has32("thumb2") }

// Decode implements arch.Assembly. Of Thumb blocks it is what Thumb makes of a word, or else A32.
func (a *a32Assembly) Decode(word uint64) *constraints.Insn {
	set, err := a.everything()
	if err != nil {
		return nil
	}
	return set.Decode(word)
}

// Word implements arch.Assembly.
func (a *a32Assembly) Word(w arch.Word) string {
	switch {
	case !a.inThumb():
		return fmt.Sprintf(".inst 0x%08x", w.Bits)
	case w.Size == 2:
		return fmt.Sprintf(".inst.n 0x%04x", w.Bits)
	case thumbSize(w.Bits>>16) == 4:
		return fmt.Sprintf(".inst.w 0x%08x", w.Bits)
	}
	return fmt.Sprintf(".inst.n 0x%04x,0x%04x", w.Bits>>16, w.Bits&0xffff) // A32 code, or a number
}

// Point implements arch.Assembly.
func (a *a32Assembly) Point(symbol string) []arch.AsmLine {
	return []arch.AsmLine{arch.AsmText("ldr r%d,=%s", a.base, symbol)}
}

// Load implements arch.Assembly.
func (a *a32Assembly) Load(v arch.AsmValue) []arch.AsmLine {
	r := int(v.Place.Num)
	number := func(reg int) arch.AsmLine { return arch.AsmText("ldr r%d,=0x%x", reg, v.Value) }
	switch {
	case v.Place.Kind == arch.StatePlace:
		return []arch.AsmLine{number(a.base), a.move(r, true, a.base)}
	case int(v.Place.Class) == a.layout.gpr:
		return []arch.AsmLine{number(r)}
	}
	return []arch.AsmLine{arch.AsmText("vldr d%d,[r%d,#%d]", r, a.base, v.Offset)}
}

// Store implements arch.Assembly.
func (a *a32Assembly) Store(v arch.AsmValue) []arch.AsmLine {
	r, temp := int(v.Place.Num), int(otherThan(int64(a.base)))
	store := func(op string, n int) arch.AsmLine { return arch.AsmText("%s%d,[r%d,#%d]", op, n, a.base, v.Offset) }
	switch {
	case v.Place.Kind == arch.StatePlace:
		out := []arch.AsmLine{a.move(r, false, temp)}
		if bits := a.layout.parts[r]; bits != 0 {
			out = append(out, arch.AsmText("and r%d,r%d,#0x%x", temp, temp, bits))
		}
		return append(out, store("str r", temp))
	case int(v.Place.Class) == a.layout.gpr:
		return []arch.AsmLine{store("str r", r)}
	}
	return []arch.AsmLine{store("vstr d", r)}
}

// move copies a general register to a state, or a state to a general register.
func (a *a32Assembly) move(state int, to bool, reg int) arch.AsmLine {
	write, read := "", "mrs r%d,CPSR"
	switch state {
	case a.layout.fpscr:
		write, read = "vmsr fpscr,r%d", "vmrs r%d,fpscr"
	case a.layout.thread:
		write, read = "mcr p15,0,r%d,c13,c0,2", "mrc p15,0,r%d,c13,c0,2"
	case a.layout.ge:
		write = "msr CPSR_s,r%d"
	default: // the flags, and Q with them, which is clear where it is not written
		write = "msr CPSR_f,r%d"
	}
	if to {
		return arch.AsmText(write, reg)
	}
	return arch.AsmText(read, reg)
}

// Print implements arch.Assembly.
func (a *a32Assembly) Print(text, values string, step int) []arch.AsmLine {
	return arch.AsmLines("ldr r0,="+text, "ldr r1,="+values, fmt.Sprintf("mov r4,#%d", step), "bl print")
}

// resetsFPSCR reports whether glue takes FPSCR's value from the harness's variables.
func (a *a32Assembly) resetsFPSCR() bool {
	return slices.ContainsFunc(a.b.Items, func(it arch.Item) bool {
		return it.Kind == arch.Reset && int(it.State) == a.layout.fpscr
	})
}
