package codefile

import (
	"bytes"
	"debug/elf"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
)

func armMachine(t testing.TB, abi string) arch.Machine {
	t.Helper()
	m, err := arm.New().Machine(arch.Config{CPU: "max", ABI: abi})
	require.NoError(t, err)
	return m
}

// symbol is an entry of a symbol table: of the first section, unless another is named.
type symbol struct {
	name    string
	at      uint32
	global  bool
	section uint16
}

// markedObject is an object file of 32-bit ARM, with symbols.
func markedObject(m arch.Machine, code []byte, symbols ...symbol) *object {
	o := newObject(m, code)
	o.machine, o.flags = elf.EM_ARM, 0x05000000
	names := []byte{0}
	var table bytes.Buffer
	table.Write(make([]byte, 16)) // the first symbol is none
	for _, s := range symbols {
		bind := byte(0)
		if s.global {
			bind = 1 << 4
		}
		if s.section == 0 {
			s.section = 1
		}
		o.put(&table, uint32(len(names)), s.at, uint32(0), bind, byte(0), s.section)
		names = append(append(names, s.name...), 0)
	}
	o.sections = append(o.sections,
		section{name: ".strtab", kind: elf.SHT_STRTAB, data: names},
		section{name: ".symtab", kind: elf.SHT_SYMTAB, data: table.Bytes(), link: 2})
	return o
}

// offsets lists where words stand.
func offsets(c *Code) []int {
	var out []int
	for _, w := range c.Words {
		out = append(out, int(w.Offset))
	}
	return out
}

// TestMarks: of a section with mapping symbols only what is code of the machine's is taken.
func TestMarks(t *testing.T) {
	code := make([]byte, 24) // T16 and A32 alike have words of zeros
	code[9] = 0xf0           // at 8 begins a word of T32
	symbols := []symbol{
		{name: "$d.realdata", at: 12}, {name: "$t", at: 0}, {name: "$a", at: 16}, {name: "main", at: 14}, {name: "$t.x", at: 20},
		{name: "$d", at: 2, global: true}, {name: "$d", at: 2, section: 2}, {name: "$dx", at: 2}, {name: "$d", at: 4000}, {name: "$x", at: 24},
	}
	for abi, want := range map[string][]int{"thumb": {0, 2, 4, 6, 8, 20, 22}, "eabi": {16}} {
		m := armMachine(t, abi)
		for _, fileType := range []elf.Type{elf.ET_REL, elf.ET_EXEC} { // whose sections begin at 0 here
			o := markedObject(m, code, symbols...)
			o.fileType = fileType
			c, err := Read("x.o", bytes.NewReader(o.bytes()), "", m)
			require.NoError(t, err)
			assert.Equal(t, want, offsets(c), abi)
			taken := 0
			for _, w := range c.Words {
				taken += int(w.Size)
			}
			assert.Equal(t, len(code)-taken, c.Other)
		}
		c, err := Read("x.o", bytes.NewReader(newMarkless(m, code).bytes()), "", m)
		require.NoError(t, err)
		assert.Zero(t, c.Other, "without marks all is code")
	}
}

func newMarkless(m arch.Machine, code []byte) *object {
	o := markedObject(m, code)
	o.sections = o.sections[:1]
	return o
}

// TestRelocationsOfTwoSizes: a linker changes the word that has what it changes, and data that are not taken do not matter.
func TestRelocationsOfTwoSizes(t *testing.T) {
	m := armMachine(t, "thumb")
	code := []byte{0, 0, 0, 0xf0, 0, 0, 0, 0, 0, 0, 0, 0}
	o := markedObject(m, code, symbol{name: "$t"}, symbol{name: "$d", at: 8})
	var rel bytes.Buffer
	o.put(&rel, uintptr(4), uintptr(0x105), uintptr(8), uintptr(0x105), uintptr(100), uintptr(0x105))
	o.sections = append(o.sections, section{name: ".rel.text", kind: elf.SHT_REL, data: rel.Bytes(), info: 1})
	c, err := Read("x.o", bytes.NewReader(o.bytes()), "", m)
	require.NoError(t, err)
	assert.Equal(t, []arch.Given{{Size: 2}, {Word: 0xf0000000, Size: 4, Offset: 2, Unlinked: true}, {Size: 2, Offset: 6}}, c.Words)
}

// TestWordsCutOff: where data begin or the section ends within a word, what is there of it is a word.
func TestWordsCutOff(t *testing.T) {
	m := armMachine(t, "thumb")
	o := markedObject(m, []byte{0, 0, 1, 0xf0, 0, 0, 2, 0xf0}, symbol{name: "$t"}, symbol{name: "$d", at: 4}, symbol{name: "$t", at: 6})
	c, err := Read("f", bytes.NewReader(o.bytes()), "", m)
	require.NoError(t, err)
	assert.Equal(t, []arch.Given{{Size: 2}, {Word: 0xf001, Size: 2, Offset: 2}, {Word: 0xf002, Size: 2, Offset: 6}}, c.Words)
}

func TestMarkErrors(t *testing.T) {
	m := armMachine(t, "thumb")
	for _, c := range []struct {
		o    *object
		want string
	}{
		{markedObject(m, make([]byte, 8), symbol{name: "$a"}), "f: its 8 bytes are marked as data or as code of another instruction set"},
		{newMarkless(m, []byte{0, 0, 0}), "f: the word at offset 0x2 is cut off: 1 of its 2 bytes are there"},
	} {
		_, err := Read("f", bytes.NewReader(c.o.bytes()), "", m)
		assert.EqualError(t, err, c.want)
	}
	o := markedObject(m, make([]byte, 8), symbol{name: "$t"})
	o.sections[2].link = 9
	_, err := Read("f", bytes.NewReader(o.bytes()), "", m)
	assert.ErrorContains(t, err, "f: its symbols cannot be read: ")
}

// FuzzMarks reads arbitrary bytes as a file of Thumb code: no panic, and words that follow each other.
func FuzzMarks(f *testing.F) {
	m := armMachine(f, "thumb")
	f.Add(markedObject(m, make([]byte, 8), symbol{name: "$t"}, symbol{name: "$d", at: 4}).bytes())
	f.Add([]byte{0x00, 0xf0, 0x00, 0x00, 0x08, 0x40})
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Read("f", bytes.NewReader(data), "", m)
		if err != nil {
			return
		}
		require.NotEmpty(t, c.Words)
		end := uint64(0)
		for _, w := range c.Words {
			require.GreaterOrEqual(t, w.Offset, end)
			end = w.Offset + uint64(w.Size)
		}
		require.LessOrEqual(t, end, uint64(len(data)))
	})
}
