package arch

import "github.com/risugen/risugen/decodetree"

// Program is the explicit value between choosing and emitting: blocks of instructions and the pool their
// inputs come from. It is a pure function of the machine, the options and the seed.
type Program struct {
	Machine Machine
	Seed    uint64
	Rounds  int
	Blocks  []Block
	Pool    []byte // input values in the machine's byte order; PoolSpan plus one window long
	// PoolSpan is the power of two that offsets into the pool wrap at, in bytes.
	PoolSpan int
	PoolAddr uint64 // where the pool stands in the image's memory; set by Machine.Emit
	Output   Output
	Part     *Part // what the program is a part of; nil: it is whole
}

// Block is a run of items between a register load and a checkpoint.
type Block struct {
	Addr   uint64 // of the first word
	Items  []Item
	Base   int    // index into Layout.Bases and Layout.Keeps
	View   int    // which classes it uses: 1 to Layout.Views, or 0 where there is but one view
	Start  uint32 // offset into the pool of round 0, in bytes
	Stride uint32 // added to the offset each round, modulo Program.PoolSpan
	Memory bool   // the block touches memory: a round fills it first, a record ends in it
	Flush  bool   // each of its records is written at once, so that it is known which block ended a target's life
	Traps  bool   // exceptions are enabled, see Exceptions
}

// Kind says what an item is for.
type Kind uint8

const (
	Test    Kind = iota // an instruction under test
	Prepare             // gives a register the value that its owner needs
	Save                // copies state that its owner wrote into a register
	Reset               // puts sticky state back
	Mark                // shows which way its owner branched
	Discard             // overwrites a register that its owner left undefined
	// Reserved is an instruction under test that must raise the fault for reserved instructions. It has no results.
	Reserved
	// Guard writes a register that nobody else does, where control comes only if its owner did not fault as it must.
	Guard
	// Misaligned is an instruction under test that accesses an address which is no multiple of the alignment that it
	// needs: it faults, unless the operating system does the access.
	Misaligned
	// Space does nothing: its owner must not stand too near to what comes before, see Hazard.
	Space
	// Restore gives a register back what it held before its owner was tried the first time.
	Restore
	// Retry goes back to try its owner again, a store that was not done; Reg counts the tries.
	Retry
)

// UnderTest reports whether an item is an instruction under test, not glue.
func (k Kind) UnderTest() bool { return k == Test || k == Reserved || k == Misaligned }

var kindNames = [...]string{"test", "prepare", "save", "reset", "mark", "discard", "reserved", "guard", "misaligned", "space", "restore", "retry"}

// String returns the kind's name in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// NoWindow is Item.Window of an instruction that does not store.
const NoWindow = 0xff

// Item is one word of a block.
type Item struct {
	Word   uint64
	Insn   int32  // under test: index into Machine.Set().Insns; else -1
	Owner  uint16 // glue: index in the block of the item under test that it serves
	Kind   Kind
	Size   uint8 // bytes of the word
	Class  uint8 // Prepare, Save, Mark, Discard, Guard: the class of Reg
	Reg    uint8 // Prepare, Save, Mark, Discard, Guard: the register that the item writes
	State  uint8 // Save, Reset: the state, an index into Layout.States
	Window uint8 // Test: the memory window that the instruction stores to, or NoWindow
}

// Phase numbers a round for what goes through all of a few combinations, such as rounding modes: any run of 2 to the power
// of n rounds of a block has each number of n bits once in its lower n bits, and no block begins with the same. It is
// the round's place in the pool, whose bits an image has at hand; n is at most what PoolSpan allows.
func (l *Layout) Phase(b *Block, round uint32) uint32 {
	return (b.Start + b.Stride*round) / uint32(l.PoolAlign)
}

// PoolOffset returns where in the pool a round's window starts.
func (p *Program) PoolOffset(b *Block, round uint32) int {
	return int((uint64(b.Start) + uint64(b.Stride)*uint64(round)) & uint64(p.PoolSpan-1))
}

// PoolWindow returns the pool from where a round's window starts.
func (p *Program) PoolWindow(b *Block, round uint32) []byte {
	return p.Pool[p.PoolOffset(b, round):]
}

// Tests counts the instructions under test.
func (b *Block) Tests() int {
	n := 0
	for i := range b.Items {
		if b.Items[i].Kind.UnderTest() {
			n++
		}
	}
	return n
}

// Instructions counts the instructions under test of all blocks.
func (p *Program) Instructions() int {
	n := 0
	for i := range p.Blocks {
		n += p.Blocks[i].Tests()
	}
	return n
}

// Patterns counts the patterns of the instructions under test that are to run.
func (p *Program) Patterns() int {
	seen := map[*decodetree.Pattern]bool{}
	for i := range p.Blocks {
		for _, it := range p.Blocks[i].Items {
			if it.Kind == Test {
				seen[p.Machine.Set().Insns[it.Insn].Pattern] = true
			}
		}
	}
	return len(seen)
}
