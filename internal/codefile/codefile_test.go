package codefile

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/mips"
)

// machine is a MIPS machine: of 32 bits, or of 64 bits.
func machine(t testing.TB, is64 bool, order string) arch.Machine {
	t.Helper()
	c := arch.Config{CPU: "24Kc", Order: order}
	if is64 {
		c.CPU = "5KEc"
	}
	m, err := mips.New().Machine(c)
	require.NoError(t, err)
	return m
}

// object is an ELF file in the making.
type object struct {
	is64     bool
	order    arch.ByteOrder
	machine  elf.Machine
	flags    uint32
	fileType elf.Type
	sections []section
}

type section struct {
	name string
	kind elf.SectionType
	data []byte
	info uint32
	attr elf.SectionFlag
	link uint32 // the section of a symbol table's names
	size uint64 // if it is to be another than the data's
}

func newObject(m arch.Machine, code []byte) *object {
	l := m.Layout()
	return &object{
		is64: l.ELF.Is64, order: l.Order, machine: elf.EM_MIPS, flags: 0x70000000, fileType: elf.ET_REL,
		sections: []section{{name: ".text", kind: elf.SHT_PROGBITS, data: code}},
	}
}

// put appends numbers in the file's byte order; a uintptr is as wide as the class has it.
func (o *object) put(b *bytes.Buffer, values ...any) {
	for _, v := range values {
		if n, ok := v.(uintptr); ok && o.is64 {
			v = uint64(n)
		} else if ok {
			v = uint32(n)
		}
		if err := binary.Write(b, o.order, v); err != nil {
			panic(err)
		}
	}
}

