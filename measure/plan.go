package measure

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/semantics"
	"github.com/risugen/risugen/constraints"
)

// step is an item of a block as a walk needs it: once for all rounds.
type step struct {
	kind     arch.Kind
	class    uint8 // Save: the register, and the state
	reg      uint8
	state    uint8
	addr     uint64
	args     []int64
	uses     []use
	operands int
	right    semantics.Func
	concerns bool // the word is one that the mistake is in
	needed   bool // it concerns, may fault, or makes what a step that is needed reads
}

// use is a register or a state of a step.
type use struct {
	constraints.Use
	high      bool // the second register of an operand: the upper half of its value
	undefined bool // its value is not defined afterwards
}

// planner makes the steps of blocks; their memory is used again.
type planner struct {
	prog  *arch.Program
	right map[string]semantics.Func
	where func([]int64) bool // which words are concerned; nil: all
	whole bool               // every step is needed

	steps []step
	uses  []constraints.Use

	registers []uint64 // scratch of demand: by class, those that are read further down
	states    uint64
}

// plan makes the steps of a block. They replace those before.
func (p *planner) plan(b *arch.Block) ([]step, error) {
	set := p.prog.Machine.Set()
	p.steps = p.steps[:0]
	addr := b.Addr
	for i := range b.Items {
		it := &b.Items[i]
		s := p.add()
		s.addr = addr
		addr += uint64(it.Size)
		s.kind, s.class, s.reg, s.state = it.Kind, it.Class, it.Reg, it.State
		switch it.Kind {
		case arch.Test:
			if err := p.word(s, set.Insns[it.Insn], it.Word); err != nil {
				return nil, err
			}
			s.concerns = p.where == nil || p.where(s.args)
			s.needed = s.concerns || set.Insns[it.Insn].MayFault()
		case arch.Prepare, arch.Discard:
			in := set.Decode(it.Word)
			if in == nil {
				return nil, fmt.Errorf("%s: the machine's set has no such word: %#x", it.Kind, it.Word)
			}
			if err := p.word(s, in, it.Word); err != nil {
				return nil, fmt.Errorf("%s: %w", it.Kind, err)
			}
		case arch.Save, arch.Reset, arch.Space:
		default:
			return nil, fmt.Errorf("a walk cannot follow an item of the kind %s", it.Kind)
		}
	}
	p.demand()
	return p.steps, nil
}

// demand finds the steps that are needed.
func (p *planner) demand() {
	p.registers = append(p.registers[:0], make([]uint64, len(p.prog.Machine.Layout().Classes))...)
	p.states = 0
	for i := len(p.steps) - 1; i >= 0; i-- {
		s := &p.steps[i]
		switch s.kind {
		case arch.Save:
			if s.needed = p.whole || p.registers[s.class]>>s.reg&1 != 0; s.needed {
				p.states |= 1 << s.state
			}
		case arch.Reset:
			s.needed = true
		case arch.Test, arch.Prepare, arch.Discard:
			p.demandOf(s)
		}
	}
}

// demandOf decides on an instruction, and notes what it reads.
func (p *planner) demandOf(s *step) {
	s.needed = s.needed || p.whole
	for i := range s.uses {
		u := &s.uses[i]
		if u.Role.Writes() && (u.Kind == constraints.UseState && p.states>>u.Num&1 != 0 ||
			u.Kind == constraints.UseRegister && p.registers[u.Class]>>u.Num&1 != 0) {
			s.needed = true
		}
	}
	for i := range s.uses {
		u := &s.uses[i]
		switch {
		case !s.needed || !u.Role.Reads():
		case u.Kind == constraints.UseState:
			p.states |= 1 << u.Num
		default:
			p.registers[u.Class] |= 1 << u.Num
		}
	}
}

// add appends a step whose slices are those of one that was there before.
func (p *planner) add() *step {
	if n := len(p.steps); n < cap(p.steps) {
		p.steps = p.steps[:n+1]
		s := &p.steps[n]
		*s = step{args: s.args[:0], uses: s.uses[:0]}
		return s
	}
	p.steps = append(p.steps, step{})
	return &p.steps[len(p.steps)-1]
}

// word says what an instruction uses and does.
func (p *planner) word(s *step, in *constraints.Insn, word uint64) error {
	if s.right = p.right[in.Name()]; s.right == nil {
		return fmt.Errorf("there is no right model of %s", in.Name())
	}
	s.args = in.Pattern.Extract(word, s.args)
	s.operands = len(in.Operands)
	p.uses = in.Uses(p.uses[:0], word, s.args)
	for i, u := range p.uses {
		if u.Kind == constraints.UseMemory {
			return fmt.Errorf("%s accesses memory, which a walk does not follow", in.Name())
		}
		s.uses = append(s.uses, use{
			Use: u, high: i > 0 && p.uses[i-1].Operand == u.Operand,
			undefined: u.Role.Writes() && in.AnyUndefined() && in.Undefined(u.Operand, word, s.args),
		})
	}
	return nil
}
