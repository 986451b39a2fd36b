package runtime

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// tracer finds what a place held when an item of a block ran. Nothing in a round is recorded but its end,
// yet most values are known: either nothing wrote the place before the item, and it held the round's
// input, or nothing wrote it afterwards, and the record shows it.
type tracer struct {
	*comparer
	r      *pairing
	writes [][]arch.Place // by item
}

func newTracer(c *comparer, r *pairing) *tracer {
	t := &tracer{comparer: c, r: r, writes: make([][]arch.Place, len(r.block.Items))}
	for i := range r.block.Items {
		it := &r.block.Items[i]
		switch {
		case it.Kind == arch.Test || it.Kind == arch.Misaligned:
			t.writes[i] = t.outputs(it)
		case it.Kind == arch.Reserved || it.Kind == arch.Restore || it.Kind == arch.Space: // registers hold what they held before
		case it.Kind == arch.Reset:
			t.writes[i] = []arch.Place{state(int(it.State))}
		default:
			t.writes[i] = []arch.Place{register(int(it.Class), int(it.Reg))}
		}
	}
	return t
}

// outputs lists what a test item writes.
func (t *tracer) outputs(it *arch.Item) []arch.Place {
	in := t.prog.Machine.Set().Insns[it.Insn]
	args := in.Pattern.Extract(it.Word, nil)
	var out []arch.Place
	for _, u := range in.Uses(nil, it.Word, args) {
		switch {
		case !u.Role.Writes():
		case u.Kind == constraints.UseState:
			out = append(out, state(int(u.Num)))
		case u.Kind == constraints.UseMemory:
			out = append(out, window(int(it.Window)))
		default:
			out = append(out, register(int(u.Class), int(u.Num)))
		}
	}
	return out
}

// writers returns the last item before one that writes a place, or -1, and whether that item itself or a
// later one that ran writes it too.
func (t *tracer) writers(p arch.Place, item int) (before int, after bool) {
	before = -1
	for i, places := range t.writes {
		for _, w := range places {
			switch {
			case w != p:
			case i < item:
				before = i
			case i < t.r.limit || i == item:
				after = true
			}
		}
	}
	return before, after
}

// bytes returns what a register or a memory window held, or nil if that is not known.
func (t *tracer) bytes(p arch.Place, item int) []byte {
	before, after := t.writers(p, item)
	at, n := t.layout.Span(p)
	switch {
	case before < 0:
		return initial(t.layout, p, t.r.input)
	case !after && at+n <= len(t.r.sides[0].payload):
		return t.r.sides[0].payload[at : at+n]
	}
	return nil
}

// register returns the bytes that a register held, or nil. The block's base register is not an operand.
func (t *tracer) register(p arch.Place, item int) []byte {
	c := &t.layout.Classes[p.Class]
	if c.Zero>>p.Num&1 != 0 {
		return make([]byte, c.Bytes)
	}
	if harnessRegisters(t.layout, t.r.block, int(p.Class))>>p.Num&1 != 0 {
		return nil
	}
	return t.bytes(p, item)
}

// state returns the value that a state had, in hexadecimal, or "". A result of an earlier instruction
// stands in the record, often in a register that it was copied to.
func (t *tracer) state(s, item int) string {
	l := t.layout
	before, after := t.writers(state(s), item)
	if before < 0 || t.r.block.Items[before].Kind == arch.Reset {
		return fmt.Sprintf("%0*x", 2*l.States[s].Bytes, t.prog.Machine.InitialState(t.r.block, s, t.r.number, t.r.input))
	}
	for i := range t.r.results {
		res := t.r.results[i]
		if res.Item != before || res.Operand < 0 {
			continue
		}
		if t.r.since[i] >= t.r.limit { // the fault came before the copy: it is still in the state
			res.Place = state(s)
		}
		if after && res.Place.Kind == arch.StatePlace {
			continue
		}
		if res.Wrote == state(s) {
			at, n := l.Span(res.Place)
			return hexValue(t.r.sides[0].payload[at:at+n], l.Order)
		}
	}
	return ""
}

// memory returns the address of the bytes that an instruction accesses, and what they held.
func (t *tracer) memory(in *constraints.Insn, item int, args []int64) (place, value string) {
	l := t.layout
	if in.Memory == nil {
		return "mem", ""
	}
	word := t.r.block.Items[item].Word
	if at, ok := in.Literal(word, args, t.r.addrs[item]); ok {
		return fmt.Sprintf("mem at %#x", at), ""
	}
	addr, ok := in.Address(word, args, func(class, num int) (uint64, bool) {
		v := t.register(register(class, num), item)
		return number(v, l.Order), v != nil
	})
	if !ok {
		return "mem", ""
	}
	addr &= ^uint64(0) >> (64 - 8*l.AddrBytes)
	size := in.Access(word, args).Size
	place = fmt.Sprintf("mem at %#x", addr)
	off := addr - l.Memory.Addr
	if addr < l.Memory.Addr || off+uint64(size) > uint64(l.Memory.Bytes()) {
		return place, ""
	}
	first, last := int(off)/l.Memory.Size, (int(off)+size-1)/l.Memory.Size
	held := t.bytes(window(first), item)
	if first != last || held == nil {
		return place, ""
	}
	at := int(off) % l.Memory.Size
	return place, hexBytes(held[at : at+size])
}
