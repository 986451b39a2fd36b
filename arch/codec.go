package arch

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// A program is stored in an image as a table, without what the image holds anyway: words and pool are
// read from its segments. The table begins with a magic and a version; then come the head, the description
// files (see packSources) and the blocks. Head and files have their length before them; numbers are unsigned
// varints.

const (
	tableFamily = "risugen program "
	tableMagic  = tableFamily + "4\n"
)

// tableHead is the table's first part, as JSON.
type tableHead struct {
	Config   Config         `json:"config"`
	Sources  []sourceHead   `json:"sources"`
	Seed     uint64         `json:"seed"`
	Rounds   int            `json:"rounds"`
	PoolAddr uint64         `json:"pool_addr"`
	PoolSize int            `json:"pool_size"`
	PoolSpan int            `json:"pool_span"`
	Blocks   int            `json:"blocks"`
	Names    map[int]string `json:"names"` // labels (constraints.Insn.Label) of the instruction numbers in use
	Digests  string         `json:"digests,omitempty"`
	Part     []int          `json:"part,omitempty"` // Part.Blocks
	Traps    bool           `json:"part_of_traps,omitempty"`
}

// MarshalTable writes the table of an emitted program.
func (p *Program) MarshalTable() ([]byte, error) {
	t, err := p.Table()
	if err != nil {
		return nil, err
	}
	return t.Append(make([]byte, 0, t.Bound())), nil
}

// Table is the table of an emitted program, ready to be written.
type Table struct {
	prog         *Program
	head, packed []byte
}

// Table makes the table of an emitted program.
func (p *Program) Table() (*Table, error) {
	config := p.Machine.Config()
	sources, packed, err := packSources(config.Sources)
	if err != nil {
		return nil, err
	}
	head := tableHead{
		Config: config, Sources: sources, Seed: p.Seed, Rounds: p.Rounds,
		PoolAddr: p.PoolAddr, PoolSize: len(p.Pool), PoolSpan: p.PoolSpan, Blocks: len(p.Blocks), Names: map[int]string{},
		Digests: p.Output.String(),
	}
	if p.Part != nil {
		head.Part, head.Traps = p.Part.Blocks, p.Part.Traps
	}
	set := p.Machine.Set()
	for n, used := range p.used() {
		if used {
			head.Names[n] = set.Insns[n].Label()
		}
	}
	js, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	return &Table{p, js, packed}, nil
}

// Append appends the table.
func (t *Table) Append(dst []byte) []byte {
	dst = appendPart(appendPart(append(dst, tableMagic...), t.head), t.packed)
	for i := range t.prog.Blocks {
		dst = appendBlock(dst, &t.prog.Blocks[i])
	}
	return dst
}

// used tells of each instruction, by its index, whether an item is one.
func (p *Program) used() []bool {
	used := make([]bool, len(p.Machine.Set().Insns))
	for i := range p.Blocks {
		items := p.Blocks[i].Items
		for j := range items {
			if n := items[j].Insn; n >= 0 {
				used[n] = true
			}
		}
	}
	return used
}

// Bounds of what stands in the table for a block and an item, in bytes: the numbers are below 1<<63, a block's length
// MaxBlockLen and glue, the pool's size, and what an image can hold of instructions.
const (
	blockBound = 9 + 3 + 1 + 1 + 4 + 4 + 1
	itemBound  = 6
)

// Bound is about how many bytes the table takes: there is no need to be exact.
func (t *Table) Bound() int {
	n := len(tableMagic) + len(t.head) + len(t.packed) + 2*binary.MaxVarintLen64 + blockBound*len(t.prog.Blocks)
	for i := range t.prog.Blocks {
		n += itemBound * len(t.prog.Blocks[i].Items)
	}
	return n
}

// appendPart appends bytes and, before them, how many there are.
func appendPart(b, part []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(part))), part...)
}

// cutPart returns what appendPart appended, and what follows.
func cutPart(b []byte) (part, rest []byte, ok bool) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return nil, nil, false
	}
	return b[k : k+int(n)], b[k+int(n):], true
}

func appendBlock(b []byte, bl *Block) []byte {
	b = binary.AppendUvarint(b, bl.Addr)
	b = binary.AppendUvarint(b, uint64(len(bl.Items)))
	b = binary.AppendUvarint(b, uint64(bl.Base))
	b = binary.AppendUvarint(b, uint64(bl.View))
	b = binary.AppendUvarint(b, uint64(bl.Start))
	b = binary.AppendUvarint(b, uint64(bl.Stride))
	b = append(b, boolByte(bl.Memory)|boolByte(bl.Flush)<<1|boolByte(bl.Traps)<<2)
	return appendItems(b, bl.Items)
}

