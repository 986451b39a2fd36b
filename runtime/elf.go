package runtime

import (
	"cmp"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

// pageAlign is the alignment of segments: kernels with pages of 64 KiB exist.
const pageAlign = 0x10000

// elfWriter lays out a file:
//
//	ELF header, program headers
//	contents of the extra program headers
//	segments, each at an offset that is congruent to its address modulo pageAlign
//	notes
//	section names, section headers
type elfWriter struct {
	code     *arch.Code
	layout   *arch.Layout
	out      []byte
	progs    []elf.Prog64
	sections []elf.Section64
	names    []byte
	digestAt int // offset of the digest in the file
}

func newELFWriter(code *arch.Code, layout *arch.Layout) (*elfWriter, error) {
	w := &elfWriter{code: code, layout: layout, digestAt: -1}
	i, at := code.DigestSegment, code.DigestOffset
	if i < 0 || i >= len(code.Segments) || at < 0 || at+arch.DigestSize > len(code.Segments[i].Data) {
		return nil, errors.New("the digest has no place in a segment")
	}
	return w, w.checkSegments()
}

// checkSegments refuses segments that share a page, whose permissions would then be those of one of them.
func (w *elfWriter) checkSegments() error {
	end := uint64(0)
	for n, i := range w.order() {
		s := &w.code.Segments[i]
		size := memSize(s)
		if size == 0 || s.Addr+size < s.Addr || size < uint64(len(s.Data)) {
			return fmt.Errorf("the segment at %#x has a size of %#x", s.Addr, size)
		}
		if n > 0 && s.Addr&^(pageAlign-1) < end {
			return fmt.Errorf("the segment at %#x shares a page with the one before it", s.Addr)
		}
		end = s.Addr + size
		if !w.code.Is64 && end > 1<<32 {
			return fmt.Errorf("the segment at %#x does not fit 32-bit addresses", s.Addr)
		}
	}
	return nil
}

func memSize(s *arch.Segment) uint64 {
	if s.MemSize == 0 {
		return uint64(len(s.Data))
	}
	return s.MemSize
}

// order lists the segments by address, as loaders expect them.
func (w *elfWriter) order() []int {
	idx := make([]int, len(w.code.Segments))
	for i := range idx {
		idx[i] = i
	}
	slices.SortStableFunc(idx, func(a, b int) int {
		return cmp.Compare(w.code.Segments[a].Addr, w.code.Segments[b].Addr)
	})
	return idx
}

// file returns the file and the offset of its digest, which is zero as yet.
func (w *elfWriter) file(table contents, info *imageInfo) ([]byte, int, error) {
	phnum := len(w.code.Headers) + len(w.code.Segments) + 2
	w.out = make([]byte, w.sizes().header+phnum*w.sizes().prog, w.bound(table.Bound()))
	w.sections = append(w.sections, elf.Section64{})
	w.names = []byte{0}
	w.extraHeaders()
	for _, i := range w.order() {
		w.segment(i)
	}
	info.DigestOffset = w.digestAt
	js, err := json.Marshal(info)
	if err != nil {
		return nil, 0, err
	}
	w.notes(table, js)
	w.progs = append(w.progs, elf.Prog64{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16})
	return w.finish(), w.digestAt, nil
}

// bound is how many bytes the file has at most, but for some kilobytes of headers.
func (w *elfWriter) bound(table int) int {
	n := pageAlign + table
	for i := range w.code.Segments {
		if s := &w.code.Segments[i]; s.Write && !s.NoAccess {
			n += pageAlign + len(s.Data)
		} else {
			n += pageAlign + int(memSize(s))
		}
	}
	return n
}

// align pads the file with zeros until its size is rest modulo a power of two.
func (w *elfWriter) align(to, rest uint64) {
	pad := (rest - uint64(len(w.out))) & (to - 1)
	w.out = append(w.out, make([]byte, pad)...)
}

// extraHeaders adds the program headers that the architecture wants.
func (w *elfWriter) extraHeaders() {
	for _, h := range w.code.Headers {
		w.align(max(h.Align, 1), 0)
		size := uint64(len(h.Data))
		w.progs = append(w.progs, elf.Prog64{
			Type: h.Type, Flags: uint32(elf.PF_R), Off: uint64(len(w.out)), Filesz: size, Memsz: size, Align: h.Align,
		})
		if h.Section != "" {
			w.section(h.Section, elf.Section64{Type: h.SectionType, Off: uint64(len(w.out)), Size: size, Addralign: h.Align, Entsize: size})
		}
		w.out = append(w.out, h.Data...)
	}
}

// segment adds a segment's contents and its program header.
//
// Only writable segments have memory that the file does not hold. For others the zeros stand in the file:
// before 6.10 Linux maps memory beyond the file's part writable whatever the header says, and some
// emulators refuse such a segment.
func (w *elfWriter) segment(i int) {
	s := &w.code.Segments[i]
	off, size := w.contents(s)
	w.progs = append(w.progs, elf.Prog64{
		Type: uint32(elf.PT_LOAD), Flags: segmentFlags(s), Off: off, Vaddr: s.Addr, Paddr: s.Addr,
		Filesz: size, Memsz: memSize(s), Align: pageAlign,
	})
	if i == w.code.DigestSegment {
		w.digestAt = int(off) + w.code.DigestOffset
	}
	if s.Exec {
		w.section(".text", elf.Section64{
			Type: uint32(elf.SHT_PROGBITS), Flags: uint64(elf.SHF_ALLOC | elf.SHF_EXECINSTR),
			Addr: s.Addr, Off: off, Size: size, Addralign: 4,
		})
	}
}

// contents adds what the file holds of a segment and returns its offset and size.
func (w *elfWriter) contents(s *arch.Segment) (off, size uint64) {
	size = uint64(len(s.Data))
	if !s.Write || s.NoAccess {
		size = memSize(s)
	}
	if size == 0 {
		return s.Addr % pageAlign, 0 // nothing is read from there, but loaders look at the remainder
	}
	w.align(pageAlign, s.Addr%pageAlign)
	off = uint64(len(w.out))
	w.out = append(w.out, s.Data...)
	w.out = append(w.out, make([]byte, size-uint64(len(s.Data)))...)
	return off, size
}

func segmentFlags(s *arch.Segment) uint32 {
	if s.NoAccess {
		return 0
	}
	f := elf.PF_R
	if s.Write {
		f |= elf.PF_W
	}
	if s.Exec {
		f |= elf.PF_X
	}
	return uint32(f)
}

// notes adds the note segment and its section.
func (w *elfWriter) notes(table contents, info []byte) {
	w.align(4, 0)
	off := uint64(len(w.out))
	w.out = appendNote(w.out, w.layout.Order, noteTypeTable, table)
	w.out = appendNote(w.out, w.layout.Order, noteTypeInfo, plainContents(info))
	size := uint64(len(w.out)) - off
	w.progs = append(w.progs, elf.Prog64{
		Type: uint32(elf.PT_NOTE), Flags: uint32(elf.PF_R), Off: off, Filesz: size, Memsz: size, Align: 4,
	})
	w.section(".note.risugen", elf.Section64{Type: uint32(elf.SHT_NOTE), Off: off, Size: size, Addralign: 4})
}
