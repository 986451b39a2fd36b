package campaign

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/risugen/risugen/arch"
)

// pair is an entry of the list of targets: two commands that images are compared on.
type pair struct {
	name  string
	at    place
	sides [2]side // master, apprentice
	cpus  []*choice
}

// side is a target before placeholders are filled in.
type side struct {
	at      place
	command string
	limit   int // index into plan.limits, or -1
}

// limit is how many jobs may use a target at the same time. Targets of the same command share it.
type limit struct {
	command string
	slots   int
}

// What the targets are where a file does not say.
var usualSides = [2]string{"{emulator}", "one-insn:{emulator}"}

// maxSlots bounds the slots of a target.
const maxSlots = 10000

// pairs reads the list of targets; none stands for the usual ones.
func (r *reader) pairs(n node) (out []pair, limits []limit) {
	if n.Node == nil {
		return []pair{r.pair(node{&yaml.Node{Kind: yaml.MappingNode}, n.at}, &limits)}, nil
	}
	if n.Kind != yaml.SequenceNode {
		r.errorf(n.at, "targets must be a list of mappings with master and apprentice")
		return nil, nil
	}
	for _, e := range n.elements() {
		p := r.pair(e, &limits)
		for i := range out {
			if out[i].name == p.name {
				r.errorf(p.at, "a second pair of targets %q: give each a name", p.name)
			}
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		r.errorf(n.at, "the list of targets is empty")
	}
	return out, limits
}

func (r *reader) pair(n node, limits *[]limit) pair {
	p := pair{at: n.at}
	for i := range p.sides {
		p.sides[i] = side{n.at, usualSides[i], -1}
	}
	for _, e := range r.mapping(n, "a pair of targets", "name", "master", "apprentice", "cpus") {
		switch e.key {
		case "name":
			p.name, _ = r.text(e.value, "the name")
		case "master":
			p.sides[0] = r.side(e.value, limits)
		case "apprentice":
			p.sides[1] = r.side(e.value, limits)
		case "cpus":
			for _, c := range e.value.elements() {
				if name, ok := r.text(c, "a CPU model"); ok {
					p.cpus = append(p.cpus, &choice{at: c.at, text: name})
				}
			}
		}
	}
	if l := p.sides[0].limit; l >= 0 && l == p.sides[1].limit && (*limits)[l].slots < 2 {
		r.errorf(n.at, "%q is to run on both sides at the same time, and has one slot", p.sides[0].command)
	}
	if p.name == "" {
		p.name = p.sides[0].command + " | " + p.sides[1].command
	}
	return p
}

// side reads a target: a text, or a mapping of command and slots.
func (r *reader) side(n node, limits *[]limit) side {
	s := side{n.at, "", -1}
	if n.Kind != yaml.MappingNode {
		s.command, _ = r.text(n, "a target")
		s.limit = limitOf(*limits, s.command)
		return s
	}
	slots := 0
	for _, e := range r.mapping(n, "a target", "command", "slots") {
		switch e.key {
		case "command":
			s.command, _ = r.text(e.value, "the command")
		case "slots":
			slots, _ = r.number(e.value, "slots", 1, maxSlots)
		}
	}
	if s.command == "" {
		r.errorf(n.at, "the target has no command")
		return s
	}
	s.limit = limitOf(*limits, s.command)
	switch {
	case slots == 0:
	case s.limit < 0:
		s.limit = len(*limits)
		*limits = append(*limits, limit{s.command, slots})
	case (*limits)[s.limit].slots != slots:
		r.errorf(n.at, "%q has %d slots elsewhere: a target has one number of slots", s.command, (*limits)[s.limit].slots)
	}
	return s
}

// limitOf finds the limit of a command, or -1.
func limitOf(limits []limit, command string) int {
	for i := range limits {
		if limits[i].command == command {
			return i
		}
	}
	return -1
}

// fill fills the placeholders of a command in.
func fill(command string, p *Params, v arch.Variant) string {
	return strings.NewReplacer("{cpu}", p.CPU, "{abi}", p.ABI, "{order}", p.Order, "{emulator}", v.Emulator).Replace(command)
}

// accepts reports whether the pair is for a CPU model.
func (p *pair) accepts(cpu string) bool {
	ok := len(p.cpus) == 0
	for _, c := range p.cpus {
		if strings.EqualFold(c.text, cpu) {
			c.used, ok = true, true
		}
	}
	return ok
}
