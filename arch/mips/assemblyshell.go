package mips

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Shell implements arch.Assembly.
func (a *assembly) Shell() arch.AsmShell {
	s := arch.AsmShell{
		Assemble: "mips-linux-gnu-as " + a.asOptions(), Link: "mips-linux-gnu-ld -m " + a.emulation(),
		Run: a.abi.emulators[a.config.Order] + " -cpu " + a.cpu.name, Comment: "#", Entry: "__start",
		Head: a.head(), Initial: map[string]uint64{"fcsr": uint64(a.fcsrFixed()), "msacsr": 0, "dspcontrol": 0}, Base: a.b.Addr,
		Begin: arch.AsmLines(".set noreorder"), End: arch.AsmLines(".set reorder"),
		TestHead: arch.AsmLines(".set noreorder"), Leave: arch.AsmLines("j results", "nop", ".set reorder"),
		Routine: a.routine(), Exit: arch.AsmLines("li $4,0", fmt.Sprintf("li $2,%d ;; exit_group", a.abi.sys.exitGroup), "syscall"),
	}
	if a.ops.wide {
		s.Elsewhere = "-Ttext-segment=0x400000" // in the region of the jump behind the block
	}
	s.Enter = append(a.Point("test"), arch.AsmText("jr $%d", a.base))
	return s
}

// asOptions are the options of the assembler that say what a program's file is.
func (a *assembly) asOptions() string {
	order := "-EL"
	if a.config.Order == "big" {
		order = "-EB"
	}
	abi := "32"
	if a.ops.wide {
		abi = strings.TrimPrefix(a.abi.name, "n")
	}
	if abi == "32" && a.ops.wide {
		abi = "n32"
	}
	return order + " -mabi=" + abi
}

// emulation is what the linker calls the kind of file.
func (a *assembly) emulation() string {
	width, order, n32 := "32", "b", ""
	if a.abi.is64 {
		width = "64"
	} else if a.ops.wide {
		n32 = "n32"
	}
	if a.config.Order == "little" {
		order = "l"
	}
	return "elf" + width + order + "tsmip" + n32
}

// head is the directives that say what the program needs.
func (a *assembly) head() []string {
	out := []string{".module " + a.cpu.level.assembler()}
	switch {
	case !a.cpu.has("fpu"):
		out = append(out, ".module softfloat")
	case a.abi.regs == 4 && a.abi.fr1:
		out = append(out, ".module fp=64")
	}
	for _, ase := range []string{"msa", "dspr2", "dsp"} {
		if a.cpu.has(ase) {
			out = append(out, ".module "+ase)
			if ase == "dspr2" {
				break
			}
		}
	}
	if a.cpu.has("fpu") && a.cpu.nan2008 {
		out = append(out, ".nan 2008")
	}
	return append(out, ".set noat")
}

// assembler is a level as GNU's assembler names it.
func (l level) assembler() string {
	if l.isa < 32 {
		return fmt.Sprintf("mips%d", l.isa)
	}
	if l.rev == 1 {
		return fmt.Sprintf("mips%d", l.isa)
	}
	return fmt.Sprintf("mips%dr%d", l.isa, l.rev)
}

// routine is what Print calls, with the text at $4, the numbers at $5 and the step in $7.
func (a *assembly) routine() []arch.AsmLine {
	p := a.pointerPrefix()
	return arch.AsmLines(
		"print: "+p+"la $13,digits",
		"li $9,'.'",
		"move $6,$4",
		"1: lbu $8,0($6)",
		p+"addiu $6,$6,1",
		"beqz $8,2f ;; the end of the text",
		"bne $8,$9,1b",
		"lbu $8,0($5)",
		p+"addu $5,$5,$7",
		"srl $12,$8,4",
		"andi $8,$8,15",
		p+"addu $12,$12,$13",
		p+"addu $8,$8,$13",
		"lbu $12,0($12)",
		"lbu $8,0($8)",
		"sb $12,-1($6)",
		"sb $8,0($6)",
		"b 1b",
		"2: "+p+"subu $6,$6,$4",
		p+"addiu $6,$6,-1",
		"move $5,$4",
		"li $4,1 ;; standard output",
		fmt.Sprintf("li $2,%d ;; write", a.abi.sys.write),
		"syscall",
		"jr $31")
}
