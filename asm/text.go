package asm

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
)

// text writes the program.
func (s *source) text() []byte {
	l := &listing{comment: s.shell.Comment}
	s.header(l)
	for _, d := range s.shell.Head {
		l.textf("%s", d)
	}
	fmt.Fprintln(l)
	l.textf(".text")
	l.textf(".globl %s", s.shell.Entry)
	l.lines(s.shell.EntryHead)
	l.line(arch.AsmLine{Label: s.shell.Entry})
	s.loads(l)
	s.code(l)
	s.stores(l)
	s.prints(l)
	l.head("print: writes a text to standard output, with numbers in the place of its dots")
	l.lines(s.shell.Routine)
	s.data(l)
	s.memory(l)
	return l.Bytes()
}

// note says what a place is for.
func (s *source) note(p arch.Place) string {
	return strings.Join(s.uses.names[p], ", ")
}

// loads writes what gives registers and states their values: those from data, states, and address registers at last.
func (s *source) loads(l *listing) {
	if len(s.inputs) > 0 {
		l.lines(s.Point("inputs"))
	}
	for _, in := range s.inputs {
		l.noted(s.Load(in.AsmValue), in.note)
	}
	for _, p := range s.uses.load {
		if p.Kind != arch.StatePlace {
			continue
		}
		v := s.prog.Machine.InitialState(s.block, int(p.Num), 0, s.window)
		if usual, known := s.shell.Initial[s.layout.PlaceName(p)]; !known || v != usual {
			l.noted(s.Load(arch.AsmValue{Place: p, Value: v}), s.layout.PlaceName(p))
		}
	}
	for _, k := range s.uses.keeps {
		p := s.addressRegister(s.layout.KeepsOf(s.block.Base)[k])
		v := s.prog.Machine.InitialState(s.block, s.layout.KeepStates[k], 0, s.window)
		l.noted(s.Load(arch.AsmValue{Place: p, Value: v}), s.layout.States[s.layout.KeepStates[k]].Name+" is reset to this")
	}
	for _, special := range []bool{true, false} { // which may take another register on the way
		for _, p := range s.uses.load {
			if p.Kind == arch.RegisterPlace && !s.fromData(p) && (s.layout.Special>>p.Num&1 != 0) == special {
				v := arch.AsmValue{Place: p, Value: s.number(s.register(int(p.Class), int(p.Num)))}
				l.noted(s.Load(v), s.note(p))
			}
		}
	}
	if s.uses.base {
		l.noted(s.Load(arch.AsmValue{Place: s.addressRegister(s.layout.Bases[s.block.Base]), Value: s.shell.Base}), "read by what is not under test")
	}
}

func (s *source) addressRegister(num int) arch.Place {
	return arch.Place{Kind: arch.RegisterPlace, Class: uint8(s.layout.AddrClass), Num: uint8(num)}
}

// code writes the block.
func (s *source) code(l *listing) {
	if !s.elsew {
		l.lines(s.shell.Begin)
		s.items(l)
		l.head("Results")
		l.lines(s.shell.End)
		return
	}
	l.lines(s.shell.Enter)
	fmt.Fprintln(l)
	l.textf(".section %s,\"ax\"", testSection)
	if at := s.codeBefore(l, s.testStart()); at < s.block.Addr {
		l.textf(".skip %d", s.block.Addr-at)
	}
	l.lines(s.shell.TestHead)
	l.line(arch.AsmLine{Label: "test"})
	s.items(l)
	l.lines(s.shell.Leave)
	s.codeBehind(l)
	fmt.Fprintln(l)
	l.textf(".text")
	l.head("Results")
	l.line(arch.AsmLine{Label: "results"})
}

// items writes the block's words, those under test each below a comment.
func (s *source) items(l *listing) {
	last := ""
	for i := range s.block.Items {
		it := &s.block.Items[i]
		comment := ""
		if it.Kind.UnderTest() {
			in := s.insn(it)
			comment = in.Disassemble(it.Word, s.addrs[i])
			l.head("Under test: " + in.Name() + s.kindNote(it))
			last = ""
		} else {
			comment = s.prog.Machine.Disassemble(it.Word, s.addrs[i])
			if note := s.glueNote(it); note != last {
				l.head(note)
				last = note
			}
		}
		l.line(arch.AsmLine{Text: s.Word(arch.Word{Bits: it.Word, Size: it.Size}), Comment: comment})
	}
}

// kindNote says of an item under test what is to become of it.
func (s *source) kindNote(it *arch.Item) string {
	switch it.Kind {
	case arch.Reserved:
		return ", which must raise " + s.layout.ReservedFault
	case arch.Misaligned:
		return ", whose address is misaligned: " + s.layout.AlignFault + ", or the system does the access"
	}
	return ""
}

// glueNote says what glue is for.
func (s *source) glueNote(it *arch.Item) string {
	register := s.layout.PlaceName(arch.Place{Kind: arch.RegisterPlace, Class: it.Class, Num: it.Reg})
	state := s.layout.PlaceName(arch.Place{Kind: arch.StatePlace, Num: it.State})
	switch it.Kind {
	case arch.Prepare:
		return register + " for what follows"
	case arch.Mark:
		return register + " tells which way the branch went"
	case arch.Save:
		return "The result in " + state + " goes to " + register
	case arch.Reset:
		return state + " as at first, for what follows or since it is undefined"
	case arch.Discard:
		return register + " is undefined"
	case arch.Guard:
		return "Control comes here only without the fault"
	case arch.Restore:
		return "The loop begins: " + register + " as before"
	case arch.Retry:
		return "Again, where the store was not done"
	}
	return "Keeps apart what must not stand too near"
}

// stores writes what stores the results: address registers first, which the others may take on their way.
func (s *source) stores(l *listing) {
	if len(s.outputs) > 0 {
		l.lines(s.Point("values"))
	}
	rank := func(p arch.Place) int {
		switch {
		case p.Kind == arch.StatePlace:
			return 3
		case s.fromData(p):
			return 2
		case s.layout.Special>>p.Num&1 != 0:
			return 1
		}
		return 0
	}
	for r := range 4 {
		for _, o := range s.outputs {
			if rank(o.Place) == r {
				l.lines(s.Store(o.AsmValue))
			}
		}
	}
}
