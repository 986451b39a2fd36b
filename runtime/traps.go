package runtime

import (
	"bytes"
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// Blocks with traps. What the manuals say of an exception that is enabled, and what is held against it:
//
//   - It is taken where its cause bit would be set, and nowhere else: a cause bit that stands beside its enable bit
//     at a checkpoint is a trap that was not taken, and a fault of an instruction that has no exception enabled is
//     one that it does not declare.
//   - The instruction does nothing but set cause bits. Its outputs, the flags of the state among them, are as
//     they were. But where it writes cause or enable bits by itself, that is done first.
//   - Cause bits are those of the trapped instruction when the handler runs on an emulator of user mode; a kernel clears them
//     first. Where that is all that differs it is counted by itself.

// trapped is the state whose exception an instruction under test took, or -1: the fault was none.
func (c *comparer) trapped(p *plan, item int, h *arch.RecordHeader) int {
	if !p.block.Traps || h.Kind != arch.RecordFault {
		return -1
	}
	s := c.layout.TrapState(c.insn(p, item))
	if s < 0 || c.layout.Signals[c.layout.States[s].Exceptions.Signal] != h.Signal {
		return -1
	}
	return s
}

func (c *comparer) insn(p *plan, item int) *constraints.Insn {
	return c.prog.Machine.Set().Insns[p.block.Items[item].Insn]
}

// checkTrap holds a side that took an exception to what is said above. It reports false where none was enabled:
// the fault must then be one that the instruction declares.
func (c *comparer) checkTrap(which string, r *pairing, o *outcome) bool {
	s := c.trapped(r.plan, o.stop, &o.header)
	if s < 0 {
		return false
	}
	e, now := &c.layout.States[s].Exceptions, c.stateValue(s, o.payload)
	if (now|c.prog.Machine.InitialState(r.block, s, r.number, r.input))&e.Enables == 0 {
		return false
	}
	c.traps.seen(c, which, r, o, e.Raised(now) != 0)
	if !c.insn(r.plan, o.stop).WritesTraps() {
		c.checkIntact(which, r, o)
	}
	return true
}

// checkIntact reports outputs of a trapped instruction that changed. A register that glue gave a value is not
// looked at.
func (c *comparer) checkIntact(which string, r *pairing, o *outcome) {
	for i := range r.results {
		res := &r.results[i]
		if res.Item != o.stop || res.Operand < 0 || r.glue.has(res.Wrote) || c.intact(r, o, res.Wrote) {
			continue
		}
		in := c.insn(r.plan, o.stop)
		name := in.Operands[res.Operand].Name
		key := findingKey{kind: FindingTrapped, target: which, pattern: int32(in.Index), signal: uint32(res.Operand)}
		f, isNew := c.find(key, Finding{
			Kind: FindingTrapped, Target: which, Place: name, Block: r.index, Round: r.number, Candidates: []string{in.Name()},
		})
		if f != nil && isNew {
			w := c.where(r, o.stop)
			f.Text = fmt.Sprintf("%s raised %s %s and changed its output %s all the same: %s at %s, first in block %d round %d",
				in.Name(), c.signal(o.header.Signal), onTarget(which), name, w.Disassembly, w.Address, r.index, r.number)
		}
	}
}

// intact reports whether a place is as it was when the round began, but for cause bits.
func (c *comparer) intact(r *pairing, o *outcome, p arch.Place) bool {
	if p.Kind != arch.StatePlace {
		return c.holds(r.block, p, r.number, r.input, o.payload)
	}
	changed := c.stateValue(int(p.Num), o.payload) ^ c.prog.Machine.InitialState(r.block, int(p.Num), r.number, r.input)
	return changed&^c.layout.States[p.Num].Exceptions.Causes == 0
}

// checkNoTrap looks at a checkpoint of a block with traps for an exception that was to be taken.
func (c *comparer) checkNoTrap(which string, p *plan, round uint32, payload []byte) {
	for s := range c.layout.States {
		st := &c.layout.States[s]
		raised := st.Exceptions.Raised(c.stateValue(s, payload))
		if raised == 0 {
			continue
		}
		names := c.names(p, len(p.block.Items), false)
		f, isNew := c.find(findingKey{kind: FindingNoTrap, target: which, place: state(s), pattern: p.firstInsn()}, Finding{
			Kind: FindingNoTrap, Target: which, Place: st.Name, Block: p.index, Round: round, Candidates: names,
		})
		if f != nil && isNew {
			f.Text = fmt.Sprintf("%s has cause bits %#x set and enabled %s, but no %s was raised: first in block %d round %d; %s",
				st.Name, raised, onTarget(which), st.Exceptions.Signal, p.index, round, candidates(names))
		}
	}
}

// firstInsn is the pattern of the first instruction under test: the only one in a block with traps.
func (p *plan) firstInsn() int32 {
	for i := range p.block.Items {
		if p.block.Items[i].Kind == arch.Test {
			return p.block.Items[i].Insn
		}
	}
	return -1
}

// trapLog follows traps of a run: whether a side clears cause bits before its handler runs can be told from all of
// them together alone.
type trapLog struct {
	kept    map[string]bool // by target: a cause bit stood beside its enable bit
	cleared []*clearedTrap  // traps in which none did: one for each pattern and target
	index   map[findingKey]*clearedTrap
}

// clearedTrap is a finding if its side is seen to leave cause bits alone elsewhere: the trap had no cause.
type clearedTrap struct {
	key     findingKey
	finding Finding
}

// seen notes a trap, and whether it shows why it was taken.
func (l *trapLog) seen(c *comparer, which string, r *pairing, o *outcome, shown bool) {
	if l.index == nil {
		l.kept, l.index = map[string]bool{}, map[findingKey]*clearedTrap{}
	}
	if shown {
		l.kept[which] = true
		return
	}
	in := c.insn(r.plan, o.stop)
	key := findingKey{kind: FindingFault, target: which, pattern: int32(in.Index), signal: o.header.Signal}
	t := l.index[key]
	if t == nil {
		w := c.where(r, o.stop)
		t = &clearedTrap{key, Finding{
			Kind: FindingFault, Target: which, Block: r.index, Round: r.number, Candidates: []string{in.Name()},
			Text: fmt.Sprintf("%s raised %s %s although none of the exceptions that it signalled was enabled: %s at %s, first in block %d round %d",
				in.Name(), c.signal(o.header.Signal), onTarget(which), w.Disassembly, w.Address, r.index, r.number),
		}}
		l.index[key], l.cleared = t, append(l.cleared, t)
	}
	t.finding.Count++
}

// finish reports the traps without a cause.
func (l *trapLog) finish(c *comparer) {
	for _, t := range l.cleared {
		target := t.key.target
		kept := l.kept[target] || l.kept[bothSides] || target == bothSides && (l.kept[roleMaster] || l.kept[roleApprentice])
		if !kept {
			continue
		}
		n := t.finding.Count
		t.finding.Count = 0
		if f, _ := c.find(t.key, t.finding); f != nil {
			f.Count += n - 1
		}
	}
}

// onlyCauses reports whether both sides took the same trap, and all that differs is that one of them has
// cleared cause bits.
func (c *comparer) onlyCauses(r *pairing) bool {
	if !r.same() || r.sides[0].stray || r.sides[1].stray {
		return false
	}
	s := c.trapped(r.plan, r.limit, &r.sides[0].header)
	if s < 0 {
		return false
	}
	m, a := r.sides[0].payload, r.sides[1].payload
	at, n := c.layout.Span(state(s))
	e, x, y := &c.layout.States[s].Exceptions, c.stateValue(s, m), c.stateValue(s, a)
	return bytes.Equal(m[:at], a[:at]) && bytes.Equal(m[at+n:], a[at+n:]) && (e.ClearedFrom(x, y) || e.ClearedFrom(y, x))
}

// causeDifference enters a trap after which one side has cleared cause bits. There is one entry for each state: what
// a side does here it does after every trap.
func (c *comparer) causeDifference(r *pairing) {
	c.report.CauseDiffers++
	s := c.trapped(r.plan, r.limit, &r.sides[0].header)
	d := c.groups.causes[s]
	if d == nil {
		v := c.place(r, "", state(s))[0]
		d = &CauseDifference{State: v.Place, Master: v.Master, Apprentice: v.Apprentice, Where: c.where(r, r.limit)}
		c.groups.causes[s] = d
		c.report.CauseList = append(c.report.CauseList, d)
	}
	d.Count++
}
