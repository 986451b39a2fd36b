package runtime

import (
	"bytes"
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// where describes an instruction under test or, for item -1, the block.
func (c *comparer) where(r *pairing, item int) Where {
	if item < 0 {
		return Where{Block: r.index, Round: r.number, Item: -1, Address: Hex(r.block.Addr)}
	}
	it := &r.block.Items[item]
	in := c.prog.Machine.Set().Insns[it.Insn]
	w := Where{
		Pattern: in.Name(), Source: Source(in),
		Block: r.index, Round: r.number, Item: item, Address: Hex(r.addrs[item]), Word: Hex(it.Word), Width: in.Pattern.Width,
		Disassembly: in.Disassemble(it.Word, r.addrs[item]),
	}
	for i, v := range in.Pattern.Extract(it.Word, nil) {
		w.Arguments = append(w.Arguments, Argument{in.Pattern.Args[i].Name, v, Hex(in.Pattern.FieldBits(i))})
	}
	return w
}

// WordText is the word with all of its digits.
func (w *Where) WordText() string { return wordText(uint64(w.Word), w.Width) }

// wordText writes a word of a width in bits.
func wordText(word uint64, width int) string {
	return fmt.Sprintf("0x%0*x", min(max(0, width/4), 16), word)
}

// mismatch describes a difference that is attributed to an item.
func (c *comparer) mismatch(r *pairing, kind string, item int) *Mismatch {
	m := &Mismatch{Kind: kind, Where: c.where(r, item)}
	if item >= 0 {
		m.Inputs = c.inputs(r, item)
	}
	if item >= 0 && kind != KindStray {
		m.Outputs = c.outputs(r, item)
	}
	if r.same() && kind != KindStray {
		m.Outputs = append(m.Outputs, c.unowned(r)...)
	}
	m.Master, m.Apprentice = c.fault(&r.sides[0]), c.fault(&r.sides[1])
	return m
}

func (c *comparer) fault(o *outcome) *Fault {
	if !o.faulted() {
		return nil
	}
	return &Fault{c.signal(o.header.Signal), int32(o.header.Code), Hex(o.header.PC)}
}

// outputs lists an instruction's results, those that are equal too; of memory only the bytes that differ.
// An instruction that did not come to its end on both sides has none.
func (c *comparer) outputs(r *pairing, item int) []Difference {
	var out []Difference
	for i := range r.results {
		res := &r.results[i]
		if res.Item != item || r.since[i] >= r.limit && (!r.same() || !c.differs(r, res.Place)) {
			continue
		}
		name := "branch"
		if res.Operand >= 0 {
			name = c.prog.Machine.Set().Insns[r.block.Items[item].Insn].Operands[res.Operand].Name
		}
		d := c.place(r, name, res.Place)
		if at := r.since[i]; at > item && res.Operand >= 0 && len(d) > 0 {
			d[0].Via = c.prog.Machine.Disassemble(r.block.Items[at].Word, r.addrs[at])
		}
		out = append(out, d...)
	}
	return out
}

// unowned lists places that differ and belong to no instruction that ran.
func (c *comparer) unowned(r *pairing) []Difference {
	const most = 8
	owned := c.ownedPlaces(r)
	var out []Difference
	eachPlace(c.layout, r.block, func(p arch.Place) {
		if !owned.has(p) && len(out) < most && c.differs(r, p) {
			out = append(out, c.place(r, "", p)...)
		}
	})
	if len(out) == 0 && len(r.results) == 0 || c.onlyPadding(r) {
		out = append(out, c.padding(r))
	}
	return out
}

// onlyPadding reports whether no place differs: the difference is in bytes that belong to nothing.
func (c *comparer) onlyPadding(r *pairing) bool {
	found := false
	eachPlace(c.layout, r.block, func(p arch.Place) { found = found || c.differs(r, p) })
	return !found
}

// padding shows the first byte that differs.
func (c *comparer) padding(r *pairing) Difference {
	m, a := r.sides[0].payload, r.sides[1].payload
	i := 0
	for i < len(m)-1 && m[i] == a[i] {
		i++
	}
	return Difference{Place: fmt.Sprintf("byte %d of the record", i), Master: hexBytes(m[i : i+1]), Apprentice: hexBytes(a[i : i+1])}
}

// place shows a place of both records; of memory only the stretch that differs.
func (c *comparer) place(r *pairing, operand string, p arch.Place) []Difference {
	at, n := c.layout.Span(p)
	m, a := r.sides[0].payload[at:at+n], r.sides[1].payload[at:at+n]
	d := Difference{Operand: operand, Place: c.layout.PlaceName(p)}
	if p.Kind != arch.MemoryPlace {
		d.Master, d.Apprentice = hexValue(m, c.layout.Order), hexValue(a, c.layout.Order)
		return []Difference{d}
	}
	if bytes.Equal(m, a) {
		return nil
	}
	first, last := differing(m, a)
	first, last = first&^7, min(last|7, n-1)
	d.Place = fmt.Sprintf("%s at %#x", d.Place, c.layout.Memory.Addr+uint64(int(p.Num)*c.layout.Memory.Size+first))
	d.Master, d.Apprentice = hexBytes(m[first:last+1]), hexBytes(a[first:last+1])
	return []Difference{d}
}

// differing returns the first and the last index at which two byte strings of one length differ.
func differing(a, b []byte) (first, last int) {
	first = -1
	for i := range a {
		if a[i] != b[i] {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return max(first, 0), last
}

// inputs lists what an instruction read.
func (c *comparer) inputs(r *pairing, item int) []Value {
	it := &r.block.Items[item]
	in := c.prog.Machine.Set().Insns[it.Insn]
	args := in.Pattern.Extract(it.Word, nil)
	tr := newTracer(c, r)
	var out []Value
	for _, u := range in.Uses(nil, it.Word, args) {
		if !u.Role.Reads() {
			continue
		}
		v := Value{Operand: in.Operands[u.Operand].Name}
		switch u.Kind {
		case constraints.UseMemory:
			v.Place, v.Value = tr.memory(in, item, args)
		case constraints.UseState:
			v.Place, v.Value = c.layout.PlaceName(state(int(u.Num))), tr.state(int(u.Num), item)
		default:
			p := register(int(u.Class), int(u.Num))
			v.Place, v.Value = c.layout.PlaceName(p), hexOrEmpty(tr.register(p, item), c.layout.Order)
		}
		out = append(out, v)
	}
	return out
}
