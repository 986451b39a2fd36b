package runtime

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// maxFindings bounds the findings of a run.
const maxFindings = 2000

// findingKey tells findings apart.
type findingKey struct {
	kind, target string
	place        arch.Place
	opcode       string // FindingRan: which word of a table
	detail       detail // FindingRan, FindingFault
	pattern      int32
	signal       uint32
}

// finding is a Finding in the making. Candidates are indexes of patterns: those that were in every block
// where it happened or, if there are none such, in the first, which the finding names.
type finding struct {
	*Finding
	candidates, first []int32
	apart             bool // no pattern was in every block
}

// suspect notes the patterns that ran in a block where it happened.
func (f *finding) suspect(ran []int32, isNew bool) {
	if isNew {
		f.candidates, f.first = ran, ran
	}
	if f.apart {
		return
	}
	if f.candidates = intersect(f.candidates, ran); len(f.candidates) == 0 {
		f.candidates, f.apart = f.first, true
	}
}

// find returns the finding of a key and whether it is new; nil when there are too many.
func (c *comparer) find(key findingKey, first Finding) (f *finding, isNew bool) {
	if c.observeFinding != nil {
		c.observeFinding(first)
	}
	f = c.groups.findings[key]
	if f == nil {
		if len(c.report.Findings) >= maxFindings {
			c.report.FindingsLeft++
			return nil, false
		}
		f, isNew = &finding{Finding: &first}, true
		c.groups.findings[key] = f
		c.report.Findings = append(c.report.Findings, f.Finding)
	}
	f.Count++
	return f, isNew
}

// undeclaredChange reports every place that changed although no instruction of the block declares it.
// Items before limit ran.
func (c *comparer) undeclaredChange(target string, p *plan, round uint32, input, payload []byte, limit int) {
	eachPlace(c.layout, p.block, func(place arch.Place) {
		if !c.mustHold(p, place) || c.holds(p.block, place, round, input, payload) {
			return
		}
		name := c.layout.PlaceName(place)
		f, isNew := c.find(findingKey{kind: FindingChange, target: target, place: place}, Finding{
			Kind: FindingChange, Target: target, Place: name, Block: p.index, Round: round,
		})
		if f == nil {
			return
		}
		now := c.suspects(p, limit)
		if f.blocks[p.index] == nil {
			f.noteBlock(p.index, c.patternNames(now))
		}
		f.suspect(now, isNew)
	})
}

// noteBlock keeps which patterns ran in a block where an undeclared change was seen: several patterns may make the
// same kind of change, and then no one of them was in every block.
func (f *Finding) noteBlock(block int, names []string) {
	if f.blocks == nil {
		f.blocks = map[int][]string{}
	}
	f.blocks[block] = names
}

// patternNames names patterns.
func (c *comparer) patternNames(insns []int32) []string {
	var out []string
	for _, i := range insns {
		out = append(out, c.prog.Machine.Set().Insns[i].Name())
	}
	return out
}

// mustHold reports whether a place must be as it was when the round began.
func (c *comparer) mustHold(p *plan, place arch.Place) bool {
	if place.Kind != arch.RegisterPlace {
		return !p.changed.has(place)
	}
	zero := c.layout.Classes[place.Class].Zero>>place.Num&1 != 0
	return (zero || !p.changed.has(place)) && harnessRegisters(c.layout, p.block, int(place.Class))>>place.Num&1 == 0
}

// holds reports whether a place is as it was when the round began.
func (c *comparer) holds(b *arch.Block, p arch.Place, round uint32, input, payload []byte) bool {
	if p.Kind == arch.StatePlace {
		return c.stateValue(int(p.Num), payload) == c.prog.Machine.InitialState(b, int(p.Num), round, input)
	}
	at, n := c.layout.Span(p)
	if want := initial(c.layout, p, input); want != nil {
		return bytes.Equal(payload[at:at+n], want)
	}
	return allZero(payload[at : at+n])
}

