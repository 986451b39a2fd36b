// Package toy is an invented architecture with an interpreter. With it scheduler, records, comparison and
// replay are tested in milliseconds, in both byte orders, and any instruction can be made to go wrong.
package toy

import (
	"embed"
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

//go:embed *.decode
var files embed.FS

var library = arch.NewLibrary(files)

// isas are the instruction sets; NAME.decode describes them. The second, whose operands are not simply one
// register each, is drawn from only if it is asked for.
var isas = []string{"toy", "lists"}

// prefixFile describes a CPU with a prefix. Tests give it in the place of the others.
const prefixFile = "prefix.decode"

// isaFiles lists the decode files of instruction sets.
func isaFiles(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, n+".decode")
	}
	return out
}

// Arch is the toy architecture.
type Arch struct{}

// Name implements arch.Arch.
func (Arch) Name() string { return "toy" }

// CPUs implements arch.Arch.
func (Arch) CPUs() []arch.CPU {
	return []arch.CPU{{Name: "toy", ISAs: isas, Variants: []arch.Variant{{Order: "little", ISAs: isas}, {Order: "big", ISAs: isas}}}}
}

// Known implements arch.Arch.
func (Arch) Known() (string, []byte) { return "", nil }

// Vocabulary implements arch.Arch. It has a class and a state that the machine lacks, as those of real
// architectures do.
func (Arch) Vocabulary() constraints.Vocabulary {
	return constraints.Vocabulary{
		Classes: []string{"r", "v", "w"}, Sizes: []int{16, 8, 4}, States: []string{"status", "acc", "high"},
		Signals: []string{"SIGTRAP", "SIGILL", "SIGSEGV", "SIGFPE", "SIGBUS"},
		Free:    []string{"cond"},
	}
}

// vocabulary is that of a machine.
func vocabulary() constraints.Vocabulary {
	v := Arch{}.Vocabulary()
	v.Free, v.Features = nil, map[string]bool{"cond": false}
	return v
}

// Machine implements arch.Arch.
func (Arch) Machine(c arch.Config) (arch.Machine, error) {
	order, ok := arch.OrderByName(c.Order)
	if !ok {
		return nil, fmt.Errorf("unknown byte order %q", c.Order)
	}
	return newMachine(order, c)
}

const (
	classR = iota
	classV
)

const (
	stateStatus = iota
	stateAcc
)

// elfToy is the toy's e_machine, which nobody else has.
const elfToy = 0xfed0

// Bits of the status register: the sticky flag, the mode, and exceptions for a sum that is clipped at a signed
// or an unsigned limit. In blocks without traps the enable bits are clear, and so are then the cause bits.
const (
	statusFlag     = 1
	statusMode     = 1 << 8 // saturate unsigned numbers
	enableSigned   = 1 << 9
	enableUnsigned = 1 << 10
	statusEnables  = enableSigned | enableUnsigned
	causeShift     = 3 // from an enable bit to its cause bit
)

// Addresses of an image's parts.
const (
	codeAddr  = 0x0010_0000
	tableAddr = 0x1000_0000
	poolAddr  = 0x1100_0000
	memAddr   = 0x1200_0000
)

type machine struct {
	config arch.Config
	set    *constraints.Set
	layout arch.Layout
	glue   glue
}

// New makes a toy machine of a byte order, with the instruction sets named; none named is the first alone.
func New(order arch.ByteOrder, names ...string) (arch.Machine, error) {
	return newMachine(order, arch.Config{ISAs: names})
}

func newMachine(order arch.ByteOrder, c arch.Config) (arch.Machine, error) {
	if len(c.ISAs) == 0 && !arch.Replaced(c.Sources) {
		c.ISAs = isas[:1]
	}
	if !arch.Replaced(c.Sources) && !slices.Equal(c.ISAs, isas[:min(len(isas), len(c.ISAs))]) {
		return nil, fmt.Errorf("instruction sets are toy, and lists with it; not %v", c.ISAs)
	}
	own, err := library.Specs("toy.decode")
	if err != nil {
		return nil, err
	}
	m := &machine{layout: layout(order), glue: newGlue(own[0])}
	m.config = arch.Config{Arch: "toy", CPU: "toy", ISAs: append([]string{}, c.ISAs...), Order: arch.OrderName(order)}
	names := isaFiles(c.ISAs)
	if m.config.Reserved = c.Reserved; c.Reserved {
		names = append(names, "reserved.decode")
	}
	if m.config.Sources, err = library.Sources(c.Sources, names...); err != nil {
		return nil, err
	}
	m.set, err = library.LoadSpecs(m.config.Sources, vocabulary(), &m.layout)
	return m, err
}

