package runtime

import (
	"github.com/risugen/risugen/arch"
)

// groups gathers what is reported: four thousand differences of one pattern are one entry with a count
// and an example. The number of entries is bounded, whatever a run brings.
type groups struct {
	max        int
	mismatches map[mismatchKey]*Mismatch
	codes      map[codeKey]*CodeDifference
	causes     map[int]*CauseDifference // by state
	findings   map[findingKey]*finding
	seen       map[seenKey]bool // in the open block
	block      int              // the open one
}

type mismatchKey struct {
	kind    string
	pattern int32
	place   arch.Place // KindUndeclared
	block   int        // KindDigest, KindUnsteady
	known   *Known     // KindResult: the entry that allows the bits that differ; nil: none does
	opcode  string     // KindResult, KindFault: of a reserved word, which word of its table
	detail  detail     // KindResult, KindFault
}

type codeKey struct {
	pattern            int32
	signal             uint32
	master, apprentice uint32
}

// seenKey is an instruction that was counted in the open block.
type seenKey struct {
	mismatchKey
	item int
}

func newGroups(maxEntries int) groups {
	return groups{
		max: maxEntries, mismatches: map[mismatchKey]*Mismatch{}, codes: map[codeKey]*CodeDifference{}, causes: map[int]*CauseDifference{},
		findings: map[findingKey]*finding{}, seen: map[seenKey]bool{}, block: -1,
	}
}

// open begins a block, or goes on with it.
func (g *groups) open(block int) {
	if block != g.block {
		clear(g.seen)
	}
	g.block = block
}

// result enters a result that differs, in bits that an entry of a list of known differences allows if there is one. Those
// that it does not allow are another group: one example does not decide for all.
func (g *groups) result(c *comparer, r *pairing, item int, known *Known) {
	key := mismatchKey{kind: KindResult, pattern: r.block.Items[item].Insn, known: known, opcode: c.opcode(r, item), detail: c.detail(r.plan, item)}
	if m := g.enter(c, r, key, item); m != nil && m.Count == 1 {
		m.bits = known
		if m.Candidates = c.slotCandidates(r, item); m.Candidates == nil {
			m.Candidates = c.linkCandidates(r, item)
		}
	}
}

// fault enters a fault on one side alone, or different faults.
func (g *groups) fault(c *comparer, r *pairing) {
	item := c.prog.Faulting(r.block, r.limit)
	key := mismatchKey{kind: KindFault, pattern: r.block.Items[item].Insn, opcode: c.opcode(r, item), detail: c.detail(r.plan, item, c.faultSignals(r)...)}
	if m := g.enter(c, r, key, item); m != nil && m.Count == 1 {
		m.Candidates = c.faultCandidates(r, r.limit)
	}
}

// stray enters a round in which a side left the block. Its first branch is what it is blamed on, or
// nothing where there is none.
func (g *groups) stray(c *comparer, r *pairing) {
	item, pattern := r.firstBranch(c), int32(-1)
	if item >= 0 {
		pattern = r.block.Items[item].Insn
	}
	if m := g.enter(c, r, mismatchKey{kind: KindStray, pattern: pattern}, item); m != nil {
		m.suspect(c, r, len(r.block.Items), true)
	}
}

// undeclared enters a difference that no instruction owns. Any that ran before an item was the first to
// show it may have made it.
func (g *groups) undeclared(c *comparer, r *pairing, before int) {
	key := mismatchKey{kind: KindUndeclared, place: arch.Place{Kind: noPlace}}
	eachPlace(c.layout, r.block, func(p arch.Place) {
		if key.place.Kind == noPlace && c.differs(r, p) {
			key.place = p
		}
	})
	if m := g.enter(c, r, key, -1); m != nil {
		m.suspect(c, r, before+1, false)
		m.noteStrangers(c, r)
	}
}

// opcode is which word of a table a reserved word is, as FindingRan's place names it, or "".
func (c *comparer) opcode(r *pairing, item int) string {
	it := &r.block.Items[item]
	if it.Kind != arch.Reserved {
		return ""
	}
	return opcodeOf(c.prog.Machine.Set().Insns[it.Insn], it)
}

// noPlace is the kind of bytes in a payload that belong to nothing.
const noPlace arch.PlaceKind = 0xff

// enter counts a mismatch, and keeps the first of its group. It returns nil when there are too many.
func (g *groups) enter(c *comparer, r *pairing, key mismatchKey, item int) *Mismatch {
	c.observed(r, key, item)
	m := g.mismatches[key]
	if m == nil {
		if len(g.mismatches) >= g.max {
			c.report.MismatchesLeft++
			return nil
		}
		m = c.mismatch(r, key.kind, item)
		m.opcode, m.detail, m.reserved = key.opcode, key.detail, item >= 0 && r.block.Items[item].Kind == arch.Reserved
		g.mismatches[key] = m
		c.report.MismatchList = append(c.report.MismatchList, m)
	}
	m.Count++
	if s := (seenKey{key, item}); !g.seen[s] {
		g.seen[s] = true
		m.Words++
	}
	return m
}

// codeDifference enters faults that are alike but for their code.
func (c *comparer) codeDifference(r *pairing) {
	c.report.CodeDiffers++
	m, a := r.sides[0].header, r.sides[1].header
	key := codeKey{r.block.Items[r.limit].Insn, m.Signal, m.Code, a.Code}
	d := c.groups.codes[key]
	if d == nil {
		if len(c.groups.codes) >= c.groups.max {
			return
		}
		d = &CodeDifference{
			Signal: c.signal(m.Signal), MasterCode: int32(m.Code), ApprenticeCode: int32(a.Code), Where: c.where(r, r.limit),
		}
		c.groups.codes[key] = d
		c.report.CodeList = append(c.report.CodeList, d)
	}
	d.Count++
}
