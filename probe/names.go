package probe

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Names knows the names of a machine's places.
type Names struct {
	layout *arch.Layout
	byName map[string][]arch.AliasPart // in lower case, without $
	sizes  map[string]int              // bytes
}

// NewNames collects the names of a machine's registers, states and memory.
func NewNames(l *arch.Layout) *Names {
	n := &Names{l, map[string][]arch.AliasPart{}, map[string]int{}}
	for s := range l.States {
		n.whole(arch.Place{Kind: arch.StatePlace, Num: uint8(s)})
	}
	for c := range l.Classes {
		for r := range l.Classes[c].Count {
			n.whole(arch.Place{Kind: arch.RegisterPlace, Class: uint8(c), Num: uint8(r)})
		}
	}
	for _, a := range l.Aliases {
		n.add(a.Name, a.Parts)
	}
	return n
}

func (n *Names) whole(p arch.Place) {
	_, size := n.layout.Span(p)
	n.add(n.layout.PlaceName(p), []arch.AliasPart{{Place: p, Size: size}})
}

// add adds a name; of two places of one name the first has it.
func (n *Names) add(name string, parts []arch.AliasPart) {
	key := fold(name)
	if _, taken := n.byName[key]; taken {
		return
	}
	n.byName[key] = parts
	for _, p := range parts {
		n.sizes[key] += p.Size
	}
}

func fold(name string) string { return strings.ToLower(strings.TrimPrefix(name, "$")) }

// place is what a name stands for: parts of registers and states, or memory from an offset on.
type place struct {
	name   string
	parts  []arch.AliasPart
	size   int // bytes; of memory those from the offset to the end of what the name stands for
	memory bool
	offset int // in the memory block
}

// lookup finds what a name stands for.
func (n *Names) lookup(name string) (place, error) {
	key := fold(name)
	if parts, ok := n.byName[key]; ok {
		return place{name: name, parts: parts, size: n.sizes[key]}, nil
	}
	if strings.HasPrefix(key, "mem") {
		return n.memory(name, key[3:])
	}
	return place{}, fmt.Errorf("%q is no register or state of this CPU: there are %s", clip(name), n.list())
}

// memory reads what stands behind "mem": nothing, +OFFSET or [WINDOW].
func (n *Names) memory(name, rest string) (place, error) {
	m := &n.layout.Memory
	p := place{name: name, memory: true, size: m.Bytes()}
	var err error
	inner, isWindow := strings.CutPrefix(rest, "[")
	switch {
	case rest == "":
		return p, nil
	case isWindow && strings.HasSuffix(inner, "]"):
		var window int
		if window, err = strconv.Atoi(strings.TrimSuffix(inner, "]")); err == nil && window >= 0 && window < m.Windows {
			p.offset, p.size = window*m.Size, m.Size
			return p, nil
		}
	default:
		if p.offset, err = n.offset(rest); err == nil {
			p.size -= p.offset
			return p, nil
		}
	}
	return place{}, fmt.Errorf("%q is no part of the memory block: mem+0 to mem+%d are its bytes, mem[0] to mem[%d] its windows of %d bytes",
		clip(name), m.Bytes()-1, m.Windows-1, m.Size)
}

// offset reads "+N", a number of bytes within the memory block.
func (n *Names) offset(text string) (int, error) {
	digits, ok := strings.CutPrefix(text, "+")
	v, err := strconv.ParseUint(digits, 0, 16)
	if !ok || err != nil || int(v) >= n.layout.Memory.Bytes() {
		return 0, fmt.Errorf("%q is no offset into the memory block of %d bytes", clip(text), n.layout.Memory.Bytes())
	}
	return int(v), nil
}

// list names all classes and states, for errors.
func (n *Names) list() string {
	var out []string
	for i := range n.layout.Classes {
		c := &n.layout.Classes[i]
		out = append(out, fmt.Sprintf("%s0 to %s%d", c.Prefix, c.Prefix, c.Count-1))
	}
	for i := range n.layout.States {
		out = append(out, n.layout.States[i].Name)
	}
	return strings.Join(out, ", ") + ", mem+N, and the names that assemblers have for registers"
}

// All lists the names of single registers and states, sorted, in lower case and without $: those of reports and those of assemblers.
func (n *Names) All() []string { return slices.Sorted(maps.Keys(n.byName)) }

// register finds the number of the register that a name stands for, as a whole.
func (n *Names) register(name string) (int64, bool) {
	parts := n.byName[fold(name)]
	if len(parts) != 1 || parts[0].Place.Kind != arch.RegisterPlace || parts[0].First != 0 {
		return 0, false
	}
	return int64(parts[0].Place.Num), true
}

// address reads mem or mem+N: an address in the memory block.
func (n *Names) address(text string) (uint64, bool, error) {
	rest, ok := strings.CutPrefix(strings.ToLower(text), "mem")
	if !ok {
		return 0, false, nil
	}
	if rest == "" {
		return n.layout.Memory.Addr, true, nil
	}
	off, err := n.offset(rest)
	return n.layout.Memory.Addr + uint64(off), true, err
}
