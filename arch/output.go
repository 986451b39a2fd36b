package arch

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// Output is what an image writes of its rounds.
type Output uint8

const (
	FullRecords  Output = iota // a record of each round
	RoundDigests               // the digest of each record
	BlockDigests               // one digest of all records of a block, but see Program.EachRound
)

var outputNames = [...]string{"", "round", "block"}

// String names what there is one digest of: "round", "block", or nothing.
func (o Output) String() string {
	if int(o) < len(outputNames) {
		return outputNames[o]
	}
	return "unknown"
}

// OutputByName is the output with one digest of what a name says: "round" or "block". The empty name is that of full
// records.
func OutputByName(name string) (Output, error) {
	for i, n := range outputNames {
		if n == name {
			return Output(i), nil
		}
	}
	return FullRecords, fmt.Errorf("digests are made for each round or for each block, not for each %q", name)
}

// foldLimit is how many bytes of records one digest may stand for: who compares it has to keep as many until it comes.
const foldLimit = 4 << 20

// EachRound reports whether an image of digests writes one for each round of a block. Where one stands for all rounds, all
// that can be said of a difference is that there is one. So blocks have one for each round if their records may
// differ in ways that are no mistake: those with traps, with an instruction whose work an operating system may do, or
// with a linked store. So they do if it is to be known how far a target came.
func (p *Program) EachRound(b *Block) bool {
	size := RecordHeaderSize + p.Machine.Layout().PayloadSize(b)
	if p.Output == RoundDigests || b.Traps || b.Flush || p.Rounds > foldLimit/size {
		return true
	}
	set := p.Machine.Set()
	for i := range b.Items {
		it := &b.Items[i]
		if it.Kind == Misaligned {
			return true
		}
		if it.Kind.UnderTest() && (set.Insns[it.Insn].Must == constraints.UnlessEmulated || set.Insns[it.Insn].Linked != nil) {
			return true
		}
	}
	return false
}

// digestRun is how many rounds an image of digests runs before it writes what it has. A slow machine must not seem to hang,
// and if it dies, it must be known about where.
const digestRun = 512

// DigestLimit is how many bytes of digests an image gathers before it writes them.
func (p *Program) DigestLimit() int {
	if p.Output == BlockDigests {
		return DigestBytes * max(1, digestRun/p.Rounds)
	}
	return DigestBytes * digestRun
}

// Part says what a program with some blocks of another one is a part of. Its blocks stand where they stood there.
type Part struct {
	Blocks []int // the number that each block has in the whole program, ascending
	Traps  bool  // some block of the whole program has traps: the harness, whose addresses code holds, must be the same
	// Code is code of the whole program that instructions of the blocks read.
	Code []Piece
}

// Number is the number of a block in the program that this one may be a part of.
func (p *Program) Number(block int) int {
	if p.Part == nil || block < 0 || block >= len(p.Part.Blocks) {
		return block
	}
	return p.Part.Blocks[block]
}

// HasTraps reports whether a block has traps, of the whole program where this is a part of one.
func (p *Program) HasTraps() bool {
	if p.Part != nil && p.Part.Traps {
		return true
	}
	for i := range p.Blocks {
		if p.Blocks[i].Traps {
			return true
		}
	}
	return false
}
