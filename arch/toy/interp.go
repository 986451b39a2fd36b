package toy

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/decodetree"
)

// CPU is the state of a toy processor.
type CPU struct {
	R      [16]uint32
	V      [8]uint64
	Status uint32
	Acc    uint64
	Mem    []byte // the memory block
	PC     uint32
}

// Step is one executed word, as a Hook sees it.
type Step struct {
	Block, Round int
	Index        int // of the word in its block
	Word         uint32
	CPU          *CPU // after the word was executed; a hook may change it
	Before       CPU  // before the word was executed; its Mem is not kept
}

// Hook is called after every word; it is how an instruction is made to go wrong.
type Hook func(*Step)

// Interpreter runs images of the toy architecture: it is processor and harness in one.
type Interpreter struct {
	specs  []*decodetree.Spec
	order  arch.ByteOrder
	layout arch.Layout
	Hook   Hook // may be nil
	// WrongBranch, if set, is asked before every branch whether it is to go the wrong way.
	WrongBranch func(*Step) bool
	// WrongPrefix, if set, is asked before every prefix whether it is to take its condition for the contrary.
	WrongPrefix func(*Step) bool
	// Fails, if set, is asked before every linked store whether it is not to be done.
	Fails func(*Step) bool
	// RunsReserved, if set, is asked whether a word that is no instruction is to do nothing instead of faulting.
	RunsReserved func(word uint32) bool
	// ReservedSignal, if set, is asked which signal a word raises that is no instruction; 0 stands for SIGILL.
	ReservedSignal func(word uint32) uint32
	// Misaligns does misaligned accesses, as an operating system may.
	Misaligns bool
	// Late has misaligned accesses that fault name the word behind, as an operating system may.
	Late bool
	// RunsForbidden lets branches run in forbidden slots.
	RunsForbidden bool
	// WrongTrap, if set, is asked after every word which signal it is to raise: it is given what the word raised, 0
	// for none, and may change the CPU.
	WrongTrap func(s *Step, signal uint32) uint32
}

// NewInterpreter returns an interpreter for images of a byte order.
func NewInterpreter(order arch.ByteOrder) (*Interpreter, error) {
	specs, err := library.Specs(isaFiles(isas)...)
	if err != nil {
		return nil, err
	}
	return &Interpreter{specs: specs, order: order, layout: layout(order)}, nil
}

// AddPrefix makes the CPU one that prefix.decode describes.
func (in *Interpreter) AddPrefix() error {
	specs, err := library.Specs(prefixFile)
	in.specs = append(in.specs, specs...)
	return err
}

// run is one execution of an image.
type run struct {
	*Interpreter
	mem     arch.MemoryReader
	w       *bufio.Writer
	digest  []byte
	rounds  int
	blocks  int
	span    int // of the pool
	cpu     CPU
	trap    uint32 // signal of the word just executed, or 0
	jump    uint32 // where a taken branch goes, or 0
	payload int
	step    Step   // the word being executed
	slotOf  uint32 // the branch in whose forbidden slot the next word stands, or 0
	behind  []bool // of the next words, which stand behind a prefix, whether they are executed
	inside  bool   // the word being executed stands behind one
	link    uint32 // the address that LL has read, and 1; or 0
	trans   map[uint32]translation
	flags   uint32 // of the block
	hash    arch.RecordHash
	digests []byte            // not yet written
	last    arch.RecordHeader // of what they are the digests of
}

// translation caches the decoding of a word.
type translation struct {
	exec func(*run, []int64)
	args []int64
	slot bool // has a delay slot
	// branch changes the flow of control, forbids that the next word does so where it is not taken
	branch, forbids bool
}

