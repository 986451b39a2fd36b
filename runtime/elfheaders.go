package runtime

import (
	"debug/elf"
	"encoding/binary"

	"github.com/risugen/risugen/arch"
)

// Headers are kept in their 64-bit form until they are written in the file's class.

// headerSizes are the sizes in bytes of the ELF, program and section headers of a class.
type headerSizes struct{ header, prog, section int }

func (w *elfWriter) sizes() headerSizes {
	if w.code.Is64 {
		return headerSizes{64, 56, 64}
	}
	return headerSizes{52, 32, 40}
}

// section adds a section header and its name.
func (w *elfWriter) section(name string, s elf.Section64) {
	s.Name = uint32(len(w.names))
	w.names = append(append(w.names, name...), 0)
	w.sections = append(w.sections, s)
}

// finish adds the section names and headers and fills in the headers at the start.
func (w *elfWriter) finish() []byte {
	names := elf.Section64{Type: uint32(elf.SHT_STRTAB), Off: uint64(len(w.out)), Addralign: 1}
	w.section(".shstrtab", names)
	w.sections[len(w.sections)-1].Size = uint64(len(w.names))
	w.out = append(w.out, w.names...)
	w.align(8, 0)
	shoff := uint64(len(w.out))
	for i := range w.sections {
		w.out = w.appendSection(w.out, &w.sections[i])
	}
	head := w.appendHeader(nil, shoff)
	for i := range w.progs {
		head = w.appendProg(head, &w.progs[i])
	}
	copy(w.out, head)
	return w.out
}

// put appends a header of debug/elf. These hold nothing but numbers, so that it cannot fail.
func (w *elfWriter) put(b []byte, header any) []byte {
	b, _ = binary.Append(b, w.layout.Order, header)
	return b
}

func (w *elfWriter) ident() (id [elf.EI_NIDENT]byte) {
	copy(id[:], elf.ELFMAG)
	id[elf.EI_CLASS], id[elf.EI_DATA] = byte(elf.ELFCLASS32), byte(elf.ELFDATA2LSB)
	if w.code.Is64 {
		id[elf.EI_CLASS] = byte(elf.ELFCLASS64)
	}
	if arch.OrderName(w.layout.Order) == "big" {
		id[elf.EI_DATA] = byte(elf.ELFDATA2MSB)
	}
	id[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	return id
}

func (w *elfWriter) appendHeader(b []byte, shoff uint64) []byte {
	c, z := w.code, w.sizes()
	h := elf.Header64{
		Ident: w.ident(), Type: uint16(elf.ET_EXEC), Machine: c.Machine, Version: uint32(elf.EV_CURRENT),
		Entry: c.Entry, Phoff: uint64(z.header), Shoff: shoff, Flags: c.Flags, Ehsize: uint16(z.header),
		Phentsize: uint16(z.prog), Phnum: uint16(len(w.progs)),
		Shentsize: uint16(z.section), Shnum: uint16(len(w.sections)), Shstrndx: uint16(len(w.sections) - 1),
	}
	if c.Is64 {
		return w.put(b, &h)
	}
	return w.put(b, &elf.Header32{
		Ident: h.Ident, Type: h.Type, Machine: h.Machine, Version: h.Version,
		Entry: uint32(h.Entry), Phoff: uint32(h.Phoff), Shoff: uint32(h.Shoff), Flags: h.Flags, Ehsize: h.Ehsize,
		Phentsize: h.Phentsize, Phnum: h.Phnum, Shentsize: h.Shentsize, Shnum: h.Shnum, Shstrndx: h.Shstrndx,
	})
}

func (w *elfWriter) appendProg(b []byte, p *elf.Prog64) []byte {
	if w.code.Is64 {
		return w.put(b, p)
	}
	return w.put(b, &elf.Prog32{
		Type: p.Type, Off: uint32(p.Off), Vaddr: uint32(p.Vaddr), Paddr: uint32(p.Paddr),
		Filesz: uint32(p.Filesz), Memsz: uint32(p.Memsz), Flags: p.Flags, Align: uint32(p.Align),
	})
}

func (w *elfWriter) appendSection(b []byte, s *elf.Section64) []byte {
	if w.code.Is64 {
		return w.put(b, s)
	}
	return w.put(b, &elf.Section32{
		Name: s.Name, Type: s.Type, Flags: uint32(s.Flags), Addr: uint32(s.Addr), Off: uint32(s.Off),
		Size: uint32(s.Size), Link: s.Link, Info: s.Info, Addralign: uint32(s.Addralign), Entsize: uint32(s.Entsize),
	})
}
