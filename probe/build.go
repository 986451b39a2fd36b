package probe

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// MaxBatch is how many cases an image holds.
const MaxBatch = 1024

// Batch is cases that are blocks of one image.
type Batch struct {
	Cases []*Case
	Image *runtime.Image
	p     *Prober
	tool  string
}

// Build makes an image of at most MaxBatch cases. The error joins a *CaseError for each that cannot be run.
// tool is the version of what makes the image.
func (p *Prober) Build(cases []*Case, tool string) (*Batch, error) {
	return p.build(cases, tool, false)
}

// build is Build; flush has the record of each case written at once.
func (p *Prober) build(cases []*Case, tool string, flush bool) (*Batch, error) {
	if len(cases) == 0 || len(cases) > MaxBatch {
		return nil, fmt.Errorf("an image holds 1 to %d cases, not %d", MaxBatch, len(cases))
	}
	begin, err := p.prepare(cases)
	if err != nil {
		return nil, err
	}
	prog, err := p.program(cases, begin)
	if err != nil {
		return nil, err
	}
	for i := range prog.Blocks {
		prog.Blocks[i].Flush = prog.Blocks[i].Flush || flush
	}
	b := &Batch{Cases: cases, p: p, tool: tool}
	if err := p.fill(prog, cases, begin); err != nil {
		return nil, err
	}
	b.Image, err = runtime.Build(prog, tool)
	return b, err
}

// prepare checks cases and finds how their rounds begin.
func (p *Prober) prepare(cases []*Case) ([]beginning, error) {
	var errs []error
	out := make([]beginning, len(cases))
	for i, c := range cases {
		var err error
		if out[i], err = p.prepareCase(c); err != nil {
			errs = append(errs, &CaseError{c, err})
		}
	}
	return out, errors.Join(errs...)
}

func (p *Prober) prepareCase(c *Case) (beginning, error) {
	for _, step := range []func(*Case) error{p.check, p.defaults, p.addresses} {
		if err := step(c); err != nil {
			return beginning{}, err
		}
	}
	begin, err := p.states.begin(p.wanted(c))
	if err == nil {
		err = p.limits(c, begin.traps)
	}
	return begin, err
}

// wanted is the states that a case gives values.
func (p *Prober) wanted(c *Case) map[int]uint64 {
	out := map[int]uint64{}
	for place := range c.In.cells {
		if place.Kind == arch.StatePlace {
			out[int(place.Num)] = c.In.number(place)
		}
	}
	return out
}

// program makes the blocks.
func (p *Prober) program(cases []*Case, begin []beginning) (*arch.Program, error) {
	var words []arch.Given
	longest, offset := 1, uint64(0)
	owner := map[uint64]*Case{}
	for _, c := range cases {
		part := &arch.Case{Keep: p.keep(c), Force: p.force}
		longest = max(longest, len(c.Words))
		for _, w := range c.Words {
			w.Offset, w.Case = offset, part
			owner[offset] = c
			offset += uint64(w.Size)
			words = append(words, w)
		}
		offset++ // no two cases stand side by side
	}
	prog, refused, err := arch.GenerateGiven(p.m, arch.Options{
		Seed: 1, BlockLen: longest, Rounds: 1, Pool: smallPool,
	}, words)
	if refused.Total() > 0 {
		return nil, p.refusals(&refused, owner)
	}
	if err != nil {
		return nil, err
	}
	return prog, p.match(prog, cases)
}

// keep is the address registers that a case names among its inputs or outputs.
func (p *Prober) keep(c *Case) (m uint64) {
	for _, v := range []*Values{&c.In, &c.Out} {
		for place := range v.cells {
			if place.Kind == arch.RegisterPlace && int(place.Class) == p.l.AddrClass {
				m |= 1 << place.Num
			}
		}
	}
	return m &^ p.l.Classes[p.l.AddrClass].Zero
}

// refusals makes errors of words that cannot be run.
func (p *Prober) refusals(refused *arch.Refusals, owner map[uint64]*Case) error {
	var errs []error
	for _, r := range refused.First {
		text := fmt.Sprintf("word 0x%0*x", 2*int(r.Size), r.Word)
		if in := p.decode(r.Word); in != nil {
			text += fmt.Sprintf(" (%s, %s)", in.Name(), in.Pattern.Pos)
		}
		why := r.Why
		if r.Kind == arch.NotDefined || r.Kind == arch.NotDecoded && !p.force {
			why += "; --force runs it where that is safe"
		}
		for _, n := range owner[r.Offset].notes {
			why += " (" + n + ")"
		}
		errs = append(errs, &CaseError{owner[r.Offset], fmt.Errorf("%s: %s", text, why)})
	}
	if n := refused.Total() - len(refused.First); n > 0 {
		errs = append(errs, fmt.Errorf("and %d more words cannot be run", n))
	}
	return errors.Join(errs...)
}

// match makes sure that each case is one block, and nothing but its own words gives registers values that it has set.
func (p *Prober) match(prog *arch.Program, cases []*Case) error {
	for i := range prog.Blocks {
		b := &prog.Blocks[i]
		if i >= len(cases) || b.Tests() != len(cases[i].Words) {
			return &CaseError{cases[min(i, len(cases)-1)], errors.New("its instructions do not fit one block: they name too many registers, or one of them must end its block")}
		}
		for _, it := range b.Items {
			if !writesRegister(it.Kind) {
				continue
			}
			place := arch.Place{Kind: arch.RegisterPlace, Class: it.Class, Num: it.Reg}
			if cases[i].In.cells[place] != nil {
				return &CaseError{cases[i], fmt.Errorf("%s cannot be set: the image itself puts there where a branch goes", p.l.PlaceName(place))}
			}
		}
	}
	if len(prog.Blocks) < len(cases) {
		return errors.New("some cases have no block")
	}
	return nil
}

// writesRegister reports whether items of a kind are glue that writes a register.
func writesRegister(k arch.Kind) bool {
	switch k {
	case arch.Prepare, arch.Save, arch.Mark, arch.Discard, arch.Guard, arch.Restore, arch.Retry:
		return true
	}
	return false
}
