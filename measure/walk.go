package measure

import (
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/semantics"
	"github.com/risugen/risugen/constraints"
)

// maxOperands bounds the operands of an instruction.
const maxOperands = 24

// walker executes programs by right models, and a wrong one beside them.
type walker struct {
	planner
	layout *arch.Layout
	wrong  semantics.Func // nil: none

	window  []byte              // of the round
	block   *arch.Block         // of the round
	round   uint32              // its number
	regs    [][]semantics.Value // by class and number, where loaded
	loaded  []uint64            // by class: registers whose value is in regs
	states  []uint64            // where have says so
	have    uint64              // states whose value is in states
	faulted bool                // the round ended with a fault

	in, out, bad [maxOperands]semantics.Value
	good, ill    semantics.Exec // of the two models
}

// newWalker makes a walker that looks for a mistake; nil: it follows all that there is.
func newWalker(p *arch.Program, right map[string]semantics.Func, m *semantics.Mistake) *walker {
	l := p.Machine.Layout()
	w := &walker{planner: planner{prog: p, right: right}, layout: l, loaded: make([]uint64, len(l.Classes)), states: make([]uint64, len(l.States))}
	for i := range l.Classes {
		w.regs = append(w.regs, make([]semantics.Value, l.Classes[i].Count))
	}
	if w.whole = m == nil; !w.whole {
		w.where, w.wrong = m.Where, m.Wrong
	}
	return w
}

// find walks the program until the mistake shows. It returns how many executions of words that it concerns that took, the
// one that shows it included, but no more than a limit.
func (w *walker) find(limit int) (executions int, found bool, err error) {
	for i := range w.prog.Blocks {
		b := &w.prog.Blocks[i]
		steps, err := w.plan(b)
		if err != nil {
			return executions, false, err
		}
		if !slices.ContainsFunc(steps, func(s step) bool { return s.concerns }) {
			continue
		}
		for round := range uint32(w.prog.Rounds) {
			n, differs := w.run(b, steps, round, limit-executions)
			executions += n
			if differs || executions >= limit {
				return executions, differs, nil
			}
		}
	}
	return executions, false, nil
}

// run executes a round. It stops at the first difference, or after a number of executions that the mistake concerns.
func (w *walker) run(b *arch.Block, steps []step, round uint32, limit int) (executions int, differs bool) {
	w.begin(b, round)
	for i := range steps {
		s := &steps[i]
		if !s.needed {
			continue
		}
		switch s.kind {
		case arch.Save:
			w.set(s.class, s.reg, semantics.V(w.state(int(s.state))))
		case arch.Reset:
			w.reset(int(s.state))
		case arch.Test, arch.Prepare, arch.Discard:
			if s.concerns && executions >= limit {
				return executions, false
			}
			differs = w.execute(s)
			executions += int(semantics.Bool(s.concerns))
			if differs || w.faulted {
				return executions, differs
			}
		}
	}
	return executions, false
}

// begin starts a round.
func (w *walker) begin(b *arch.Block, round uint32) {
	w.block, w.round, w.window = b, round, w.prog.PoolWindow(b, round)
	clear(w.loaded)
	w.have, w.faulted = 0, false
}

// execute runs a word and reports whether the wrong model makes something else of it.
func (w *walker) execute(s *step) (differs bool) {
	w.gather(s)
	right, wrong := &w.good, &w.ill
	w.prepare(right, &w.out, s)
	s.right(right)
	if s.concerns && w.wrong != nil {
		w.prepare(wrong, &w.bad, s)
		w.wrong(wrong)
		differs = wrong.Fault != right.Fault || !right.Fault && w.outputsDiffer(s, right.Skip, wrong.Skip)
	}
	w.faulted = right.Fault
	if !right.Fault && !right.Skip {
		w.write(s)
	}
	return differs
}

// prepare makes an execution whose outputs are in an array.
func (w *walker) prepare(x *semantics.Exec, out *[maxOperands]semantics.Value, s *step) {
	n := s.operands
	copy(out[:n], w.in[:n])
	x.Args, x.In, x.Out, x.PC, x.Fault, x.Skip = s.args, w.in[:n], out[:n], s.addr, false, false
}

// gather reads the operands.
func (w *walker) gather(s *step) {
	clear(w.in[:s.operands])
	for i := range s.uses {
		u := &s.uses[i]
		switch {
		case !u.Role.Reads():
		case u.Kind == constraints.UseState:
			w.in[u.Operand].Lo = w.state(int(u.Num))
		case u.high:
			w.in[u.Operand].Hi = w.get(u.Class, u.Num).Lo
		default:
			w.in[u.Operand] = w.get(u.Class, u.Num)
		}
	}
}

// outputsDiffer compares what both models write. One that skips its word leaves the operands as they were.
func (w *walker) outputsDiffer(s *step, rightSkips, wrongSkips bool) bool {
	if rightSkips && wrongSkips {
		return false
	}
	for i := range s.uses {
		u := &s.uses[i]
		if !u.Role.Writes() || u.undefined {
			continue
		}
		a, b := w.output(u, &w.out, rightSkips), w.output(u, &w.bad, wrongSkips)
		if a != b {
			return true
		}
	}
	return false
}

// output is what a model leaves in an output's place, as wide as that is.
func (w *walker) output(u *use, out *[maxOperands]semantics.Value, skips bool) semantics.Value {
	switch {
	case u.Kind == constraints.UseState && skips:
		return semantics.V(w.state(int(u.Num)))
	case u.Kind == constraints.UseState:
		return semantics.V(out[u.Operand].Lo & semantics.Mask(8*w.layout.States[u.Num].Bytes))
	case skips:
		return w.get(u.Class, u.Num)
	}
	return w.narrow(u, out[u.Operand])
}

// narrow is the part of an operand's value that a register holds.
func (w *walker) narrow(u *use, v semantics.Value) semantics.Value {
	c := &w.layout.Classes[u.Class]
	switch {
	case c.Zero>>u.Num&1 != 0:
		return semantics.Value{}
	case u.high:
		return semantics.V(v.Hi)
	case c.Bytes < 16:
		return semantics.V(v.Lo & semantics.Mask(8*c.Bytes))
	}
	return v
}

// write gives the outputs their values.
func (w *walker) write(s *step) {
	for i := range s.uses {
		u := &s.uses[i]
		switch {
		case !u.Role.Writes():
		case u.Kind == constraints.UseState:
			w.states[u.Num] = w.out[u.Operand].Lo & semantics.Mask(8*w.layout.States[u.Num].Bytes)
			w.have |= 1 << u.Num
		default:
			w.set(u.Class, u.Num, w.narrow(u, w.out[u.Operand]))
		}
	}
}