func layout(order arch.ByteOrder) arch.Layout {
	l := arch.Layout{
		ELF:   arch.ELFKind{Machine: elfToy},
		Order: order, AddrBytes: 4, Tries: tries,
		Classes: []arch.Class{
			classR: {Name: "r", Prefix: "r", Count: 16, Bytes: 4, Record: 16, Pool: 64, Zero: 1},
			classV: {Name: "v", Prefix: "v", Count: 8, Bytes: 8, Record: 80, Pool: 0},
		},
		States: []arch.State{
			stateStatus: {
				Name: "status", Bytes: 4, Record: 0, Reset: true,
				Exceptions: arch.Exceptions{Signal: "SIGFPE", Enables: statusEnables, Causes: statusEnables << causeShift, Shift: causeShift},
			},
			stateAcc: {Name: "acc", Bytes: 8, Record: 8, Keep: 0},
		},
		Payload: 144, Window: 136, PoolAlign: 8, AddrClass: classR, KeepStates: []int{stateStatus},
		Memory:        arch.Memory{Addr: memAddr, Windows: 4, Size: 16, Pool: 136},
		Signals:       map[string]uint32{"SIGTRAP": 5, "SIGILL": 4, "SIGSEGV": 11, "SIGFPE": 8, "SIGBUS": 7},
		ReservedFault: "SIGILL", AlignFault: "SIGBUS", LateAlignFault: true,
		Avoid: []arch.Range{{Lo: tableAddr, Hi: tableAddr + 0x10000}},
	}
	for r := 1; r < 16; r++ {
		l.Bases = append(l.Bases, r)
		l.Keeps = append(l.Keeps, []int{r%15 + 1})
	}
	return l
}

func (m *machine) Config() arch.Config   { return m.config }
func (m *machine) Set() *constraints.Set { return m.set }
func (m *machine) Layout() *arch.Layout  { return &m.layout }
func (m *machine) Glue() arch.Glue       { return &m.glue }

// Disassemble implements arch.Machine.
func (m *machine) Disassemble(word, pc uint64) string {
	if in := m.set.Decode(word); in != nil {
		return in.Disassemble(word, pc)
	}
	return fmt.Sprintf(".word 0x%08x", word)
}

// InitialState implements arch.Machine: the status register's mode changes each round, and the
// accumulator comes from the pool, and so do enable bits where there are any.
func (m *machine) InitialState(b *arch.Block, state int, round uint32, window []byte) uint64 {
	acc := m.layout.Order.Uint64(window[128:])
	if state == stateStatus {
		return uint64(initialStatus(m.layout.Phase(b, round), b.Traps, acc))
	}
	return acc
}

func initialStatus(phase uint32, traps bool, acc uint64) uint32 {
	status := phase & 1 * statusMode
	if traps {
		status |= uint32(acc) & statusEnables
	}
	return status
}

// glue makes words by the decode file.
type glue struct {
	lui, ori, rdst, wrst, mfacc, mtacc, add, bned arch.Op
	patterns                                      *arch.Encoder
}

func newGlue(spec *decodetree.Spec) glue {
	e := arch.NewEncoder(spec)
	return glue{
		lui: e.Op("LUI", "rd", "imm"), ori: e.Op("ORI", "rd", "rs", "imm"),
		rdst: e.Op("RDST", "rd"), wrst: e.Op("WRST", "rs"), mfacc: e.Op("MFACC", "rd"), mtacc: e.Op("MTACC", "rs"),
		add: e.Op("ADD", "rd", "rs", "rt"), bned: e.Op("BNED", "rs", "rt", "off"),
		patterns: e,
	}
}

func appendWord(dst []arch.Word, op arch.Op, values ...int64) ([]arch.Word, error) {
	w, err := op.Word(values...)
	return append(dst, w), err
}

