package cover

import (
	"fmt"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// A goal that was not hit is aimed at with more instructions in the next image, twice as many each time, up to mostAims. Where all
// these did not do there is something that keeps images from hitting it. A goal of chance begins with firstByChance and ends
// with mostByChance: a fault may depend on a field of ten bits.
const (
	mostAims      = 64
	firstByChance = 8
	mostByChance  = 2048
)

// Chase follows what images for a machine have not hit from image to image.
type Chase struct {
	machine arch.Machine
	wanted  func(*constraints.Insn) bool // patterns that are selected
	tried   map[string]int               // aims of the last image, by goal
}

// NewChase begins with what a machine's images might hit of patterns that wanted holds for.
func NewChase(m arch.Machine, wanted func(*constraints.Insn) bool) *Chase {
	return &Chase{m, wanted, map[string]int{}}
}

// more is how many instructions of the next image are aimed at a goal; 0: enough were.
func (c *Chase) more(g *Goal) int {
	n, most := c.tried[g.Key()], mostAims
	if g.Chance {
		most = mostByChance
	}
	switch {
	case len(g.Aims) == 0 || n >= most:
		return 0
	case n > 0:
		return 2 * n
	case g.Chance:
		return firstByChance
	}
	return 1
}

// Aims are those of the next image, for so many goals, given what was hit; none: there is nothing left to aim at. What an image of so many
// instructions, or as many as a goal may take, has no room for is left for another.
func (c *Chase) Aims(s *Set, room int) (aims []arch.Aim, goals int) {
	for _, g := range s.Goals(c.machine, c.wanted) {
		n := c.more(&g)
		if n == 0 || len(aims) > 0 && len(aims)+n > max(room, mostByChance) {
			continue
		}
		c.tried[g.Key()] = n
		for i := range n {
			aims = append(aims, g.Aims[i%len(g.Aims)])
		}
		goals++
	}
	return aims, goals
}

// Left is a goal that was not hit.
type Left struct {
	Goal
	Why   string
	Tried bool // there were instructions for it
	More  bool // and there might be more
}

// Left lists the goals that were not hit.
func (c *Chase) Left(s *Set) []Left {
	var out []Left
	for _, g := range s.Goals(c.machine, c.wanted) {
		n := c.tried[g.Key()]
		l := Left{Goal: g, Tried: n > 0, More: c.more(&g) > 0}
		switch {
		case l.More && n == 0:
			l.Why = "there was no image left to try it in"
		case l.More:
			l.Why = "there was no image left for more tries"
		case n == 0:
			l.Why = "no image can be made for it"
		default:
			l.Why = fmt.Sprintf("the last %s instructions for it did not", humanize.Comma(int64(n)))
		}
		out = append(out, l)
	}
	return out
}
