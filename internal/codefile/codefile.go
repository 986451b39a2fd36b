// Package codefile reads instruction words from files: flat ones, which hold words and nothing else, ELF files, of which one
// section is taken, and images of upstream RISU, of which the instructions under test are taken.
package codefile

import (
	"bytes"
	"fmt"
	"io"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/risu/image"
)

// Limits of what is read, in bytes.
const (
	MaxFile = 64 << 20
	MaxCode = 16 << 20 // the words
)

// DefaultSection is the section that is taken of an ELF file unless another is named.
const DefaultSection = ".text"

// Code is the words of a file.
type Code struct {
	File    string
	Section string // of an ELF file; "" for flat ones
	Words   []arch.Given
	// RISU: the file is an image of RISU's, which has other words beside these.
	RISU bool
	// Other is how many bytes of an ELF file's section are no code of the machine's, as its symbols have it.
	Other int
}

// At names the place of an offset into the code, for messages: "test.o: .text+0x10", "test.bin+0x10".
func (c *Code) At(offset uint64) string {
	if c.Section == "" {
		return fmt.Sprintf("%s+%#x", c.File, offset)
	}
	return fmt.Sprintf("%s: %s+%#x", c.File, c.Section, offset)
}

// Read reads the words of a file for a machine. What begins like an ELF file is one; anything else is words in the
// machine's byte order, or a RISU image if it ends like one. section names the section of an ELF file; "" is DefaultSection.
// Of a section whose symbols mark code (arch.ELFKind.Marks) only the machine's is taken. A file that is too large, for another
// machine or damaged is an error, and so are words that are cut off, with their offset, and words of several sizes where the
// machine does not say which is which.
func Read(name string, r io.Reader, section string, m arch.Machine) (*Code, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err == nil {
		var c *Code
		if c, err = parse(name, data, section, m); err == nil {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", name, err)
}

func parse(name string, data []byte, section string, m arch.Machine) (*Code, error) {
	c := &Code{File: name}
	in := &contents{data, m.Layout().Words(), []span{{0, len(data)}}, nil}
	switch {
	case len(data) > MaxFile:
		return nil, fmt.Errorf("it is larger than %d MiB", MaxFile>>20)
	case bytes.HasPrefix(data, []byte("\x7fELF")):
		c.Section = section
		if section == "" {
			c.Section = DefaultSection
		}
		var err error
		if in, err = elfSection(data, c.Section, m.Layout()); err != nil {
			return nil, err
		}
	case section != "":
		return nil, fmt.Errorf("it is no ELF file, so that it has no section %s", section)
	}
	if c.Section == "" {
		if words, ok, err := image.Read(data, m); ok {
			c.Words, c.RISU = words, true
			return c, err
		}
	}
	return c, c.split(in, m)
}
