package runtime

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
)

// Board is the image as a target needs it: the segments alone, without the notes and section headers, which say what
// the image holds. It writes the same records as the whole, with the whole's digest. Between segments there are runs of zeros,
// so that it is best sent compressed.
func (img *Image) Board() ([]byte, error) {
	out, err := board(img.Data)
	if err != nil {
		return nil, fmt.Errorf("strip the image: %w", err)
	}
	return out, nil
}

func board(data []byte) ([]byte, error) {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	end := uint64(0)
	for _, p := range f.Progs {
		if p.Type == elf.PT_NOTE || p.Filesz == 0 {
			continue
		}
		if p.Off > uint64(len(data)) || p.Filesz > uint64(len(data))-p.Off {
			return nil, errors.New("a segment lies outside the file")
		}
		end = max(end, p.Off+p.Filesz)
	}
	h := headerOffsets(f.Class)
	end = max(end, uint64(h.phdr+len(f.Progs)*h.prog))
	if end > uint64(len(data)) {
		return nil, errors.New("the file is cut off")
	}
	out := bytes.Clone(data[:end])
	for i, p := range f.Progs {
		if p.Type == elf.PT_NOTE { // PT_NULL, which is zero: ignored
			clear(out[h.phdr+i*h.prog:][:h.prog])
		}
	}
	return out, h.dropSections(out, f.ByteOrder)
}

// elfOffsets are places in an ELF header of a class, and sizes, in bytes.
type elfOffsets struct {
	shoff, shoffSize int
	shnum            int // and behind it the index of the names' section, 2 bytes each
	phoff            int
	phdr, prog       int // where program headers begin in files that elfWriter makes, and the size of one
}

func headerOffsets(c elf.Class) elfOffsets {
	if c == elf.ELFCLASS64 {
		return elfOffsets{shoff: 40, shoffSize: 8, shnum: 60, phoff: 32, phdr: 64, prog: 56}
	}
	return elfOffsets{shoff: 32, shoffSize: 4, shnum: 48, phoff: 28, phdr: 52, prog: 32}
}

// dropSections makes an ELF header one of a file without section headers.
func (h *elfOffsets) dropSections(out []byte, order binary.ByteOrder) error {
	if at := number(out[h.phoff:h.phoff+h.shoffSize], order); at != uint64(h.phdr) {
		return fmt.Errorf("its program headers stand at %#x", at)
	}
	clear(out[h.shoff : h.shoff+h.shoffSize])
	clear(out[h.shnum : h.shnum+4])
	return nil
}
