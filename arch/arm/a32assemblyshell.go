package arm

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// Shell implements arch.Assembly.
func (a *a32Assembly) Shell() arch.AsmShell {
	e := findExecution(a.config.ABI)
	s := arch.AsmShell{
		Assemble: "arm-linux-gnueabihf-as", Link: "arm-linux-gnueabihf-ld",
		Run:     e.emulators[a.config.Order] + " -cpu " + e.user(a.cpu),
		Comment: "@", Entry: "_start", Initial: map[string]uint64{"fpscr": 0, "q": 0}, Base: a32StateAddr,
		Head:    a.head(),
		Routine: a.routine(), Exit: arch.AsmLines("mov r0,#0", fmt.Sprintf("mov r7,#%d ;; exit_group", eabiExitGroup), "svc #0"),
	}
	s.Enter, s.Leave = arch.AsmLines("b test"), arch.AsmLines("b results")
	if a.inThumb() {
		s.TestHead = arch.AsmLines(".thumb", ".thumb_func")
	}
	if a.allThumb() {
		s.EntryHead = arch.AsmLines(".thumb_func")
		s.Enter, s.Leave = arch.AsmLines("b.w test"), arch.AsmLines("b.w results")
	} else if a.inThumb() {
		toARM := arch.AsmLines("bx pc", "nop", ".arm")
		if a.size()%4 != 0 {
			toARM = append(arch.AsmLines("nop"), toARM...)
		}
		s.Enter = arch.AsmLines("ldr pc,=test")
		s.Leave = append(toARM, arch.AsmText("b results"))
		s.Begin = append(s.Enter, arch.AsmLines(".thumb", ".thumb_func", "test:")...)
		s.End = toARM
	}
	if a.resetsFPSCR() {
		s.Fixed = a.fixed(a.InitialState(a.b, a.layout.fpscr, 0, a.p.PoolWindow(a.b, 0)))
	}
	if a.config.Order == "big" {
		s.Assemble, s.Link = s.Assemble+" -EB", s.Link+" -EB --be8"
	}
	return s
}

// size is how many bytes the block's items take.
func (a *a32Assembly) size() int {
	n := 0
	for i := range a.b.Items {
		n += int(a.b.Items[i].Size)
	}
	return n
}

// head is the directives that say what the program needs. With the floating-point units
// that they name, the assembler takes instructions for all registers that the CPU has.
func (a *a32Assembly) head() []string {
	level, fpu, state := "armv5te", "vfpv2", ".arm"
	switch {
	case a.cpu.has32("v7"):
		level = "armv7-a"
	case a.cpu.has32("v6k"):
		level = "armv6k"
	}
	if a.cpu.has32("d32") {
		fpu = "neon"
	}
	out := []string{".syntax unified", ".arch " + level, ".fpu " + fpu}
	if a.allThumb() {
		state = ".thumb"
	}
	return append(out, state)
}

// fixed is the harness's variable that glue takes FPSCR's value from.
func (a *a32Assembly) fixed(value uint64) []arch.AsmSection {
	return []arch.AsmSection{{Name: ".vars", Addr: a32StateAddr + varFPCR, Lines: []arch.AsmLine{
		{Text: fmt.Sprintf(".word 0x%08x", value), Comment: "fpscr at first"},
	}}}
}

// routine is what Print calls, with the text at r0, the numbers at r1 and the step in r4.
func (a *a32Assembly) routine() []arch.AsmLine {
	return arch.AsmLines(
		"print: ldr r8,=digits",
		"mov r2,r0",
		"1: ldrb r3,[r2],#1",
		"cmp r3,#0",
		"beq 2f ;; the end of the text",
		"cmp r3,#'.'",
		"bne 1b",
		"ldrb r3,[r1]",
		"add r1,r1,r4",
		"lsr r6,r3,#4",
		"and r3,r3,#15",
		"ldrb r6,[r8,r6]",
		"ldrb r3,[r8,r3]",
		"strb r6,[r2,#-1]",
		"strb r3,[r2]",
		"b 1b",
		"2: sub r2,r2,r0",
		"sub r2,r2,#1",
		"mov r1,r0",
		"mov r0,#1 ;; standard output",
		fmt.Sprintf("mov r7,#%d ;; write", eabiWrite),
		"svc #0",
		"bx lr")
}
