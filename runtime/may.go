package runtime

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// Possible is what images may hold of a pattern, and what instructions of it may do. Of what it lists nothing is seen.
type Possible struct {
	Faults                       []string // signals that it declares, but for that of misaligned accesses, sorted
	Fields, Alignments, Branches []FieldState
}

// May tells what images for a machine may hold of a pattern, given its instructions: elsewhere, and behind a prefix.
func May(variants []*constraints.Insn, l *arch.Layout) Possible {
	var out Possible
	for _, in := range variants {
		if arch.Schedulable(in, l) {
			out.add(in, l)
		}
	}
	slices.Sort(out.Faults)
	out.Faults = slices.Compact(out.Faults)
	return out
}

// reachKey is what a Possible is kept by with an instruction.
type reachKey struct{ layout *arch.Layout }

// reach is the part of a Possible that takes time to find.
type reach struct {
	fields  []constraints.SmallField
	numbers []uint64 // for each field, those of its values
	lies    arch.Alignments
}

// reachOf finds it, once for an instruction.
func reachOf(in *constraints.Insn, l *arch.Layout) *reach {
	return in.Once(reachKey{l}, func() any {
		fields := in.SmallFields()
		return &reach{fields, arch.FieldValues(in, fields, l), arch.AlignmentsOf(in, l)}
	}).(*reach)
}

func (p *Possible) add(in *constraints.Insn, l *arch.Layout) {
	p.Faults = append(p.Faults, in.Faults...)
	r := reachOf(in, l)
	for i := range r.fields {
		f := named(&p.Fields, r.fields[i].Name)
		f.Legal = union(f.Legal, in, &r.fields[i], r.numbers[i])
	}
	if in.Memory != nil {
		accesses(&p.Alignments, r.lies, legal)
	}
	if in.Branch != nil {
		ahead, back := arch.Directions(in, l)
		directions(&p.Branches, ahead, back, legal)
		ways(&p.Branches, true, in.Conditional(), legal)
	}
}

// legal and seen choose one of a state's lists.
func legal(f *FieldState) *[]int64 { return &f.Legal }
func seen(f *FieldState) *[]int64  { return &f.Seen }

// named finds a state by name, or makes it.
func named(list *[]FieldState, name string) *FieldState {
	i := slices.IndexFunc(*list, func(f FieldState) bool { return f.Name == name })
	if i < 0 {
		i = len(*list)
		*list = append(*list, FieldState{Name: name, Legal: []int64{}, Seen: []int64{}})
	}
	return &(*list)[i]
}

// accesses notes how accesses lie.
func accesses(list *[]FieldState, a arch.Alignments, which func(*FieldState) *[]int64) {
	for m := a.Residues; m != 0; m &= m - 1 {
		put(list, AddressField, int64(bits.TrailingZeros16(m)), which)
	}
	if a.Misaligned {
		put(list, MisalignedField, 1, which)
	}
}

// directions notes where branches go.
func directions(list *[]FieldState, ahead, back bool, which func(*FieldState) *[]int64) {
	if ahead {
		put(list, BackField, 0, which)
	}
	if back {
		put(list, BackField, 1, which)
	}
}

// ways notes how many ways branches went.
func ways(list *[]FieldState, one, two bool, which func(*FieldState) *[]int64) {
	if one {
		put(list, WaysField, 1, which)
	}
	if two {
		put(list, WaysField, 2, which)
	}
}

// put adds a value to one of a state's lists.
func put(list *[]FieldState, name string, value int64, which func(*FieldState) *[]int64) {
	values := which(named(list, name))
	if i, found := slices.BinarySearch(*values, value); !found {
		*values = slices.Insert(*values, i, value)
	}
}
