package arm

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// a64Assembly implements arch.Assembly.
type a64Assembly struct {
	*a64Machine
	base int // the block's base register
	b    *arch.Block
}

// Assembly implements arch.Assembler.
func (m *a64Machine) Assembly(_ *arch.Program, b *arch.Block) (arch.Assembly, error) {
	return &a64Assembly{m, m.layout.Bases[b.Base], b}, nil
}

// Decode implements arch.Assembly.
func (a *a64Assembly) Decode(word uint64) *constraints.Insn {
	set, err := a.everything()
	if err != nil {
		return nil
	}
	return set.Decode(word)
}

// Word implements arch.Assembly.
func (a *a64Assembly) Word(w arch.Word) string { return fmt.Sprintf(".inst 0x%08x", w.Bits) }

// Point implements arch.Assembly.
func (a *a64Assembly) Point(symbol string) []arch.AsmLine {
	return []arch.AsmLine{arch.AsmText("ldr x%d,=%s", a.base, symbol)}
}

// Load implements arch.Assembly.
func (a *a64Assembly) Load(v arch.AsmValue) []arch.AsmLine {
	r := int(v.Place.Num)
	number := func(reg int) arch.AsmLine { return arch.AsmText("ldr x%d,=0x%x", reg, v.Value) }
	switch {
	case v.Place.Kind == arch.StatePlace:
		return []arch.AsmLine{number(a.base), arch.AsmText("msr %s,x%d", systemName(a.layout.States[r].Name), a.base)}
	case int(v.Place.Class) != a.layout.gpr:
		return []arch.AsmLine{arch.AsmText("ldr q%d,[x%d,#%d]", r, a.base, v.Offset)}
	case r == a64SP:
		return []arch.AsmLine{number(a.base), arch.AsmText("mov sp,x%d", a.base)}
	}
	return []arch.AsmLine{number(r)}
}

// Store implements arch.Assembly.
func (a *a64Assembly) Store(v arch.AsmValue) []arch.AsmLine {
	r, temp := int(v.Place.Num), int(otherThan(int64(a.base)))
	store := func(reg string, n int) arch.AsmLine {
		return arch.AsmText("str %s%d,[x%d,#%d]", reg, n, a.base, v.Offset)
	}
	switch {
	case v.Place.Kind == arch.StatePlace:
		s := a.layout.States[r]
		width := "w"
		if s.Bytes == 8 {
			width = "x"
		}
		return []arch.AsmLine{arch.AsmText("mrs x%d,%s", temp, systemName(s.Name)), store(width, temp)}
	case int(v.Place.Class) != a.layout.gpr:
		return []arch.AsmLine{store("q", r)}
	case r == a64SP:
		return []arch.AsmLine{arch.AsmText("mov x%d,sp", temp), store("x", temp)}
	}
	return []arch.AsmLine{store("x", r)}
}

// systemName is a state as GNU's assembler names its register, those of extensions by their numbers: so it need not be told of
// the extension.
func systemName(state string) string {
	switch state {
	case "dit":
		return "s3_3_c4_c2_5"
	case "ssbs":
		return "s3_3_c4_c2_6"
	case "tco":
		return "s3_3_c4_c2_7"
	}
	return state
}

// Print implements arch.Assembly.
func (a *a64Assembly) Print(text, values string, step int) []arch.AsmLine {
	return arch.AsmLines("ldr x0,="+text, "ldr x1,="+values, fmt.Sprintf("mov x4,#%d", step), "bl print")
}

// Shell implements arch.Assembly.
func (a *a64Assembly) Shell() arch.AsmShell {
	s := arch.AsmShell{
		Assemble: "aarch64-linux-gnu-as", Link: "aarch64-linux-gnu-ld",
		Run:     findExecution("lp64").emulators[a.config.Order] + " -cpu " + a.cpu.name,
		Comment: "//", Entry: "_start", Initial: map[string]uint64{"fpcr": 0, "fpsr": 0}, Base: a.b.Addr,
		Enter: arch.AsmLines("b test"), Leave: arch.AsmLines("b results"),
		Routine: a.routine(), Exit: arch.AsmLines("mov x0,#0", fmt.Sprintf("mov x8,#%d ;; exit_group", sysExitGroup), "svc #0"),
	}
	if a.config.Order == "big" {
		s.Assemble, s.Link = s.Assemble+" -EB", s.Link+" -EB"
	}
	return s
}

// routine is what Print calls, with the text at x0, the numbers at x1 and the step in x4.
func (a *a64Assembly) routine() []arch.AsmLine {
	return arch.AsmLines(
		"print: ldr x7,=digits",
		"mov x2,x0",
		"1: ldrb w3,[x2],#1",
		"cbz w3,2f ;; the end of the text",
		"cmp w3,#'.'",
		"b.ne 1b",
		"ldrb w3,[x1]",
		"add x1,x1,x4",
		"lsr w6,w3,#4",
		"and w3,w3,#15",
		"ldrb w6,[x7,x6]",
		"ldrb w3,[x7,x3]",
		"sturb w6,[x2,#-1]",
		"strb w3,[x2]",
		"b 1b",
		"2: sub x2,x2,x0",
		"sub x2,x2,#1",
		"mov x1,x0",
		"mov x0,#1 ;; standard output",
		fmt.Sprintf("mov x8,#%d ;; write", sysWrite),
		"svc #0",
		"ret")
}
