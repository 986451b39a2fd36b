package arch

import (
	"slices"

	"github.com/risugen/risugen/constraints"
)

// Arch is an instruction-set architecture: a table of CPU models and the way from a Config to a Machine.
type Arch interface {
	// Name is the name used in images and on the command line, for example "mips".
	Name() string
	// CPUs lists the models, in the order in which they are to be shown.
	CPUs() []CPU
	// Known is the list of differences that are understood, a file's name and text, for package runtime.
	Known() (file string, text []byte)
	// Vocabulary is what decode files may name, whatever CPU they are read for: all features are free.
	Vocabulary() constraints.Vocabulary
	// Machine makes the machine that a configuration describes. An unknown CPU or instruction set is an
	// error that lists the known ones.
	Machine(Config) (Machine, error)
}

// Dialects is implemented by an Arch whose decode files do not all name the same things: execution states may have
// registers and features of their own.
type Dialects interface {
	// FileVocabulary is Vocabulary for a file of this name.
	FileVocabulary(file string) constraints.Vocabulary
}

// FileVocabulary is what a decode file of an architecture may name.
func FileVocabulary(a Arch, file string) constraints.Vocabulary {
	if d, ok := a.(Dialects); ok {
		return d.FileVocabulary(file)
	}
	return a.Vocabulary()
}

// CPU is a model as emulators spell it.
type CPU struct {
	Name        string
	ISAs        []string // instruction sets that can be drawn from with the usual ABI; all are, unless told otherwise
	Variants    []Variant
	Description string
}

// Variant is a way in which images for a CPU are made; the first of a CPU is the usual one.
type Variant struct {
	ABI      string   // calling convention and register width: "o32"
	Order    string   // byte order: "little" or "big"
	Emulator string   // the command that usually runs such images
	ISAs     []string // instruction sets that can be drawn from with the ABI
}

// Variant finds the variant of an ABI and a byte order; an empty name stands for any.
func (c CPU) Variant(abi, order string) (Variant, bool) {
	for _, v := range c.Variants {
		if (abi == "" || abi == v.ABI) && (order == "" || order == v.Order) {
			return v, true
		}
	}
	return Variant{}, false
}

// ABIs lists the ABIs of a CPU's variants, the usual one first.
func (c CPU) ABIs() []string {
	return distinct(c.Variants, func(v Variant) string { return v.ABI })
}

// Orders lists the byte orders of a CPU's variants, the usual one first.
func (c CPU) Orders() []string {
	return distinct(c.Variants, func(v Variant) string { return v.Order })
}