// appendItems appends what the table has of items. Nearly all numbers of instructions take two bytes, and those of owners one.
func appendItems(b []byte, items []Item) []byte {
	for i := range items {
		it := &items[i]
		head := byte(it.Kind) | it.Size<<4
		if it.Kind.UnderTest() {
			if n := uint32(it.Insn); n >= 1<<7 && n < 1<<14 {
				b = append(b, head, byte(n)|0x80, byte(n>>7), it.Window)
			} else {
				b = append(binary.AppendUvarint(append(b, head), uint64(n)), it.Window)
			}
			continue
		}
		if n := it.Owner; n < 1<<7 {
			b = append(b, head, byte(n), it.Class, it.Reg, it.State)
		} else {
			b = append(binary.AppendUvarint(append(b, head), uint64(n)), it.Class, it.Reg, it.State)
		}
	}
	return b
}

func boolByte(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// Memory reads n bytes of an image's memory at an address, or reports false.
type MemoryReader func(addr uint64, n int) ([]byte, bool)

var errTable = errors.New("the image's program table is damaged")

// UnmarshalTable reads a program back from an image: its table and, through mem, its words and pool. The
// machine comes from the configuration in the table.
func UnmarshalTable(table []byte, mem MemoryReader, machine func(Config) (Machine, error)) (*Program, error) {
	rest, ok := bytes.CutPrefix(table, []byte(tableMagic))
	if !ok && bytes.HasPrefix(table, []byte(tableFamily)) {
		return nil, errors.New("the image was made by another version of risugen, which stored programs in another way: make it again")
	}
	js, rest, cut := cutPart(rest)
	packed, body, cut2 := cutPart(rest)
	if !ok || !cut || !cut2 {
		return nil, errTable
	}
	var head tableHead
	err := json.Unmarshal(js, &head)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errTable, err)
	}
	if head.Config.Sources, err = unpackSources(head.Sources, packed); err != nil {
		return nil, err
	}
	m, err := machine(head.Config)
	if err != nil {
		return nil, fmt.Errorf("the image's machine: %w", err)
	}
	if err := head.checkNames(m.Set()); err != nil {
		return nil, err
	}
	return head.program(m, body, mem)
}

// checkNames makes sure that the descriptions, which come from the image, still number its instructions as
// they did when it was made: what a CPU model has may be another matter in another version.
func (h *tableHead) checkNames(set *constraints.Set) error {
	for n, name := range h.Names {
		if n < 0 || n >= len(set.Insns) || set.Insns[n].Label() != name {
			return fmt.Errorf("the image was made by another version of risugen, for which the %s had other instructions than for this one: make it again", h.Config.CPU)
		}
	}
	return nil
}

// program reads the blocks.
func (h *tableHead) program(m Machine, body []byte, mem MemoryReader) (*Program, error) {
	l := m.Layout()
	p := &Program{Machine: m, Seed: h.Seed, Rounds: h.Rounds, PoolAddr: h.PoolAddr, PoolSpan: h.PoolSpan}
	least := h.PoolSpan + l.Window + l.Memory.Bytes()
	if h.Rounds < 1 || h.PoolSpan < 1 || h.PoolSpan&(h.PoolSpan-1) != 0 || h.PoolSpan > 1<<24 || h.PoolSize < least ||
		h.PoolSize > 1<<25 || h.Blocks < 0 || h.Blocks > len(body) {
		return nil, errTable
	}
	pool, ok := mem(h.PoolAddr, h.PoolSize)
	if !ok {
		return nil, fmt.Errorf("%w: no pool", errTable)
	}
	p.Pool = pool
	if err := h.output(p); err != nil {
		return nil, err
	}
	r := tableReader{rest: body, layout: l, insns: len(m.Set().Insns), mem: mem}
	p.Blocks = make([]Block, h.Blocks)
	for i := range p.Blocks {
		r.block(&p.Blocks[i], h.PoolSpan)
		if r.bad {
			return nil, fmt.Errorf("%w: block %d", errTable, i)
		}
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", errTable, len(r.rest))
	}
	return p, nil
}