// bytes writes the file: header, contents of sections, their headers. The names are the last section.
func (o *object) bytes() []byte {
	names := []byte{0}
	list := append([]section{{}}, o.sections...)
	list = append(list, section{name: ".shstrtab", kind: elf.SHT_STRTAB})
	var nameAt []int
	for _, s := range list {
		nameAt = append(nameAt, len(names))
		names = append(append(names, s.name...), 0)
	}
	list[len(list)-1].data = names
	headSize, entry := 52, 40
	if o.is64 {
		headSize, entry = 64, 64
	}
	var body, table bytes.Buffer
	for i, s := range list {
		size := uint64(len(s.data))
		if s.size != 0 {
			size = s.size
		}
		o.put(&table, uint32(nameAt[i]), uint32(s.kind), uintptr(s.attr), uintptr(0), uintptr(headSize+body.Len()), uintptr(size), s.link, s.info, uintptr(1), uintptr(0))
		body.Write(s.data)
	}
	var out bytes.Buffer
	class, data := byte(1), byte(1)
	if o.is64 {
		class = 2
	}
	if arch.OrderName(o.order) == "big" {
		data = 2
	}
	out.Write([]byte{0x7f, 'E', 'L', 'F', class, data, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	o.put(&out, uint16(o.fileType), uint16(o.machine), uint32(1), uintptr(0), uintptr(0), uintptr(headSize+body.Len()), o.flags,
		uint16(headSize), uint16(0), uint16(0), uint16(entry), uint16(len(list)), uint16(len(list)-1))
	out.Write(body.Bytes())
	out.Write(table.Bytes())
	return out.Bytes()
}

// each runs a test for both classes and byte orders.
func each(t *testing.T, f func(t *testing.T, m arch.Machine)) {
	for _, order := range []string{"little", "big"} {
		for _, is64 := range []bool{false, true} {
			f(t, machine(t, is64, order))
		}
	}
}

func words(m arch.Machine, ws ...uint32) []byte {
	var out []byte
	for _, w := range ws {
		out = m.Layout().Order.AppendUint32(out, w)
	}
	return out
}

func TestFlatWordsAreInTheImagesOrder(t *testing.T) {
	each(t, func(t *testing.T, m arch.Machine) {
		c, err := Read("x.bin", bytes.NewReader(words(m, 0x00a62021, 0)), "", m)
		require.NoError(t, err)
		require.Equal(t, []arch.Given{{Word: 0x00a62021, Size: 4}, {Size: 4, Offset: 4}}, c.Words)
		require.Equal(t, "x.bin+0x4", c.At(4))
	})
}

func TestELFSections(t *testing.T) {
	each(t, func(t *testing.T, m arch.Machine) {
		o := newObject(m, words(m, 1, 2))
		o.sections = append(o.sections, section{name: ".init", kind: elf.SHT_PROGBITS, data: words(m, 3)})
		c, err := Read("x.o", bytes.NewReader(o.bytes()), "", m)
		require.NoError(t, err)
		require.Equal(t, []arch.Given{{Word: 1, Size: 4}, {Word: 2, Size: 4, Offset: 4}}, c.Words)
		require.Equal(t, "x.o: .text+0x4", c.At(4))
		c, err = Read("x.o", bytes.NewReader(o.bytes()), ".init", m)
		require.NoError(t, err)
		require.Equal(t, []arch.Given{{Word: 3, Size: 4}}, c.Words)
	})
}

// TestRelocations: both kinds, in an object file alone, and of the section that is taken.
func TestRelocations(t *testing.T) {
	each(t, func(t *testing.T, m arch.Machine) {
		o := newObject(m, words(m, 1, 2, 3))
		var rel, rela, other bytes.Buffer
		o.put(&rel, uintptr(4), uintptr(0x105))
		o.put(&rela, uintptr(10), uintptr(0x105), uintptr(7), uintptr(1000), uintptr(0x105), uintptr(0))
		o.put(&other, uintptr(0), uintptr(0x105))
		o.sections = append(o.sections,
			section{name: ".rel.text", kind: elf.SHT_REL, data: rel.Bytes(), info: 1},
			section{name: ".rela.text", kind: elf.SHT_RELA, data: rela.Bytes(), info: 1},
			section{name: ".rel.data", kind: elf.SHT_REL, data: other.Bytes(), info: 2})
		for fileType, want := range map[elf.Type][]bool{elf.ET_REL: {false, true, true}, elf.ET_EXEC: {false, false, false}} {
			o.fileType = fileType
			c, err := Read("x.o", bytes.NewReader(o.bytes()), "", m)
			require.NoError(t, err)
			for i, w := range c.Words {
				require.Equal(t, want[i], w.Unlinked, "%v word %d", fileType, i)
			}
		}
		o.fileType = elf.ET_REL
		o.sections[1].data = rel.Bytes()[:7]
		_, err := Read("x.o", bytes.NewReader(o.bytes()), "", m)
		require.EqualError(t, err, "x.o: section .rel.text ends within a relocation")
	})
}

func TestErrors(t *testing.T) {
	m := machine(t, false, "little")
	good := words(m, 0x00a62021)
	changed := func(f func(o *object)) []byte {
		o := newObject(m, good)
		f(o)
		return o.bytes()
	}
	for _, c := range []struct {
		data    []byte
		section string
		want    string
	}{
		{nil, "", "f: it holds no words"},
		{append(good, 1, 2), "", "f: the word at offset 0x4 is cut off: 2 of its 4 bytes are there"},
		{good[:3], "", "f: the word at offset 0x0 is cut off: 3 of its 4 bytes are there"},
		{good, ".text", "f: it is no ELF file, so that it has no section .text"},
		{make([]byte, MaxCode+4), "", "f: it holds 16777220 bytes of code; 16 MiB is the most"},
		{[]byte("\x7fELF"), "", "f: a damaged ELF file: EOF"},
		{[]byte("\x7fELF\x01\x01\x01 and then nonsense"), "", "f: a damaged ELF file: EOF"},
		{changed(func(o *object) { o.machine = elf.EM_ARM }), "", "f: an ELF file of EM_ARM, and the image is to be of EM_MIPS"},
		{newObject(machine(t, true, "little"), good).bytes(), "", "f: an ELF file of ELFCLASS64, and the image is to be of ELFCLASS32"},
		{newObject(machine(t, false, "big"), good).bytes(), "", "f: an ELF file of ELFDATA2MSB, and the image is to be of ELFDATA2LSB"},
		{changed(func(o *object) { o.flags = 0x90000000 }), "", "f: it is of release 6, and the 24Kc is not"},
		{changed(func(o *object) { o.flags |= 0x02000000 }), "", "f: it holds microMIPS code, which images are not made of"},
		{changed(func(o *object) { o.flags |= 0x04000000 }), "", "f: it holds MIPS16 code, which images are not made of"},
		{changed(func(*object) {}), ".init", "f: it has no section .init"},
		{changed(func(o *object) { o.sections[0].data = append(good, 0) }), "", "f: the word at offset 0x4 is cut off: 1 of its 4 bytes are there"},
		{changed(func(o *object) { o.sections = append(o.sections, o.sections[0]) }), "", "f: it has two sections .text"},
		{changed(func(o *object) { o.sections[0].kind = elf.SHT_NOBITS }), "", "f: section .text has no contents"},
		{changed(func(o *object) { o.sections[0].size = 1 << 30 }), "", "f: section .text is larger than the file can be"},
		{changed(func(o *object) { o.sections[0].size = 1 << 20 }), "", "f: section .text: unexpected EOF"},
	} {
		_, err := Read("f", bytes.NewReader(c.data), c.section, m)
		assert.EqualError(t, err, c.want)
	}
	o := newObject(m, good)
	o.sections[0].attr = elf.SHF_COMPRESSED
	_, err := Read("f", bytes.NewReader(o.bytes()), "", m)
	assert.ErrorContains(t, err, "f: ")
	r6, err := mips.New().Machine(arch.Config{CPU: "mips32r6-generic", Order: "little"})
	require.NoError(t, err)
	_, err = Read("f", bytes.NewReader(newObject(m, good).bytes()), "", r6)
	assert.EqualError(t, err, "f: it is of an architecture before release 6, and the mips32r6-generic is of release 6")
	_, err = Read("f", failing{}, "", m)
	assert.EqualError(t, err, "f: broken pipe")
	_, err = Read("f", endless{}, "", m)
	assert.EqualError(t, err, "f: it is larger than 64 MiB")
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken pipe") }

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// FuzzRead reads arbitrary bytes: no panic, and all of a flat file's words or none.
func FuzzRead(f *testing.F) {
	m := machine(f, false, "little")
	o := newObject(m, words(m, 1, 2, 3))
	f.Add(o.bytes())
	o.sections = append(o.sections, section{name: ".rel.text", kind: elf.SHT_REL, data: words(m, 4, 0x105), info: 1})
	f.Add(o.bytes())
	f.Add([]byte("\x21\x20\xa6\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Read("f", bytes.NewReader(data), "", m)
		if err != nil {
			require.True(t, strings.HasPrefix(err.Error(), "f: "), err)
			return
		}
		require.NotEmpty(t, c.Words)
		require.LessOrEqual(t, 4*len(c.Words), len(data))
		for i, w := range c.Words {
			require.EqualValues(t, 4*i, w.Offset)
		}
	})
}
