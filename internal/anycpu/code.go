package anycpu

import (
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// Output is a place that an instruction writes.
type Output struct {
	Item  int
	Use   int // index into what the instruction's word uses
	State int // that it writes, or -1
	// Bits are how many it writes.
	Bits int
	// Undefined says that the manual leaves the value open, Lost that nothing keeps it: it is written to a register that reads
	// as zero, or the instruction itself writes the place once more.
	Undefined, Lost bool
}

// step is an item of a block, decoded.
type step struct {
	item    *arch.Item
	addr    uint64
	in      *constraints.Insn // nil: glue
	args    []int64
	uses    []constraints.Use
	reads   []constraints.Use // those that its outputs depend on
	access  constraints.Access
	outputs []Output
	mark    int  // of a branch, the register that shows which way it went; -1: there is none
	skips   bool // the word may do nothing
	readsPC bool
}

// decode decodes the items of a block.
func decode(p *arch.Program, b *arch.Block) []step {
	steps, addr := make([]step, len(b.Items)), b.Addr
	for i := range b.Items {
		it, s := &b.Items[i], &steps[i]
		s.item, s.addr, s.mark = it, addr, -1
		addr += uint64(it.Size)
		if !it.Kind.UnderTest() {
			if it.Kind == arch.Mark {
				steps[it.Owner].mark = int(it.Reg)
			}
			continue
		}
		s.in = p.Machine.Set().Insns[it.Insn]
		s.args = s.in.Pattern.Extract(it.Word, nil)
		s.skips = s.in.Behind == "" && s.in.IsConditional(it.Word)
		if it.Kind == arch.Reserved {
			continue
		}
		s.uses = s.in.Uses(nil, it.Word, s.args)
		s.reads = reads(s)
		s.readsPC = s.in.ReadsPC(it.Word, s.args)
		if s.in.Memory != nil {
			s.access = s.in.Access(it.Word, s.args)
		}
		s.outputs = outputs(p.Machine.Layout(), s, i)
	}
	return steps
}

// outputs lists what an instruction writes.
func outputs(l *arch.Layout, s *step, item int) []Output {
	var out []Output
	last := map[constraints.Use]int{}
	for n, u := range s.uses {
		if !u.Role.Writes() {
			continue
		}
		o := Output{Item: item, Use: n, State: -1, Undefined: s.in.Undefined(u.Operand, s.item.Word, s.args)}
		switch u.Kind {
		case constraints.UseMemory:
			o.Bits = 8 * s.access.Size
		case constraints.UseState:
			o.Bits, o.State = 8*l.States[u.Num].Bytes, int(u.Num)
		default:
			o.Bits = 8 * l.Classes[u.Class].Bytes
			o.Lost = l.Classes[u.Class].Zero>>u.Num&1 != 0
		}
		u.Operand, u.Role = 0, 0
		if before, twice := last[u]; twice {
			out[before].Lost = true
		}
		last[u] = len(out)
		out = append(out, o)
	}
	return out
}

// reads lists what the outputs of an instruction depend on. Where a condition can have it do nothing, what it writes is declared to
// be read, too, apart from that: it depends on that alone if it does nothing.
func reads(s *step) []constraints.Use {
	var out []constraints.Use
	for _, u := range s.uses {
		keeps := u.Role == constraints.In && slices.ContainsFunc(s.uses, func(w constraints.Use) bool {
			name := s.in.Operands[w.Operand].Name
			return w.Role == constraints.Out && w.Operand != u.Operand && name == s.in.Operands[u.Operand].Name && w.Kind == u.Kind && w.Class == u.Class && w.Num == u.Num
		})
		if u.Role.Reads() && !keeps {
			out = append(out, u)
		}
	}
	return out
}
