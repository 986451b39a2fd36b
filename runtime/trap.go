package runtime

import (
	"bytes"
	"fmt"
	"math/bits"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// trap is the item of a block that must fault, if it is reached.
type trap struct {
	item  int // -1: there is none
	guard int // the item that runs only if the other did not fault; -1: whatever follows does
	must  constraints.Must
}

// findTrap looks for what must fault. Such an instruction ends its block.
func findTrap(p *arch.Program, b *arch.Block) trap {
	t := trap{item: -1, guard: -1}
	for i := range b.Items {
		switch it := &b.Items[i]; it.Kind {
		case arch.Reserved:
			t.item, t.must = i, max(p.Machine.Set().Insns[it.Insn].Must, constraints.AlwaysFaults)
		case arch.Test:
			if must := p.Machine.Set().Insns[it.Insn].Must; must != constraints.MayRun {
				t.item, t.must = i, must
			}
		case arch.Misaligned:
			t.item, t.must = i, constraints.UnlessEmulated
			if in := p.Machine.Set().Insns[it.Insn]; in.Linked != nil || in.Links {
				t.must = constraints.AlwaysFaults // no system can make a load and a store one
			}
		case arch.Guard:
			t.guard = i
		}
	}
	return t
}

// declares reports whether a signal is a legitimate result of an item under test.
func (c *comparer) declares(p *plan, item int, signal string) bool {
	it := &p.block.Items[item]
	in := c.prog.Machine.Set().Insns[it.Insn]
	switch {
	case it.Kind == arch.Reserved && in.Must == constraints.MayRun:
		return signal == c.layout.ReservedFault
	case it.Kind == arch.Misaligned && signal == c.layout.AlignFault:
		return true
	}
	return in.HasFault(signal)
}

// ran reports whether the item that must fault came to its end on a side.
func (c *comparer) ran(r *pairing, o *outcome) bool {
	t := &r.trap
	switch {
	case t.item < 0:
		return false
	case o.faulted() && o.stop == t.item && !o.stray && c.emulatedFault(r, o):
		return true
	case o.faulted() && o.stop <= t.item && !o.stray:
		return false
	case t.guard < 0 || o.stray:
		return true
	}
	return c.guardRan(r, o)
}

// guardRan reports whether the guard's register holds what the guard makes of it. An instruction that writes registers which it
// does not declare may have written that one: then it is told as such.
func (c *comparer) guardRan(r *pairing, o *outcome) bool {
	g := &r.block.Items[r.trap.guard]
	place := register(int(g.Class), int(g.Reg))
	at, n := c.layout.Span(place)
	before, after := initial(c.layout, place, r.input), o.payload[at:at+n]
	if m, ok := c.prog.Machine.(arch.Guarder); ok {
		return m.Guarded(number(before, c.layout.Order), number(after, c.layout.Order))
	}
	return !bytes.Equal(after, before)
}

// emulatedFault reports whether a fault is that of an access which a system tried to do for an instruction that the CPU
// lacks.
func (c *comparer) emulatedFault(r *pairing, o *outcome) bool {
	it, signal := &r.block.Items[r.trap.item], c.signal(o.header.Signal)
	return r.trap.must == constraints.UnlessEmulated && it.Kind == arch.Reserved &&
		signal != c.layout.ReservedFault && c.prog.Machine.Set().Insns[it.Insn].HasFault(signal)
}

// trapRan deals with a round in which what must fault did not, on one side or both. It reports whether that is all
// that can be said of the round: what such a word does to registers is nobody's result. A side on which it faulted is held to
// what it declares all the same.
func (c *comparer) trapRan(r *pairing) bool {
	if r.trap.item >= 0 && (r.sides[0].stray || r.sides[1].stray) && c.leadsNowhere(r) {
		return false // control was lost by another fault
	}
	ran := [2]bool{c.ran(r, &r.sides[0]), c.ran(r, &r.sides[1])}
	if !ran[0] && !ran[1] {
		return false
	}
	it := &r.block.Items[r.trap.item]
	in := c.prog.Machine.Set().Insns[it.Insn]
	if r.trap.must == constraints.UnlessEmulated {
		c.report.Emulated[in.Name()]++
		switch {
		case it.Kind == arch.Reserved:
			if r.sides[0].stray || r.sides[1].stray {
				c.report.EmulatedLeft++
			}
			c.checkRefused(r, ran)
		case ran[0] == ran[1]:
			return false // both did an access: its results are comparable
		default:
			c.checkRoles(r, false)
		}
		c.beforeTrap(r)
		return true
	}
	c.ranFinding(r, ran, in)
	c.checkRefused(r, ran)
	switch {
	case c.beforeTrap(r):
	case !r.same():
		c.report.Mismatches++
		c.groups.fault(c, r)
	case !bytes.Equal(r.sides[0].payload, r.sides[1].payload):
		c.report.Mismatches++
		c.groups.result(c, r, r.trap.item, nil)
	}
	return true
}

// checkRefused is checkRoles for a side on which what must fault did so, where the other ran it.
func (c *comparer) checkRefused(r *pairing, ran [2]bool) {
	for i, which := range []string{roleMaster, roleApprentice} {
		if !ran[i] && !r.sides[i].stray {
			c.checkSide(which, r, &r.sides[i])
		}
	}
}

// leadsNowhere reports whether what must fault cannot be why control was lost, done or not: an access is no branch; and a branch in
// a forbidden slot goes to the guard behind it, and is reached only if the branch before it did what it must.
func (c *comparer) leadsNowhere(r *pairing) bool {
	return r.trap.guard >= 0 || r.block.Items[r.trap.item].Kind == arch.Misaligned
}

// beforeTrap compares what stands before an instruction that one side did not run: the results there, and whether a side
// faulted there. It reports whether something differs.
func (c *comparer) beforeTrap(r *pairing) bool {
	defer func(limit int) { r.limit = limit }(r.limit)
	r.limit = min(r.limit, r.trap.item)
	item := c.earliest(r)
	switch {
	case item >= 0:
		c.report.Mismatches++
		c.groups.result(c, r, item, nil)
	case r.limit < r.trap.item && !r.same():
		c.report.Mismatches++
		c.groups.fault(c, r)
	default:
		return false
	}
	return true
}

// ranFinding reports that what must fault ran.
func (c *comparer) ranFinding(r *pairing, ran [2]bool, in *constraints.Insn) {
	target := bothSides
	if !ran[1] {
		target = roleMaster
	} else if !ran[0] {
		target = roleApprentice
	}
	opcode := opcodeOf(in, &r.block.Items[r.trap.item])
	key := findingKey{kind: FindingRan, target: target, pattern: int32(in.Index), opcode: opcode, detail: c.detail(r.plan, r.trap.item)}
	f, isNew := c.find(key, Finding{
		Kind: FindingRan, Target: target, Place: opcode, Block: r.index, Round: r.number, Candidates: []string{in.Name()}, detail: key.detail,
	})
	if f == nil || !isNew {
		return
	}
	w := c.where(r, r.trap.item)
	name := in.Name()
	if opcode != "" {
		name += " " + opcode
	}
	if r.trap.guard >= 0 {
		name += " in the forbidden slot of " + c.prog.Machine.Set().Insns[r.block.Items[r.trap.item-1].Insn].Name()
	}
	f.Text = fmt.Sprintf("the word %s (%s, %s) must fault, but ran %s: %s at %s, first in block %d round %d",
		w.WordText(), name, w.Source, onTarget(target), w.Disassembly, w.Address, r.index, r.number)
}

// maxOpcodeBits bounds the fields that tell opcodes apart: more bits are operands.
const maxOpcodeBits = 8

// opcodeOf writes the fields of a table's word that tell opcodes apart: "fmt=1 fn=31". It is empty for an
// instruction's own word.
func opcodeOf(in *constraints.Insn, it *arch.Item) string {
	if in.Must == constraints.MayRun {
		return ""
	}
	args := in.Pattern.Extract(it.Word, nil)
	var parts []string
	for _, i := range arch.OpcodeArgs(in) {
		if bits.OnesCount64(in.Pattern.FieldBits(i)) <= maxOpcodeBits {
			parts = append(parts, fmt.Sprintf("%s=%d", in.Pattern.Args[i].Name, args[i]))
		}
	}
	return strings.Join(parts, " ")
}

// reservedWords counts the words of a program that must raise the fault for reserved instructions.
func reservedWords(p *arch.Program) int {
	n := 0
	for b := range p.Blocks {
		for i := range p.Blocks[b].Items {
			if p.Blocks[b].Items[i].Kind == arch.Reserved {
				n++
			}
		}
	}
	return n
}
