package campaign

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// expansion combines the values of a matrix.
type expansion struct {
	*settings
	*matrix // the one whose jobs are made
	catalog Catalog
	lenient bool                              // options leave combinations out, and values of the file with them
	only    func(arch.CPU, arch.Variant) bool // nil: all
	checked map[string]error                  // by what decides whether an image can be made
	targets map[string]bool                   // commands that were looked at
	leftOut []LeftOut
	out     []Job
}

// machine is a CPU model in one of the ways in which images for it are made.
type machine struct {
	cpu     string
	variant arch.Variant
	choices []*choice
}

// combos are the jobs of one seed. Where nothing can be made for a combination it is left out.
func (e *expansion) combos() []Job {
	total := int64(len(e.pairs))
	for _, a := range e.axes {
		if total *= int64(len(a)); total > MaxJobs {
			e.errorf(place{line: 1}, "the matrix has more than %d jobs", MaxJobs)
			return nil
		}
	}
	for _, m := range e.machines() {
		p := Defaults()
		p.CPU, p.ABI, p.Order = m.cpu, m.variant.ABI, m.variant.Order
		e.combine(p, m, m.choices, 0)
		if len(e.out) > MaxJobs {
			e.errorf(place{line: 1}, "the matrix has more than %d jobs", MaxJobs)
			return nil
		}
	}
	return e.out
}

// combine gives the axes from one on every value.
func (e *expansion) combine(p Params, m machine, chosen []*choice, axis int) {
	if axis == len(e.axes) {
		e.add(p, m, chosen)
		return
	}
	for _, c := range e.axes[axis] {
		q := p
		c.set(&q)
		e.combine(q, m, append(slices.Clip(chosen), c), axis+1)
	}
}

// add adds the jobs of a combination: one for each pair of targets.
func (e *expansion) add(p Params, m machine, chosen []*choice) {
	if err := e.check(p); err != nil {
		for _, c := range chosen {
			c.why = fmt.Sprintf("%s: %s", p.CPU, err)
		}
		e.leave(p.CPU+" "+p.ABI+" "+p.Order, err.Error())
		return
	}
	paired := false
	for i := range e.pairs {
		pr := &e.pairs[i]
		if !pr.accepts(p.CPU) {
			continue
		}
		q := p
		q.Master, q.Apprentice = fill(pr.sides[0].command, &p, m.variant), fill(pr.sides[1].command, &p, m.variant)
		e.target(pr.sides[0].at, q.Master)
		e.target(pr.sides[1].at, q.Apprentice)
		e.out = append(e.out, Job{Pair: pr.name, Params: q, sides: [2]int{pr.sides[0].limit, pr.sides[1].limit}})
		paired = true
	}
	for _, c := range chosen {
		c.used = c.used || paired
		c.why = p.CPU + ": no pair of targets is for it"
	}
	if !paired {
		e.leave(p.CPU, "no pair of targets is for it")
	}
}

// check asks whether an image can be made, once for all that differs in numbers alone.
func (e *expansion) check(p Params) error {
	if err := (&p).Options().Check(); err != nil {
		return err
	}
	p.Count, p.Reserved = min(p.Count, 1), min(p.Reserved, 1)
	p.Rounds, p.Block, p.Edges, p.Misaligned, p.Seed = 1, 1, 0, 0, 1
	if p.Traps > 0 {
		p.Traps = 1
	}
	key, err := json.Marshal(p)
	if err != nil {
		return err
	}
	err, ok := e.checked[string(key)]
	if !ok {
		err = e.catalog.Check(p)
		e.checked[string(key)] = err
	}
	return err
}

// target looks at a command.
func (e *expansion) target(at place, command string) {
	if !e.targets[command] {
		e.targets[command] = true
		if err := e.catalog.CheckTarget(command); err != nil {
			e.errorf(at, "%w", err)
		}
	}
}

func (e *expansion) leave(what, why string) {
	for i := range e.leftOut {
		if e.leftOut[i].What == what && e.leftOut[i].Why == why {
			e.leftOut[i].Count++
			return
		}
	}
	e.leftOut = append(e.leftOut, LeftOut{what, why, 1})
}