func distinct(vs []Variant, of func(Variant) string) []string {
	var out []string
	for _, v := range vs {
		if s := of(v); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Config says which machine an image is made for. It is stored in the image.
type Config struct {
	Arch  string   `json:"arch"`
	CPU   string   `json:"cpu"`
	ISAs  []string `json:"isas"`  // which of the architecture's own descriptions are used; none where others take their place
	ABI   string   `json:"abi"`   // one that the CPU's variants have
	Order string   `json:"order"` // "little" or "big"
	// Reserved asks for the patterns that reserved words are drawn from. All instruction sets must be there then.
	Reserved bool `json:"reserved,omitempty"`
	// Sources are the description files. To make a machine, give none for the architecture's own, overlays
	// alone to add to these, or decode files to take their place. The Config of a machine has all that it was
	// made of, which images store beside what stands above.
	Sources []Source `json:"-"`
}

// Given lists the names of the description files that are not the architecture's own.
func (c Config) Given() []string {
	var out []string
	for _, s := range c.Sources {
		if len(c.ISAs) == 0 || s.Kind == OverlaySource {
			out = append(out, s.Name)
		}
	}
	return out
}

// Machine is one CPU model with its instruction sets and its harness. A Machine is immutable and may be
// used by several goroutines.
type Machine interface {
	// Config is the complete configuration, with all description files.
	Config() Config
	// Set holds the instructions that this CPU has, of the selected instruction sets.
	Set() *constraints.Set
	// Layout describes registers, state, records and memory.
	Layout() *Layout
	// Glue makes the words that the scheduler puts between instructions. One goroutine may use what a call returns.
	Glue() Glue
	// InitialState returns the value (Layout.States[state].Bytes wide) that a state has at the start of
	// a round of a block, given the round's number and the bytes of the input pool that the round loads.
	InitialState(b *Block, state int, round uint32, window []byte) uint64
	// Disassemble writes any word of the machine's, glue included, as assembler text; pc is its address.
	Disassemble(word, pc uint64) string
	// Emit makes the image's code. It sets PoolAddr and, unless Layout.CodeAddr did, the Addr of every block.
	Emit(p *Program) (*Code, error)
}

// Word is an instruction word and its size in bytes.
type Word struct {
	Bits uint64
	Size uint8
}

// Glue makes words that are not under test. Every method appends to dst. Registers are numbers in the
// address class (Layout.AddrClass) unless a class is given. A method that the architecture cannot serve
// returns an error; the scheduler then reports the pattern that asked for it.
type Glue interface {
	// SetReg puts a constant into a register.
	SetReg(dst []Word, reg int, value uint64) ([]Word, error)
	// NonZero makes every lane of laneBits bits of a register non-zero and leaves non-zero lanes alone
	// (laneBits 0: the whole register). It may read the block's base register, which is never zero,
	// and write it if what it held is put back.
	NonZero(dst []Word, class, reg, laneBits, base int) ([]Word, error)
	// Save copies state into a register.
	Save(dst []Word, state, reg int) ([]Word, error)
	// Reset puts state back to its value at the start of the round, which register keep holds. Where no register does (State.Keep
	// is negative), keep is the block's base register, as for NonZero.
	Reset(dst []Word, state, keep int) ([]Word, error)
	// Nop does nothing, for as long as an instruction takes.
	Nop(dst []Word) ([]Word, error)
	// Mark returns the words around a branch, which show in a register which way it went. It appends to those of dst.
	Mark(dst Landing, reg int, shape BranchShape) (Landing, error)
	// Retry returns the loop around a load and the store that is linked to it. It appends to the words of dst.
	Retry(dst Loop, shape LoopShape) (Loop, error)
}

// PlacedGlue is implemented by Glue whose words depend on where they stand. Blocks then stand where the layout says.
type PlacedGlue interface {
	Glue
	// At is the glue whose next words stand at an address. It is the same value: what an earlier call returned is of no
	// use any more. So each who asks the machine for glue has glue of his own.
	At(addr uint64) Glue
}

// Guarder is implemented by machines that have forbidden slots.
type Guarder interface {
	// Guarded reports whether the word that stands behind a forbidden slot (Item kind Guard) made one value of its register of
	// another. A register that something else spoiled is no sign that it ran.
	Guarded(before, after uint64) bool
}

// SignExtender is implemented by the Glue of machines whose instructions want numbers of 32 bits
// sign-extended in wider registers.
type SignExtender interface {
	// SignExtend makes a register hold its lower 32 bits, sign-extended.
	SignExtend(dst []Word, class, reg int) ([]Word, error)
}

// Layout describes a machine's register file and where each part of it stands in a record's payload and
// in the input pool. Offsets and sizes are in bytes.
type Layout struct {
	ELF       ELFKind
	Order     ByteOrder  // of data
	WordOrder ByteOrder  // of instruction words; nil: that of data, see Layout.Words
	WordSizes *WordSizes // of instruction words that have several sizes; nil: the descriptions say what all have
	AddrBytes int        // width of an address: 4 or 8
	// CodeAddr is where the first block stands; each of the others follows BlockEnd bytes behind the last item
	// of the one before it. 0: not known before the code is emitted, so that no absolute branch can be drawn.
	CodeAddr uint64
	BlockEnd int
	// BlockAlign is what the addresses of blocks are multiples of, rounded up; 0: they follow without gaps.
	BlockAlign uint64
	Backward   bool // glue can mark branches that go back
	Tries      int  // how often a linked store is tried that is not done; 0: glue cannot make the loop, and none is drawn
	Classes    []Class
	States     []State
	Payload    int // bytes of a record's payload without memory
	Window     int // bytes of the input pool that one round reads, without memory
	PoolAlign  int // offsets into the pool are multiples of this
	AddrClass  int // index of the class whose registers hold addresses
	// Bases are the registers that serve as base register, in rotation. A check record has zero in the
	// place of its block's.
	Bases []int
	// KeepStates are states whose initial value a register holds, for glue to reset them and others of the
	// same value with: Keeps[i][k] is that of KeepStates[k] in blocks whose base is Bases[i].
	KeepStates []int
	Keeps      [][]int
	// Views is how many sets of classes there are of which a block uses only one: they are names for the
	// same registers. 0 stands for 1: every class is there in every block.
	Views   int
	Memory  Memory
	Signals map[string]uint32 // signal numbers by name, as blocks name them
	// ReservedFault is the signal that reserved instructions raise; empty: not known.
	ReservedFault string
	// AlignFault is the signal of an access to an address that is no multiple of the alignment that it needs; empty: not
	// known. An operating system may do the access instead.
	AlignFault string
	// LateAlignFault says that a system that looks into such an access, and does not do it, may raise AlignFault at the
	// instruction behind.
	LateAlignFault bool
	// Hazards are the instructions that must not follow each other too closely.
	Hazards []Hazard
	Avoid   []Range // addresses below 4 GiB that no input value may hold
	// StackReg is the address register that a signal finds the stack with; 0: it does not matter. Nothing that may fault
	// stands behind what writes it, since a result may be anything, one of Avoid too.
	StackReg int
	// Special are address registers that many instructions cannot name: glue gives them constants, but does not copy state
	// to them, mark branches or count with them.
	Special uint64
	// Aliases are other names of registers and states.
	Aliases []Alias
	// Usual are the values of arguments that somebody who writes an instruction leaves out, by name: those that are not what a field of
	// zeros stands for.
	Usual map[string]int64
	// Hosted says that another program runs the image. It stands at no known address, and neither does memory: Memory.Addr
	// is 0, addresses count from where the memory block begins, and Glue is a Locator. No instruction
	// is drawn that may fault, which may be the end of that program, and none whose result tells where it stands. Stores share windows.
	Hosted bool
}

// nextBlock is the address of the block behind one whose items end at an address.
func (l *Layout) nextBlock(end uint64) uint64 {
	align := max(1, l.BlockAlign)
	return (end + uint64(l.BlockEnd) + align - 1) / align * align
}

// BlockSize is how many bytes a block takes, its end included.
func (l *Layout) BlockSize(b *Block) uint64 { return l.nextBlock(b.Addr+size(b.Items)) - b.Addr }

// Words is the byte order of instruction words.
func (l *Layout) Words() ByteOrder {
	if l.WordOrder != nil {
		return l.WordOrder
	}
	return l.Order
}

// ELFKind tells ELF files of an architecture apart.
type ELFKind struct {
	Machine uint16 // e_machine
	Is64    bool   // ELF class
	// CheckFlags says whether words of a file with these e_flags are what the machine takes them for: instruction
	// sets that share no encodings may share a number. nil: they are.
	CheckFlags func(flags uint32) error
	// Marks says of the name of a local symbol whether code of the machine's stands there and behind, up to the next such
	// symbol. known is false where the name says nothing. nil: no name does.
	Marks func(symbol string) (code, known bool)
	// WordOrder is the byte order of words in a file with these e_flags; nil: Layout.Words.
	WordOrder func(flags uint32) ByteOrder
}

// Range is the addresses from Lo up to but not including Hi.
type Range struct{ Lo, Hi uint64 }

// Class is a class of registers, for example the general registers.
type Class struct {
	Name   string // as in an operands block: "gpr"
	Prefix string // as printed before the number: "$"
	Count  int    // registers, at most 64
	Bytes  int    // width of one
	Record int    // offset of register 0 in a record's payload; register i is at Record + i*Bytes
	Pool   int    // offset of register 0 in the pool window; register i is at Pool + i*Bytes
	Never  uint64 // registers that are never operands (bit i: register i), and not recorded
	Zero   uint64 // registers that read as zero whatever is written to them
	View   int    // the view (1 to Layout.Views) whose blocks have the class; 0: all
}

// State is a register that instructions name only implicitly: flags, HI and LO, control registers.
type State struct {
	Name   string // as in an operands block: "msacsr"
	Bytes  int
	Record int  // offset in a record's payload
	Reset  bool // must be reset after it was written, since set bits stay set (sticky flags)
	Keep   int  // index into Layout.KeepStates of the state whose initial value is this one's too; or -1
	// Group is that of the instructions that save and reset it, where a hazard names one.
	Group string
	// Exceptions says which bits enable and show exceptions; the zero value: none does.
	Exceptions Exceptions
}

// Memory is the block of memory that instructions under test may touch. It is divided into windows: each
// store of a block has a window of its own, and a record of a block with stores ends in the whole block.
type Memory struct {
	Addr    uint64
	Windows int // at most 64
	Size    int // bytes of a window
	Pool    int // offset in the pool window of the bytes that a round copies to memory first
}

// Bytes is the size of the memory block.
func (m Memory) Bytes() int { return m.Windows * m.Size }

// KeepsOf lists the registers that hold initial values of states in blocks of a base.
func (l *Layout) KeepsOf(base int) []int {
	if len(l.Keeps) == 0 {
		return nil
	}
	return l.Keeps[base]
}

// KeepOf is the register that holds a state's initial value in blocks of a base, or -1.
func (l *Layout) KeepOf(base, state int) int {
	if k := l.States[state].Keep; k >= 0 && len(l.Keeps) > 0 {
		return l.Keeps[base][k]
	}
	return -1
}

// Live reports whether a class is there in a block of a view.
func (c *Class) Live(view int) bool { return c.View == 0 || c.View == view }

// ClassIndex returns the index of a class by name, or -1.
func (l *Layout) ClassIndex(name string) int {
	for i := range l.Classes {
		if l.Classes[i].Name == name {
			return i
		}
	}
	return -1
}

// StateIndex returns the index of a state by name, or -1.
func (l *Layout) StateIndex(name string) int {
	for i := range l.States {
		if l.States[i].Name == name {
			return i
		}
	}
	return -1
}

// Code is an image's contents as a machine emits them, ready to be put into an executable file.
type Code struct {
	Machine  uint16 // ELF e_machine
	Is64     bool   // ELF class
	Flags    uint32 // ELF e_flags
	Entry    uint64
	Segments []Segment
	Headers  []Header
	// Digest is where the 32 bytes of the image's digest are to be put: a segment and an offset.
	DigestSegment, DigestOffset int
}

// Segment is a piece of an image's memory. Memory beyond the data is zero.
type Segment struct {
	Addr        uint64
	Data        []byte
	MemSize     uint64 // bytes in memory, at least len(Data); 0 means len(Data)
	Write, Exec bool
	NoAccess    bool // mapped without any permission
}

// Header is an extra ELF program header whose contents an architecture defines.
type Header struct {
	Type  uint32
	Align uint64
	Data  []byte
	// Section is the name of the section that has the same contents, for tools that look there, and
	// SectionType its type. Empty: none.
	Section     string
	SectionType uint32
}