// SetReg implements arch.Glue.
func (g *glue) SetReg(dst []arch.Word, reg int, value uint64) ([]arch.Word, error) {
	dst, err := appendWord(dst, g.lui, int64(reg), int64(value>>16&0xffff))
	if err != nil {
		return dst, err
	}
	return appendWord(dst, g.ori, int64(reg), int64(reg), int64(value&0xffff))
}

// NonZero implements arch.Glue: it sets the lowest bit.
func (g *glue) NonZero(dst []arch.Word, class, reg, lane, base int) ([]arch.Word, error) {
	if class != classR || lane != 0 {
		return dst, fmt.Errorf("no such condition")
	}
	return appendWord(dst, g.ori, int64(reg), int64(reg), 1)
}

// SignExtend implements arch.SignExtender: registers are no wider than the numbers.
func (g *glue) SignExtend(dst []arch.Word, class, reg int) ([]arch.Word, error) {
	if class != classR {
		return dst, fmt.Errorf("no such condition")
	}
	return appendWord(dst, g.ori, int64(reg), int64(reg), 0)
}

// Save implements arch.Glue.
func (g *glue) Save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	if state == stateStatus {
		return appendWord(dst, g.rdst, int64(reg))
	}
	return appendWord(dst, g.mfacc, int64(reg))
}

// Reset implements arch.Glue.
func (g *glue) Reset(dst []arch.Word, state, keep int) ([]arch.Word, error) {
	if state == stateStatus {
		return appendWord(dst, g.wrst, int64(keep))
	}
	return appendWord(dst, g.mtacc, int64(keep))
}

// Nop implements arch.Glue: it writes register 0.
func (g *glue) Nop(dst []arch.Word) ([]arch.Word, error) { return appendWord(dst, g.ori, 0, 0, 0) }

// tries is how often a linked store is tried.
const tries = 8

// Retry implements arch.Glue: the counter is doubled until it overflows.
func (g *glue) Retry(l arch.Loop, shape arch.LoopShape) (arch.Loop, error) {
	if shape.Failed != 0 || shape.Tries > 16 {
		return l, errors.New("no such loop")
	}
	flag, keep, count := int64(shape.Flag), int64(shape.Keep), int64(shape.Count)
	var err [8]error
	l.Keep, err[0] = appendWord(l.Keep, g.ori, keep, flag, 0)
	l.Start, err[1] = appendWord(l.Start, g.lui, count, 1<<(16-shape.Tries))
	l.Again, err[2] = appendWord(l.Again, g.ori, flag, keep, 0)
	l.After, err[3] = appendWord(l.After, g.bned, flag, 0, 3) // behind the loop
	l.After, err[4] = appendWord(l.After, g.add, count, count, count)
	l.After, err[5] = appendWord(l.After, g.bned, count, 0, -int64(shape.Size/4)-4) // to its head
	l.After, err[6] = g.Nop(l.After)
	l.After, err[7] = appendWord(l.After, g.ori, count, 0, 0)
	return l, errors.Join(err[:]...)
}

// Mark implements arch.Glue. The word that a taken branch skips gives the register a value or, after a
// delay slot that gave it one, sets more of its bits.
func (g *glue) Mark(l arch.Landing, reg int, shape arch.BranchShape) (arch.Landing, error) {
	r := int64(reg)
	var err error
	if shape.Forbidden {
		l.Displacement = 12
		l.After, err = appendWord(l.After, g.lui, r, guardValue)
		return l, err
	}
	if !shape.DelaySlot {
		l.Displacement = 8
		l.After, err = appendWord(l.After, g.lui, r, 0x4321)
		return l, err
	}
	l.Displacement = 12
	start := &l.Slot
	if shape.Filled {
		start = &l.Before
	}
	if *start, err = appendWord(*start, g.ori, r, 0, 0x1234); err != nil {
		return l, err
	}
	l.After, err = appendWord(l.After, g.ori, r, r, 0x4321)
	return l, err
}

// guardValue is the upper half of what a guard gives its register.
const guardValue = 0x4321

// Guarded implements arch.Guarder.
func (m *machine) Guarded(_, after uint64) bool { return after == guardValue<<16 }

// System implements arch.Booter: nothing boots there, but a test may say that something does.
func (m *machine) System(cpu string) arch.System {
	return arch.System{Emulator: "toy-system", Board: "box", CPU: cpu, Memory: "1", Reason: "it is a toy", Append: []string{"console=toy0"}}
}