// Run executes an image, whose memory mem reads, and writes its records to w.
func (in *Interpreter) Run(mem arch.MemoryReader, w io.Writer) error {
	r, err := in.open(mem)
	if err != nil {
		return err
	}
	r.w = bufio.NewWriterSize(w, 1<<16)
	r.record(arch.RecordHeader{Kind: arch.RecordStart, Block: arch.RecordVersion, Length: arch.DigestSize}, r.digest)
	for b := 0; b < r.blocks; b++ {
		for round := 0; round < r.rounds; round++ {
			h, payload, err := r.block(b, round)
			if err != nil {
				return err
			}
			r.put(h, payload)
		}
	}
	r.send()
	r.record(arch.RecordHeader{Kind: arch.RecordEnd, Block: uint32(r.blocks), Round: uint32(r.rounds)}, nil)
	return r.w.Flush()
}

// Round executes one round of one block and returns its record.
func (in *Interpreter) Round(mem arch.MemoryReader, block, round int) (arch.RecordHeader, []byte, error) {
	r, err := in.open(mem)
	if err != nil {
		return arch.RecordHeader{}, nil, err
	}
	return r.block(block, round)
}

// open reads the head of an image's table.
func (in *Interpreter) open(mem arch.MemoryReader) (*run, error) {
	head, ok := mem(tableAddr, tableHead)
	if !ok {
		return nil, fmt.Errorf("toy: no table")
	}
	word := func(i int) int { return int(in.order.Uint32(head[arch.DigestSize+4*i:])) }
	return &run{
		Interpreter: in, mem: mem, trans: map[uint32]translation{}, hash: arch.NewRecordHash(), digest: head[:arch.DigestSize],
		rounds: word(0), blocks: word(1), span: word(2), payload: word(3),
	}, nil
}

func (r *run) record(h arch.RecordHeader, payload []byte) {
	var b [arch.RecordHeaderSize]byte
	h.Put(b[:], r.order)
	r.w.Write(b[:])
	r.w.Write(payload)
}

// block executes one round of one block and returns its record.
func (r *run) block(block, round int) (h arch.RecordHeader, payload []byte, err error) {
	entry, ok := r.mem(uint64(tableAddr+tableHead+tableEntry*block), tableEntry)
	if !ok {
		return h, nil, fmt.Errorf("toy: no block %d", block)
	}
	f := func(i int) uint32 { return r.order.Uint32(entry[4*i:]) }
	addr, words, base, keep := f(0), int(f(1)), f(2), f(3)
	offset := (uint64(f(4)) + uint64(f(5))*uint64(round)) & uint64(r.span-1)
	window, ok := r.mem(poolAddr+offset, r.layout.Window+r.layout.Memory.Bytes())
	code, ok2 := r.mem(uint64(addr), 4*words)
	if !ok || !ok2 {
		return h, nil, fmt.Errorf("toy: block %d points outside the image", block)
	}
	r.flags = f(7)
	r.load(window, uint32(offset)/uint32(r.layout.PoolAlign), base, keep, r.flags&flagTraps != 0)
	h = arch.RecordHeader{Kind: arch.RecordCheck, Block: uint32(block), Round: uint32(round)}
	if sig := r.execute(block, round, addr, code); sig != 0 {
		h.Kind, h.Signal, h.PC = arch.RecordFault, sig, uint64(r.cpu.PC)
		if r.Late && sig == r.layout.Signals[r.layout.AlignFault] {
			h.PC += 4
		}
	}
	payload = r.store(base, f(6) == 1)
	h.Length = uint32(len(payload))
	return h, payload, nil
}

// load sets every register for a round, whose place in the pool phase numbers.
func (r *run) load(window []byte, phase, base, keep uint32, traps bool) {
	c := &r.cpu
	for i := range c.R {
		c.R[i] = r.order.Uint32(window[r.layout.Classes[classR].Pool+4*i:])
	}
	for i := range c.V {
		c.V[i] = r.order.Uint64(window[8*i:])
	}
	c.Acc = r.order.Uint64(window[128:])
	c.Status = initialStatus(phase, traps, c.Acc)
	c.R[0], c.R[base], c.R[keep] = 0, tableAddr, c.Status
	c.Mem = append(c.Mem[:0], window[r.layout.Memory.Pool:r.layout.Memory.Pool+r.layout.Memory.Bytes()]...)
}

