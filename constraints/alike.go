package constraints

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
)

// alike keeps one of all groups and of all diagrams of a set that are the same but for the instruction. Hundreds of instructions
// have the same register fields under the same conditions: what draws of them read has room in a cache then.
type alike struct {
	mu       sync.Mutex
	groups   map[sum]*group
	diagrams map[sum]*diagram
	text     []byte // scratch
}

// sum stands for the contents of a group or diagram.
type sum [sha256.Size]byte

func newAlike() *alike { return &alike{groups: map[sum]*group{}, diagrams: map[sum]*diagram{}} }

// group returns the one that is kept of the groups like one that is filled.
func (a *alike) group(g *group) *group {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.text = a.text[:0]
	a.add(g.mask)
	a.add(g.valid...)
	a.add(g.places...)
	for i := range g.members {
		a.add(uint64(g.members[i].operand))
		a.add(g.members[i].needs...)
	}
	key := sha256.Sum256(a.text)
	if a.groups[key] == nil {
		g.number = len(a.groups)
		a.groups[key] = g
	}
	return a.groups[key]
}

// diagram returns the one that is kept of the diagrams like one whose groups are kept.
func (a *alike) diagram(d *diagram) *diagram {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.text = a.text[:0]
	a.add(uint64(d.root), uint64(len(d.groups)), uint64(len(d.nodes)), uint64(len(d.leaves)), uint64(len(d.bits)))
	for _, g := range d.groups {
		a.add(uint64(g.number))
	}
	for i := range d.nodes {
		a.add(uint64(d.nodes[i].group), uint64(len(d.nodes[i].edges)))
		for _, e := range d.nodes[i].edges {
			a.add(uint64(e.to))
			a.add(e.values...)
		}
	}
	for i := range d.leaves {
		a.add(uint64(d.leaves[i].top))
	}
	a.add(d.bits...)
	for _, n := range d.lower {
		a.add(uint64(n.variable), uint64(n.lo), uint64(n.hi))
	}
	key := sha256.Sum256(a.text)
	if a.diagrams[key] == nil {
		a.diagrams[key] = d
	}
	return a.diagrams[key]
}

func (a *alike) add(numbers ...uint64) {
	for _, n := range numbers {
		a.text = binary.LittleEndian.AppendUint64(a.text, n)
	}
}
