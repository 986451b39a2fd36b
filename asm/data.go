package asm

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Names of sections that the linker places.
const (
	testSection   = ".test"
	memorySection = ".memory"
)

// widest is the size of the widest register, in bytes.
const widest = 16

// rowBytes is how many bytes of memory stand in a line.
const rowBytes = 16

// prints writes the calls that print, and the end.
func (s *source) prints(l *listing) {
	fmt.Fprintln(l)
	if len(s.outputs) > 0 || len(s.shown) == 0 {
		first, step := "values", 1 // the most significant byte of the first number
		if last := s.outputBytes() - 1; last > 0 && arch.OrderName(s.layout.Order) == "little" {
			first, step = fmt.Sprintf("values+%d", last), -1
		}
		l.lines(s.Print("text", first, step))
	}
	for _, w := range s.shown {
		l.lines(s.Print(fmt.Sprintf("text%d", w), fmt.Sprintf("window%d", w), 1))
	}
	l.lines(s.shell.Exit)
}

// data writes inputs, texts, and room for results.
func (s *source) data(l *listing) {
	fmt.Fprintln(l)
	l.textf(".data")
	if len(s.inputs) > 0 {
		l.textf(".balign 16")
	}
	for i, in := range s.inputs {
		if in.again {
			continue
		}
		line := arch.AsmText("%s", s.value(in.data))
		if i == 0 {
			line.Label = "inputs"
		}
		var names []string
		for _, o := range s.inputs {
			if o.Offset == in.Offset {
				names = append(names, s.layout.PlaceName(o.Place))
			}
		}
		line.Comment = strings.Join(names, ", ")
		l.line(line)
	}
	l.line(arch.AsmLine{Label: "digits", Text: `.ascii "0123456789abcdef"`})
	s.texts(l)
	if len(s.outputs) == 0 {
		return
	}
	l.textf(".balign 16")
	l.line(arch.AsmLine{Label: "values", Text: fmt.Sprintf(".skip %d", s.outputBytes())})
}

// outputBytes is how many bytes the numbers take that are printed, a multiple of the widest register's.
func (s *source) outputBytes() int {
	size := 0
	for _, o := range s.outputs {
		size += o.size
	}
	return (size + widest - 1) / widest * widest
}

// texts writes what is printed, with two dots for each byte.
func (s *source) texts(l *listing) {
	label, held := "text", ""
	put := func(text string) {
		if held != "" {
			l.line(arch.AsmLine{Label: label, Text: fmt.Sprintf(".ascii %q", held)})
			label = ""
		}
		held = text
	}
	end := func(next string) {
		if held != "" {
			l.line(arch.AsmLine{Label: label, Text: fmt.Sprintf(".asciz %q", held)})
		}
		label, held = next, ""
	}
	width := 0
	for _, o := range s.outputs {
		width = max(width, len(o.name))
	}
	for _, o := range s.outputs {
		put(fmt.Sprintf("%-*s = %s\n", width, o.name, strings.Repeat("..", o.size)))
	}
	if len(s.outputs) == 0 && len(s.shown) == 0 {
		put("no results: it came to its end\n")
		l.line(arch.AsmLine{Label: "values"})
	}
	m := &s.layout.Memory
	for _, w := range s.shown {
		end(fmt.Sprintf("text%d", w))
		for at := 0; at < m.Size; at += rowBytes {
			put(fmt.Sprintf("%#x:%s\n", s.windowAddr(w)+uint64(at), strings.Repeat(" ..", min(rowBytes, m.Size-at))))
		}
	}
	end("")
}

func (s *source) windowAddr(w int) uint64 {
	return s.layout.Memory.Addr + uint64(w*s.layout.Memory.Size)
}

// value is the directive for a register's bytes, as one number. One wider than 64 bits is made of elements of 64, the lowest
// first.
func (s *source) value(b []byte) string {
	if len(b) == 16 {
		return fmt.Sprintf(".octa 0x%016x%016x", s.layout.Order.Uint64(b[8:]), s.layout.Order.Uint64(b))
	}
	return fmt.Sprintf(".%dbyte 0x%0*x", len(b), 2*len(b), s.number(b))
}

// memory writes the windows of memory that are used, and other data at fixed addresses.
func (s *source) memory(l *listing) {
	for _, f := range s.shell.Fixed {
		fmt.Fprintln(l)
		l.textf(".section %s,\"aw\"", f.Name)
		l.lines(f.Lines)
	}
	if len(s.windows) == 0 {
		return
	}
	l.head(fmt.Sprintf("Memory at %#x", s.windowAddr(s.windows[0])))
	l.textf(".section %s,\"aw\"", memorySection)
	m := &s.layout.Memory
	for i, w := range s.windows {
		if i > 0 && s.windows[i-1]+1 < w {
			l.textf(".skip %d", (w-s.windows[i-1]-1)*m.Size)
		}
		l.window(fmt.Sprintf("window%d", w), s.window[m.Pool+w*m.Size:][:m.Size])
	}
}

// window writes a window of memory, of rows without anything but zeros how many bytes they are.
func (l *listing) window(label string, data []byte) {
	for len(data) > 0 {
		n, text := min(rowBytes, len(data)), ""
		if zeros := len(data) - len(bytes.TrimLeft(data, "\x00")); zeros >= n {
			n = zeros
			if n < len(data) {
				n -= n % rowBytes
			}
			text = fmt.Sprintf(".skip %d", n)
		} else {
			text = byteRow(data[:n])
		}
		l.line(arch.AsmLine{Label: label, Text: text})
		label, data = "", data[n:]
	}
}

// byteRow is the directive for bytes.
func byteRow(b []byte) string {
	var out []string
	for _, v := range b {
		out = append(out, fmt.Sprintf("0x%02x", v))
	}
	return ".byte " + strings.Join(out, ",")
}

// testAlign is a multiple of the alignment of all code.
const testAlign = 16

// testStart is where the section of the block begins: with it, or with code that it reads before.
func (s *source) testStart() uint64 {
	if len(s.beside) > 0 && s.beside[0].addr < s.block.Addr {
		return s.beside[0].addr &^ (testAlign - 1)
	}
	return s.block.Addr
}

// codeBefore writes the code before the block that it reads, from an address on, and returns where that ends.
func (s *source) codeBefore(l *listing, at uint64) uint64 {
	for _, c := range s.beside {
		if c.addr < s.block.Addr {
			at = s.codePiece(l, c, at)
		}
	}
	return at
}

// codeBehind writes the code behind the block that it reads.
func (s *source) codeBehind(l *listing) {
	at := uint64(0)
	for _, c := range s.beside {
		if c.addr < s.block.Addr {
			continue
		}
		if at == 0 {
			l.textf(".org %d", c.addr-s.testStart())
			at = c.addr
		}
		at = s.codePiece(l, c, at)
	}
}

// codePiece writes a piece of code behind an address, and returns where it ends.
func (s *source) codePiece(l *listing, c bytesAt, at uint64) uint64 {
	if c.addr > at {
		l.textf(".skip %d", c.addr-at)
	}
	for from := 0; from < len(c.data); from += rowBytes {
		row := c.data[from:min(from+rowBytes, len(c.data))]
		l.line(arch.AsmLine{Text: byteRow(row), Comment: "read from the block"})
	}
	return c.addr + uint64(len(c.data))
}