// store makes a record's payload.
func (r *run) store(base uint32, memory bool) []byte {
	c, p := &r.cpu, make([]byte, r.payload)
	r.order.PutUint32(p, c.Status)
	r.order.PutUint64(p[8:], c.Acc)
	for i, v := range c.R {
		if uint32(i) != base {
			r.order.PutUint32(p[16+4*i:], v)
		}
	}
	for i, v := range c.V {
		r.order.PutUint64(p[80+8*i:], v)
	}
	if memory {
		p = append(p, c.Mem...)
	}
	return p
}

// reservedSignal is the signal of a word that is no instruction.
func (in *Interpreter) reservedSignal(word uint32) uint32 {
	if in.ReservedSignal != nil {
		if s := in.ReservedSignal(word); s != 0 {
			return s
		}
	}
	return in.layout.Signals["SIGILL"]
}

// execute runs a block's words. It returns the signal that ended it, or 0; PC is then at the word.
func (r *run) execute(block, round int, addr uint32, code []byte) uint32 {
	c := &r.cpu
	c.PC, r.jump, r.slotOf, r.behind = addr, 0, 0, nil
	for c.PC-addr < uint32(len(code)) {
		index := int(c.PC-addr) / 4
		word := r.order.Uint32(code[c.PC-addr:])
		t, ok := r.translate(word)
		if !ok && (r.RunsReserved == nil || !r.RunsReserved(word)) {
			return r.reservedSignal(word)
		}
		pending := r.jump
		r.trap, r.jump = 0, 0
		r.step = Step{block, round, index, word, c, *c}
		if ok && r.forbidden(&t) {
			return r.layout.Signals["SIGILL"]
		}
		if executed := r.leavePrefix(); ok && executed {
			t.exec(r, t.args)
		}
		if r.slotOf = 0; t.forbids && r.jump == 0 {
			r.slotOf = c.PC
		}
		if r.WrongTrap != nil {
			r.trap = r.WrongTrap(&r.step, r.trap)
		}
		if r.trap != 0 {
			return r.trap
		}
		c.R[0] = 0
		if r.Hook != nil {
			r.Hook(&r.step)
		}
		r.advance(t, pending)
	}
	return 0
}

// forbidden reports whether a word stands where it must not. Such a fault is one of the branch before.
func (r *run) forbidden(t *translation) bool {
	if r.slotOf == 0 || !t.branch || r.RunsForbidden {
		return false
	}
	r.cpu.PC = r.slotOf
	return true
}

// leavePrefix reports whether a word is executed, which a prefix before it may forbid.
func (r *run) leavePrefix() bool {
	if r.inside = len(r.behind) > 0; !r.inside {
		return true
	}
	executed := r.behind[0]
	r.behind = r.behind[1:]
	return executed
}

// advance moves to the next word: pending is the target of the branch in whose delay slot the word stood.
func (r *run) advance(t translation, pending uint32) {
	c := &r.cpu
	switch {
	case pending != 0:
		c.PC = pending
	case r.jump != 0 && !t.slot:
		c.PC, r.jump = r.jump, 0
	default:
		c.PC += 4
	}
}

func (r *run) translate(word uint32) (translation, bool) {
	t, ok := r.trans[word]
	if ok {
		return t, true
	}
	var p *decodetree.Pattern
	for _, spec := range r.specs {
		if p == nil {
			p = spec.Decode(uint64(word), nil)
		}
	}
	if p == nil {
		return t, false
	}
	exec := semantics[p.Name]
	if exec == nil {
		exec = listSemantics[p.Name]
	}
	if exec == nil {
		return t, false
	}
	t = translation{exec: exec, args: p.Extract(uint64(word), nil), slot: p.Name == "BNED",
		branch: strings.HasPrefix(p.Name, "B"), forbids: p.Name == "BEQF"}
	r.trans[word] = t
	return t, true
}
