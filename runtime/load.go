package runtime

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/risugen/risugen/arch"
)

// Load reads an image from the bytes of its file, which it keeps. An image that was changed after it was
// made is an error.
func Load(data []byte, machine MachineFunc) (*Image, error) {
	img, at, err := load(data, machine)
	if err != nil {
		return nil, err
	}
	if sum := digest(data, at); sum != img.Digest {
		return nil, fmt.Errorf("the image was changed after it was made: its digest is %x…, its contents have %x…",
			img.Digest[:6], sum[:6])
	}
	return img, nil
}

// LoadUnchecked reads an image like Load, but takes one whose contents do not have its digest. Such an
// image's records cannot be told from those of the image that it was made from.
func LoadUnchecked(data []byte, machine MachineFunc) (*Image, error) {
	img, _, err := load(data, machine)
	return img, err
}

// load reads an image and returns it with the offset of its digest.
func load(data []byte, machine MachineFunc) (*Image, int, error) {
	f, err := openELF(data)
	if err != nil {
		return nil, 0, err
	}
	ns, err := f.notes()
	if err != nil {
		return nil, 0, err
	}
	info, err := parseInfo(ns, len(data))
	if err != nil {
		return nil, 0, err
	}
	p, err := arch.UnmarshalTable(ns[noteTypeTable], f.memory, machine)
	if err != nil {
		return nil, 0, err
	}
	if p.Machine.Layout().Order.Uint16([]byte{1, 0}) != f.order.Uint16([]byte{1, 0}) {
		return nil, 0, errors.New("the image's byte order is not that of its machine")
	}
	if err := checkProgram(p); err != nil {
		return nil, 0, err
	}
	if !info.describes(p) {
		return nil, 0, fmt.Errorf("the image was made by %s, whose records are laid out in another way than this version's", info.Tool)
	}
	img := &Image{Program: p, Tool: info.Tool, Data: data}
	copy(img.Digest[:], data[info.DigestOffset:])
	return img, info.DigestOffset, nil
}

// elfFile is what is needed of an ELF file; loads and note segments lie within the data.
type elfFile struct {
	order     binary.ByteOrder
	loads     []loaded
	noteParts [][]byte
}

// loaded is the part of a segment that the file holds.
type loaded struct {
	addr uint64
	data []byte
}

// openELF parses the headers of an executable.
func openELF(data []byte) (*elfFile, error) {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("not an image: %w", err)
	}
	if f.Type != elf.ET_EXEC {
		return nil, fmt.Errorf("not an image: an ELF file of type %s", f.Type)
	}
	out := &elfFile{order: f.ByteOrder}
	for _, p := range f.Progs {
		if p.Type != elf.PT_LOAD && p.Type != elf.PT_NOTE || p.Filesz == 0 {
			continue
		}
		if p.Off > uint64(len(data)) || p.Filesz > uint64(len(data))-p.Off {
			return nil, fmt.Errorf("the image is cut off: its segment at %#x ends at %#x, the file at %#x",
				p.Vaddr, p.Off+p.Filesz, len(data))
		}
		part := data[p.Off : p.Off+p.Filesz]
		if p.Type == elf.PT_LOAD {
			out.loads = append(out.loads, loaded{p.Vaddr, part})
		} else {
			out.noteParts = append(out.noteParts, part)
		}
	}
	return out, nil
}

func (f *elfFile) notes() (map[uint32][]byte, error) {
	all := map[uint32][]byte{}
	for _, part := range f.noteParts {
		ns, err := notes(part, f.order)
		if err != nil {
			return nil, err
		}
		for typ, desc := range ns {
			all[typ] = desc
		}
	}
	return all, nil
}

// memory is an arch.MemoryReader.
func (f *elfFile) memory(addr uint64, n int) ([]byte, bool) {
	for _, l := range f.loads {
		if off := addr - l.addr; addr >= l.addr && n >= 0 && off <= uint64(len(l.data)) && uint64(n) <= uint64(len(l.data))-off {
			return l.data[off : off+uint64(n) : off+uint64(n)], true
		}
	}
	return nil, false
}

// Memory returns a reader of what the image's file puts into memory.
func (img *Image) Memory() (arch.MemoryReader, error) {
	f, err := openELF(img.Data)
	if err != nil {
		return nil, err
	}
	return f.memory, nil
}
