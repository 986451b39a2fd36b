package codefile

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"

	"github.com/risugen/risugen/arch"
)

// elfSection reads a section of an ELF file for a machine, and what of it a linker is to change.
func elfSection(data []byte, name string, l *arch.Layout) (*contents, error) {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("a damaged ELF file: %w", err)
	}
	if err := checkKind(f, data, l); err != nil {
		return nil, err
	}
	index, err := findSection(f, name)
	if err != nil {
		return nil, err
	}
	c := &contents{order: l.Words()}
	if l.ELF.WordOrder != nil {
		c.order = l.ELF.WordOrder(headerFlags(f, data))
	}
	if c.data, err = sectionData(f.Sections[index]); err != nil {
		return nil, err
	}
	if c.spans, err = marked(f, index, len(c.data), l.ELF.Marks); err != nil || f.Type != elf.ET_REL {
		return c, err
	}
	c.unlinked, err = relocations(f, index)
	return c, err
}

// checkKind holds a file against what the machine's images are.
func checkKind(f *elf.File, data []byte, l *arch.Layout) error {
	class := elf.ELFCLASS32
	if l.ELF.Is64 {
		class = elf.ELFCLASS64
	}
	order := elf.ELFDATA2LSB
	if arch.OrderName(l.Order) == "big" {
		order = elf.ELFDATA2MSB
	}
	const want = "an ELF file of %s, and the image is to be of %s"
	switch {
	case f.Machine != elf.Machine(l.ELF.Machine):
		return fmt.Errorf(want, f.Machine, elf.Machine(l.ELF.Machine))
	case f.Class != class:
		return fmt.Errorf(want, f.Class, class)
	case f.Data != order:
		return fmt.Errorf(want, f.Data, order)
	case l.ELF.CheckFlags == nil:
		return nil
	}
	return l.ELF.CheckFlags(headerFlags(f, data))
}

// headerFlags is e_flags, which debug/elf does not show. That has read the whole header.
func headerFlags(f *elf.File, data []byte) uint32 {
	if f.Class == elf.ELFCLASS64 {
		return f.ByteOrder.Uint32(data[48:])
	}
	return f.ByteOrder.Uint32(data[36:])
}

// findSection finds the one section of a name.
func findSection(f *elf.File, name string) (int, error) {
	found := -1
	for i, s := range f.Sections {
		if s.Name == name && found >= 0 {
			return 0, fmt.Errorf("it has two sections %s", name)
		}
		if s.Name == name {
			found = i
		}
	}
	if found < 0 {
		return 0, fmt.Errorf("it has no section %s", name)
	}
	return found, nil
}

// sectionData reads a section.
func sectionData(s *elf.Section) ([]byte, error) {
	switch {
	case s.Type == elf.SHT_NOBITS:
		return nil, fmt.Errorf("section %s has no contents", s.Name)
	case s.Flags&elf.SHF_COMPRESSED != 0:
		return nil, fmt.Errorf("section %s is compressed", s.Name)
	case s.Size > MaxFile:
		return nil, fmt.Errorf("section %s is larger than the file can be", s.Name)
	}
	data, err := s.Data()
	if err != nil {
		return nil, fmt.Errorf("section %s: %w", s.Name, err)
	}
	return data, nil
}

// entrySizes are the sizes of relocations in bytes. All begin with the offset of what is to be changed.
var entrySizes = map[elf.Class]map[elf.SectionType]int{
	elf.ELFCLASS32: {elf.SHT_REL: 8, elf.SHT_RELA: 12},
	elf.ELFCLASS64: {elf.SHT_REL: 16, elf.SHT_RELA: 24},
}

// relocations finds what a linker is to change in a section.
func relocations(f *elf.File, section int) ([]uint64, error) {
	var out []uint64
	for _, s := range f.Sections {
		size := entrySizes[f.Class][s.Type]
		if size == 0 || int(s.Info) != section {
			continue
		}
		data, err := sectionData(s)
		if err != nil {
			return nil, err
		}
		if len(data)%size != 0 {
			return nil, errors.New("section " + s.Name + " ends within a relocation")
		}
		for ; len(data) > 0; data = data[size:] {
			at := uint64(f.ByteOrder.Uint32(data))
			if f.Class == elf.ELFCLASS64 {
				at = f.ByteOrder.Uint64(data)
			}
			out = append(out, at)
		}
	}
	return out, nil
}