// unused reports values that no job has. A CPU model that is in none is to blame only where no other value is.
func (e *expansion) unused() {
	if len(e.errs) > 0 {
		return // what follows would be of these
	}
	for i := range e.pairs {
		for _, c := range e.pairs[i].cpus {
			c.why = "the matrix has no such CPU model"
			e.reportUnused(c)
		}
	}
	for _, m := range e.matrices {
		if m.filtered { // its values may be those of what was left out on purpose
			continue
		}
		for _, a := range m.axes {
			e.reportUnused(e.shared(a)...)
		}
		e.reportUnused(e.shared(m.abis)...)
		e.reportUnused(e.shared(m.orders)...)
	}
	if len(e.errs) > 0 {
		return
	}
	for _, m := range e.matrices {
		e.reportUnused(e.shared(m.cpus)...)
	}
}

// shared leaves out values of options that a job of another matrix has: an option is one for all of them. Where an option may
// be of no use to some of the jobs, values of the file are left out, too.
func (e *expansion) shared(choices []*choice) (out []*choice) {
	for _, c := range choices {
		if !(c.at.option == "" && e.lenient || c.at.option != "" && !c.used && e.usedElsewhere(c)) {
			out = append(out, c)
		}
	}
	return out
}

// usedElsewhere reports whether another matrix has a job with a value of an option, or says first that none has.
func (e *expansion) usedElsewhere(c *choice) bool {
	before := true
	for _, m := range e.matrices {
		for _, list := range slices.Concat(m.axes, [][]*choice{m.abis, m.orders, m.cpus}) {
			for _, o := range list {
				before = before && o != c
				if o != c && o.at == c.at && o.text == c.text && (o.used || before) {
					return true
				}
			}
		}
	}
	return false
}

func (e *expansion) reportUnused(choices ...*choice) {
	for _, c := range choices {
		if !c.used {
			e.errorf(c.at, "%s is in no job: %s", c.text, c.why)
		}
	}
}

// machines lists the CPU models, ABIs and byte orders.
func (e *expansion) machines() []machine {
	var out []machine
	models := e.catalog.CPUs()
	for _, name := range e.cpus {
		all := name.text == "all"
		found := false
		for _, cpu := range models {
			if !all && !strings.EqualFold(cpu.Name, name.text) {
				continue
			}
			found = true
			out = append(out, e.variants(cpu, name)...)
		}
		if !found {
			e.errorf(name.at, "unknown CPU %q; known are %s", name.text, modelNames(models))
		}
	}
	return out
}

// variants lists the ways of a CPU model that the file asks for.
func (e *expansion) variants(cpu arch.CPU, name *choice) (out []machine) {
	for _, v := range cpu.Variants {
		abi, ok := pick(e.abis, e.allABIs, v.ABI, cpu.Variants[0].ABI)
		order, ok2 := pick(e.orders, e.allOrders, v.Order, cpu.Variants[0].Order)
		if ok && ok2 && e.only != nil && !e.only(cpu, v) {
			for _, c := range append(slices.Concat(abi, order), name) {
				c.used = true // and left out on purpose
			}
			e.filtered = true
			continue
		}
		if ok && ok2 {
			out = append(out, machine{cpu.Name, v, append(slices.Concat(abi, order), name)})
		}
	}
	if out == nil && !e.filtered {
		name.why = fmt.Sprintf("the %s has no such ABI or byte order; it has %s, %s", cpu.Name, strings.Join(cpu.ABIs(), ", "), strings.Join(cpu.Orders(), ", "))
		e.leave(cpu.Name, name.why)
	}
	for _, c := range slices.Concat(e.abis, e.orders) {
		if c.why == "" {
			c.why = "no CPU model of the matrix has it"
		}
	}
	return out
}

// pick reports whether a file asks for an ABI or a byte order: all, those that it lists, or the usual one.
func pick(list []*choice, all bool, name, usual string) ([]*choice, bool) {
	if len(list) == 0 {
		return nil, all || name == usual
	}
	for _, c := range list {
		if c.text == name {
			return []*choice{c}, true
		}
	}
	return nil, false
}

func modelNames(models []arch.CPU) string {
	var names []string
	for _, m := range models {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}