// suspects lists the patterns that ran in a block. Any of them may have changed a place that it does not
// declare, and least of all one that names it: that is more likely the first to read it.
func (c *comparer) suspects(p *plan, limit int) []int32 {
	var all []int32
	for i := range p.block.Items[:min(limit, len(p.block.Items))] {
		if it := &p.block.Items[i]; it.Kind.UnderTest() {
			all = append(all, it.Insn)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// names lists the names of the patterns that ran in a block before an item, or of its branches alone.
func (c *comparer) names(p *plan, limit int, branches bool) []string {
	var out []string
	for _, i := range c.suspects(p, limit) {
		if in := c.prog.Machine.Set().Insns[i]; !branches || in.Branch != nil {
			out = append(out, in.Name())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lostControl reports that both sides left a block by another way than its end.
func (c *comparer) lostControl(target string, p *plan, round uint32) {
	f, isNew := c.find(findingKey{kind: FindingStray, target: target}, Finding{
		Kind: FindingStray, Target: target, Block: p.index, Round: round, Candidates: c.names(p, len(p.block.Items), false),
	})
	if f != nil && f.blocks[p.index] == nil {
		f.noteBlock(p.index, c.names(p, len(p.block.Items), false))
	}
	if f != nil && isNew {
		f.Text = fmt.Sprintf("the harness's registers were not left alone %s, first in block %d round %d: control left the block, or an instruction changed them; %s",
			onTarget(target), p.index, round, candidates(f.Candidates))
	}
}

// intersect returns what two sorted lists have in common.
func intersect(a, b []int32) []int32 {
	var out []int32
	for _, v := range a {
		if _, ok := slices.BinarySearch(b, v); ok {
			out = append(out, v)
		}
	}
	return out
}

// undeclaredFault reports a signal that the faulting instruction does not declare.
func (c *comparer) undeclaredFault(target string, r *pairing, o *outcome, item int, signal string) {
	in := c.prog.Machine.Set().Insns[r.block.Items[item].Insn]
	key := findingKey{kind: FindingFault, target: target, pattern: int32(in.Index), signal: o.header.Signal, detail: c.detail(r.plan, item, signal)}
	f, isNew := c.find(key, Finding{
		Kind: FindingFault, Target: target, Block: r.index, Round: r.number, Candidates: []string{in.Name()}, detail: key.detail,
	})
	if f != nil && isNew {
		w := c.where(r, item)
		f.Text = fmt.Sprintf("%s raised %s %s, which %s (%s) does not declare: %s at %s, first in block %d round %d",
			in.Name(), signal, onTarget(target), in.Name(), w.Source, w.Disassembly, w.Address, r.index, r.number)
		if item != o.stop {
			f.Text += "; it stands in the delay slot of " + c.prog.Machine.Set().Insns[r.block.Items[o.stop].Insn].Name()
		}
	}
}

func onTarget(target string) string {
	if target == bothSides {
		return "on both targets"
	}
	return "on the " + target
}

// finish completes the findings when all records were compared, or as many as came.
func (c *comparer) finish() {
	c.traps.finish(c)
	c.cover.neverChanged(func(in *constraints.Insn, op *constraints.Operand, out *outputStats) {
		key := findingKey{kind: FindingConstant, pattern: int32(in.Index), signal: uint32(op.Arg), target: op.Name}
		f, _ := c.find(key, Finding{Kind: FindingConstant, Place: op.Name, Candidates: []string{in.Name()}})
		if f != nil {
			f.Text = fmt.Sprintf("%s (%s) declares %s as an output, but never changed it in %d executions of %d instructions",
				in.Name(), in.Pattern.Pos, op.Name, out.executions, out.instances)
		}
	})
	for _, f := range c.groups.findings {
		if f.Kind == FindingChange {
			c.describeChange(f)
		}
	}
}

// describeChange names the candidates of an undeclared change.
func (c *comparer) describeChange(f *finding) {
	for _, i := range f.candidates {
		f.Candidates = append(f.Candidates, c.prog.Machine.Set().Insns[i].Name())
	}
	slices.Sort(f.Candidates)
	f.Candidates = slices.Compact(f.Candidates)
	who := candidates(f.Candidates)
	if f.apart {
		who = fmt.Sprintf("no pattern ran in all of the %s blocks where it was seen: in this one %s", comma(len(f.blocks)), who)
	}
	f.Text = fmt.Sprintf("%s changed %s although no instruction of its block declares it as an output: %s, first in block %d round %d; %s",
		f.Place, onTarget(f.Target), plural(f.Count, "time"), f.Block, f.Round, who)
}
