package anycpu

import (
	"errors"
	"hash"

	"github.com/risugen/risugen/arch"
)

// round is one round of a block on its way.
type round struct {
	*CPU
	cpu
	hash  hash.Hash64
	key   uint64
	block *arch.Block
	index int // of the block
	round uint32
	steps []step
	flip  *Flip

	pc      int    // the item that is next
	behind  []bool // of the items that stand behind a prefix, whether they are executed
	header  arch.RecordHeader
	stopped bool // by a fault
	tries   int  // of the linked store, those before
	failed  bool // the last of them
	gaveUp  bool // all of them
	ran     []Ran
	quiet   uint64 // in a block with traps, what the state is that shows exceptions where none is taken
}

// maxItems bounds how many items a round executes: a loop has a few tries.
const maxItems = 1 << 16

// run executes the block.
func (r *round) run() error {
	r.header.Kind = arch.RecordCheck
	for n := 0; r.pc < len(r.steps) && !r.stopped; n++ {
		if n == maxItems {
			return errors.New("it does not end")
		}
		if r.steps[r.pc].in == nil {
			r.glue()
		} else if err := r.test(); err != nil {
			return err
		}
	}
	return nil
}

// glue does what the words from here on are for that were made by one call.
func (r *round) glue() {
	note := r.noteAt(r.pc)
	for r.pc++; r.pc < len(r.steps) && r.steps[r.pc].in == nil && r.noteAt(r.pc) == note; {
		r.pc++
	}
	r.machine.actions[note](r)
}

// noteAt tells what a word of glue was made for.
func (r *round) noteAt(item int) uint64 { return r.steps[item].item.Word >> noteShift }

// retry goes back to the head of the loop around a linked store that was not done, or gives the counter the value that it
// has however many tries there were.
func (r *round) retry(shape *arch.LoopShape) {
	failed := r.setOf(shape.Failed, r.address(shape.Flag)) == r.number(r.address(shape.Flag))
	r.tries++
	if r.gaveUp = failed && r.tries >= shape.Tries; !failed || r.gaveUp {
		r.setNumber(r.address(shape.Count), 0)
		return
	}
	r.setNumber(r.address(shape.Count), uint64(shape.Tries-r.tries))
	for i := range r.steps {
		if r.steps[i].item.Kind == arch.Restore {
			r.pc = i
			return
		}
	}
}

// setOf is a number as a place holds it.
func (r *round) setOf(v int64, p place) uint64 { return uint64(v) & (^uint64(0) >> (64 - 8*p.n)) }

// fault ends the round at an item.
func (r *round) fault(item int, signal string) {
	r.stopped, r.ran[item] = true, Faulted
	r.header.Kind, r.header.Signal, r.header.PC = arch.RecordFault, r.layout.Signals[signal], r.steps[item].addr
}

// flipped reports whether something of the item that is executed goes wrong.
func (r *round) flipped(what int) bool {
	return r.flip != nil && r.flip.Item == r.pc && r.flip.Use == what
}

// Values of the registers that show which way a branch went.
const (
	markStart = 0x5a5
	markTaken = 0x777
	markNot   = 0x1234
)

// branch goes one way or the other. What stands in a delay slot is executed before it is done.
func (r *round) branch(taken bool) error {
	at := r.pc
	s := &r.steps[at]
	if r.flipped(Direction) {
		taken = !taken
	}
	r.ran[at] = max(r.ran[at], Decided)
	r.pc++
	if br := s.in.Branch; br.ForbiddenSlot && r.pc < len(r.steps) && r.steps[r.pc].item.Kind == arch.Reserved {
		if !taken {
			r.forbidden(at)
		}
		r.pc = len(r.steps) // such a branch ends its block
		return nil
	} else if br.DelaySlot && r.pc < len(r.steps) && r.steps[r.pc].item.Kind == arch.Test {
		if taken || !br.Likely {
			if err := r.test(); err != nil {
				return err
			}
		} else {
			r.pc++
		}
	}
	for r.pc < len(r.steps) && r.steps[r.pc].item.Kind == arch.Mark && int(r.steps[r.pc].item.Owner) == at {
		r.pc++
	}
	if s.mark < 0 {
		return errors.New("a branch has no mark")
	}
	if taken {
		r.setNumber(r.address(s.mark), markTaken)
	} else {
		r.setNumber(r.address(s.mark), markNot)
	}
	return nil
}

// forbidden is what comes of the word behind a branch that stands where it must not: a fault of the branch, or the guard
// behind it runs.
func (r *round) forbidden(branch int) {
	if r.flipped(Fault) {
		for i := range r.steps {
			if it := r.steps[i].item; it.Kind == arch.Guard {
				r.setNumber(r.register(int(it.Class), int(it.Reg)), markNot)
			}
		}
		return
	}
	wrote := r.ran[branch]
	r.fault(branch, r.layout.ReservedFault)
	r.ran[branch], r.ran[branch+1] = wrote, Faulted
}
