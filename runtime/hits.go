package runtime

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// FieldState is which values of something small were seen in instructions that ran and were compared: of a field, of
// addresses, of a branch. Both lists ascend.
type FieldState struct {
	Name  string  `json:"name"`  // of the argument, or of what is told apart
	Legal []int64 `json:"legal"` // values that images for the CPU may hold
	Seen  []int64 `json:"seen"`  // those of them that ran
}

// Names of what is no field, in PatternState.Alignments and Branches.
const (
	AddressField    = "address % 16"
	MisalignedField = "misaligned" // 1: the access was at an address where it must fault for its alignment
	BackField       = "back"       // 1: the branch's target stands before it, 0: behind
	WaysField       = "ways"       // 1: the branch went one way, 2: the other, too
)

// hits is what instructions of a pattern were seen doing, of which executions were compared.
type hits struct {
	known      bool // what does not change has been found
	executions int64
	faults     map[string]int64 // by signal
	reserved   int64            // executions of reserved words, those too that a branch may have skipped
	refused    map[string]int64 // faults of these
	fields     []constraints.SmallField
	seen       []uint64 // for each, its numbers
	lies       arch.Alignments
	may        arch.Alignments // as far as accesses can lie
	ahead      bool            // a branch went to what stands behind it, or would have
	back       bool            // the same of what stands before it
}

// hitCounter counts what instructions do. Most of it is the same for all rounds of a block, and is looked at once for the block.
type hitCounter struct {
	prog   *arch.Program
	finder *arch.Finder
	hits   []hits // by index in the set
	args   []int64
}

func newHitCounter(p *arch.Program) *hitCounter {
	return &hitCounter{prog: p, finder: p.Finder(), hits: make([]hits, len(p.Machine.Set().Insns))}
}

// of is what is known of an instruction.
func (h *hitCounter) of(in *constraints.Insn) *hits {
	out := &h.hits[in.Index]
	if !out.known {
		out.known = true
		out.fields = reachOf(in, h.prog.Machine.Layout()).fields
		out.seen = make([]uint64, len(out.fields))
		out.may = reachOf(in, h.prog.Machine.Layout()).lies
	}
	return out
}

// fault counts a fault of an item.
func (h *hitCounter) fault(it *arch.Item, signal string) {
	out := h.of(h.prog.Machine.Set().Insns[it.Insn])
	of := &out.faults
	if it.Kind == arch.Reserved {
		of = &out.refused
	}
	if *of == nil {
		*of = map[string]int64{}
	}
	(*of)[signal]++
}

// block counts the items of a block, given how many rounds came to its end, how many of them are clean, and how many others ran so
// many items and no more. What may be nullified is counted, but says nothing of its values.
func (h *hitCounter) block(p *plan, checks, clean int64, ended []int64, nullified func(item int) bool) {
	n, last := clean, len(p.block.Items)-1
	for i := last; i >= 0; i-- {
		n += ended[i+1]
		done := n - ended[i+1] // by rounds in which it did not fault
		if i == last {
			done = checks
		}
		it := &p.block.Items[i]
		if n == 0 || !it.Kind.UnderTest() {
			continue
		}
		in := h.prog.Machine.Set().Insns[it.Insn]
		out := h.of(in)
		if it.Kind == arch.Reserved {
			out.reserved += n
			continue
		}
		out.executions += n
		switch {
		case it.Kind == arch.Misaligned:
			out.lies.Misaligned = true
		case it.Kind == arch.Test && !nullified(i):
			h.ran(out, in, p, i, done > 0)
		}
	}
}

// ran notes what does not depend on the round in an instruction that ran. Where an access lay counts if it was done once.
func (h *hitCounter) ran(out *hits, in *constraints.Insn, p *plan, item int, done bool) {
	word := p.block.Items[item].Word
	for i := range out.fields {
		out.seen[i] |= 1 << out.fields[i].Number(word)
	}
	if missing := out.may.Residues &^ out.lies.Residues; missing != 0 && done {
		if at, ok := h.finder.Address(p.block, item, p.addrs[item], missing); ok {
			out.lies.Residues |= 1 << (at % arch.AlignModulus)
		}
	}
	if in.HasBranchOffset() && in.Branch.Target < 0 {
		h.args = in.Pattern.Extract(word, h.args[:0])
		if arch.GoesBack(in, word, p.addrs[item], h.args) {
			out.back = true
		} else {
			out.ahead = true
		}
	}
}

// union adds the numbers of a field to a list of values.
func union(values []int64, in *constraints.Insn, f *constraints.SmallField, numbers uint64) []int64 {
	for ; numbers != 0; numbers &= numbers - 1 {
		values = append(values, in.FieldValue(f, uint64(bits.TrailingZeros64(numbers))))
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// describe adds to a pattern's state what its instructions, the same elsewhere and behind a prefix, were seen doing.
func (h *hitCounter) describe(st *PatternState, variants []*constraints.Insn, stats func(*constraints.Insn) *patternStats) {
	if h == nil {
		return
	}
	all := May(variants, h.prog.Machine.Layout())
	st.Fields, st.Alignments, st.Branches = all.Fields, all.Alignments, all.Branches
	for _, in := range variants {
		hit, ps := &h.hits[in.Index], stats(in)
		st.Executions += hit.executions
		for signal, n := range hit.faults {
			if st.Faults == nil {
				st.Faults = map[string]int64{}
			}
			st.Faults[signal] += n
		}
		for i := range hit.fields {
			if hit.seen[i] != 0 {
				f := named(&st.Fields, hit.fields[i].Name)
				f.Seen = union(f.Seen, in, &hit.fields[i], hit.seen[i])
			}
		}
		accesses(&st.Alignments, hit.lies, seen)
		directions(&st.Branches, hit.ahead, hit.back, seen)
		if in.Branch != nil && ps.drawn {
			ways(&st.Branches, ps.completed, ps.outputs[len(ps.outputs)-1].changed && in.Conditional(), seen)
		}
	}
	for _, list := range [][]FieldState{st.Fields, st.Alignments, st.Branches} {
		for i := range list { // given words may have registers that are not drawn
			list[i].Legal = append(list[i].Legal, list[i].Seen...)
			slices.Sort(list[i].Legal)
			list[i].Legal = slices.Compact(list[i].Legal)
		}
	}
}