// output reads what the program writes, and what it is a part of. The code that a part reads stands in the image alone.
func (h *tableHead) output(p *Program) (err error) {
	if p.Output, err = OutputByName(h.Digests); err != nil {
		return fmt.Errorf("%w: %v", errTable, err)
	}
	if h.Part == nil {
		return nil
	}
	for i, n := range h.Part {
		if len(h.Part) != h.Blocks || n < i || i > 0 && n <= h.Part[i-1] {
			return fmt.Errorf("%w: the numbers of its blocks", errTable)
		}
	}
	p.Part = &Part{Blocks: h.Part, Traps: h.Traps}
	return nil
}

// tableReader reads numbers from a table; bad is set when one is missing or out of range.
type tableReader struct {
	rest   []byte
	layout *Layout
	insns  int
	mem    MemoryReader
	bad    bool
}

// number reads a varint below limit.
func (r *tableReader) number(limit uint64) uint64 {
	v, k := binary.Uvarint(r.rest)
	if k <= 0 || v >= limit {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[k:]
	return v
}

func (r *tableReader) byte(limit int) uint8 {
	if len(r.rest) == 0 || int(r.rest[0]) >= limit {
		r.bad, r.rest = true, nil
		return 0
	}
	v := r.rest[0]
	r.rest = r.rest[1:]
	return v
}

func (r *tableReader) block(b *Block, span int) {
	b.Addr = r.number(1 << 63)
	n := r.number(uint64(len(r.rest)) + 1)
	b.Base = int(r.number(uint64(len(r.layout.Bases))))
	b.View = int(r.number(uint64(r.layout.Views + 1)))
	b.Start, b.Stride = uint32(r.number(uint64(span))), uint32(r.number(uint64(2*span)))
	flags := r.byte(8)
	b.Memory, b.Flush, b.Traps = flags&1 != 0, flags&2 != 0, flags&4 != 0
	b.Items = make([]Item, n)
	addr := b.Addr
	for i := range b.Items {
		if r.item(&b.Items[i], i, len(b.Items), addr); r.bad {
			return
		}
		addr += uint64(b.Items[i].Size)
	}
}

func (r *tableReader) item(it *Item, i, items int, addr uint64) {
	k := r.byte(256)
	it.Kind, it.Size = Kind(k&15), k>>4
	if int(it.Kind) >= len(kindNames) || it.Size == 0 || it.Size > 8 {
		r.bad = true
		return
	}
	word, ok := r.mem(addr, int(it.Size))
	if !ok {
		r.bad = true
		return
	}
	it.Word = GetWord(word, r.layout.Words())
	if it.Kind.UnderTest() {
		it.Insn, it.Owner = int32(r.number(uint64(r.insns))), uint16(i)
		it.Window = r.byte(256)
		r.bad = r.bad || it.Window != NoWindow && int(it.Window) >= r.layout.Memory.Windows
		return
	}
	it.Insn, it.Window = -1, NoWindow
	it.Owner = uint16(r.number(uint64(items)))
	it.Class = r.byte(len(r.layout.Classes))
	if !r.bad {
		it.Reg = r.byte(r.layout.Classes[it.Class].Count)
	}
	it.State = r.byte(max(1, len(r.layout.States)))
}

// GetWord reads an instruction word of up to eight bytes.
func GetWord(b []byte, order ByteOrder) uint64 {
	switch len(b) {
	case 2:
		return uint64(order.Uint16(b))
	case 4:
		return uint64(order.Uint32(b))
	case 8:
		return order.Uint64(b)
	}
	var v uint64
	for i := range b {
		if OrderName(order) == "big" {
			v = v<<8 | uint64(b[i])
		} else {
			v |= uint64(b[i]) << (8 * i)
		}
	}
	return v
}

// AppendWord appends an instruction word of up to eight bytes, as GetWord reads it.
func AppendWord(dst []byte, w Word, order ByteOrder) []byte {
	switch w.Size {
	case 2:
		return order.AppendUint16(dst, uint16(w.Bits))
	case 4:
		return order.AppendUint32(dst, uint32(w.Bits))
	case 8:
		return order.AppendUint64(dst, w.Bits)
	}
	big := OrderName(order) == "big"
	for i := range int(w.Size) {
		shift := 8 * i
		if big {
			shift = 8 * (int(w.Size) - 1 - i)
		}
		dst = append(dst, byte(w.Bits>>shift))
	}
	return dst
}
