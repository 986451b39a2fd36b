package cover

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

func toyMachine(t testing.TB, isas ...string) arch.Machine {
	t.Helper()
	m, err := toy.Arch{}.Machine(arch.Config{Order: "little", ISAs: isas})
	require.NoError(t, err)
	return m
}

// randomSet is a set of the toy's in which anything may have been hit, on one of two models.
func randomSet(t testing.TB, seed uint64) *Set {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	isas := [][]string{{"toy"}, {"toy", "lists"}}[r.IntN(2)]
	s := Of(toyMachine(t, isas...))
	name := []string{"toy", "other"}[r.IntN(2)]
	for old := range s.Models {
		s.Models = map[string]Model{name: {r.Int64N(3), r.Int64N(1000)}}
		for _, p := range s.Patterns {
			if p.Models != nil {
				p.Models = map[string]int64{name: p.Models[old] + r.Int64N(50)}
			}
			if p.Never != nil {
				p.Never = map[string]string{name: p.Never[old]}
			}
		}
	}
	for _, p := range s.Patterns {
		if len(p.Models) == 0 || r.IntN(3) == 0 {
			continue
		}
		p.State = states[r.IntN(len(states))]
		if r.IntN(2) == 0 {
			p.Faults = map[string]int64{"SIGTRAP": 1 + r.Int64N(9)}
		}
		for _, fs := range [][]Field{p.Fields, p.Alignments, p.Branches} {
			for i := range fs {
				for _, v := range fs[i].Legal {
					if r.IntN(2) == 0 {
						fs[i].Seen = append(fs[i].Seen, v)
					}
				}
			}
		}
	}
	require.NoError(t, s.Check())
	return s
}

func text(t testing.TB, s *Set) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, s.Write(&b))
	return b.String()
}

func copied(t testing.TB, s *Set) *Set {
	t.Helper()
	c, err := Read(strings.NewReader(text(t, s)))
	require.NoError(t, err)
	return c
}

// merged merges sets into a copy of the first.
func merged(t testing.TB, sets ...*Set) *Set {
	t.Helper()
	out := copied(t, sets[0])
	for _, s := range sets[1:] {
		before := text(t, s)
		require.NoError(t, out.Merge(s))
		require.Equal(t, before, text(t, s), "it is not changed")
	}
	require.NoError(t, out.Check())
	return out
}

// TestMergeLaws: the order of merging does not matter, nor how it is bracketed; merging the same again changes numbers alone.
func TestMergeLaws(t *testing.T) {
	for seed := range uint64(40) {
		a, b, c := randomSet(t, 3*seed), randomSet(t, 3*seed+1), randomSet(t, 3*seed+2)
		all := text(t, merged(t, a, b, c))
		require.Equal(t, all, text(t, merged(t, c, b, a)))
		require.Equal(t, all, text(t, merged(t, a, merged(t, b, c))))
		require.Equal(t, all, text(t, merged(t, merged(t, a, b), c)))
		twice := merged(t, a, a)
		for name, m := range twice.Models {
			require.Equal(t, Model{2 * a.Models[name].Images, 2 * a.Models[name].Executions}, m)
			twice.Models[name] = a.Models[name]
		}
		for i, p := range twice.Patterns {
			for model, n := range p.Models {
				require.Equal(t, 2*a.Patterns[i].Models[model], n)
			}
			p.Models, p.Faults = a.Patterns[i].Models, a.Patterns[i].Faults
		}
		require.Equal(t, text(t, a), text(t, twice))
		nothing := Of(toyMachine(t, "toy"))
		nothing.Models = map[string]Model{}
		for _, p := range nothing.Patterns {
			if p.Models != nil {
				p.Models = map[string]int64{}
			}
			p.Never = nil
		}
		require.Equal(t, text(t, merged(t, a)), text(t, merged(t, a, nothing)), "what was never run adds nothing")
	}
}

// TestMergedSum: numbers of a merge are sums, and what is seen is seen in one of the sets.
func TestMergedSum(t *testing.T) {
	a, b := randomSet(t, 1), randomSet(t, 2)
	m := merged(t, a, b)
	find := func(s *Set, p *Pattern) *Pattern {
		i, found := slices.BinarySearchFunc(s.Patterns, p, byPlace)
		if !found {
			return &Pattern{}
		}
		return s.Patterns[i]
	}
	for _, p := range m.Patterns {
		x, y := find(a, p), find(b, p)
		for model, n := range p.Models {
			require.Equal(t, x.Models[model]+y.Models[model], n)
		}
		for i, f := range p.Fields {
			for _, v := range f.Legal {
				in := func(p *Pattern) bool { return len(p.Fields) > i && slices.Contains(p.Fields[i].Seen, v) }
				require.Equal(t, in(x) || in(y), slices.Contains(f.Seen, v))
			}
		}
	}
}

// TestHugeNumbers: what is merged can be read again, however large its numbers are.
func TestHugeNumbers(t *testing.T) {
	a := randomSet(t, 1)
	for name := range a.Models {
		a.Models[name] = Model{1<<63 - 1, 1<<63 - 1}
	}
	for _, p := range a.Patterns {
		for name := range p.Models {
			p.Models[name] = 1<<63 - 1
		}
		p.Faults = map[string]int64{"SIGTRAP": 1<<63 - 1}
	}
	require.Equal(t, text(t, a), text(t, copied(t, merged(t, a, a))))
}

// TestMergeRefuses what is not of the same descriptions, and changes nothing then.
func TestMergeRefuses(t *testing.T) {
	a, b := randomSet(t, 1), randomSet(t, 2)
	before := text(t, a)
	b.Descriptions["toy.decode"] = "0123456789abcdef"
	require.ErrorContains(t, a.Merge(b), "another text of toy.decode")
	b = randomSet(t, 2)
	b.Arch = "mips"
	require.ErrorContains(t, a.Merge(b), "coverage of toy and of mips")
	require.Equal(t, before, text(t, a))
}

// TestRan: what is taken from a report.
func TestRan(t *testing.T) {
	m := toyMachine(t, "toy")
	s := Of(m)
	add := s.Patterns[slices.IndexFunc(s.Patterns, func(p *Pattern) bool { return p.Name == "ADD" })]
	r := &runtime.Report{Executions: 7, PatternList: []runtime.PatternState{{
		Pattern: "ADD", Source: add.Source, State: runtime.StateCompleted, Executions: 7, Faults: map[string]int64{"SIGSEGV": 1},
		Fields: []runtime.FieldState{{Name: "rd", Legal: []int64{1, 2}, Seen: []int64{2}}},
	}}}
	got, err := Ran(m, r)
	require.NoError(t, err)
	require.NoError(t, got.Check())
	i := slices.IndexFunc(got.Patterns, func(p *Pattern) bool { return p.Name == "ADD" })
	p := got.Patterns[i]
	require.Equal(t, runtime.StateCompleted, p.State)
	require.Equal(t, map[string]int64{"SIGSEGV": 1}, p.Faults)
	rd := p.Fields[slices.IndexFunc(p.Fields, func(f Field) bool { return f.Name == "rd" })]
	require.Equal(t, Values{2}, rd.Seen)
	require.Greater(t, len(rd.Legal), 10)
	sum := got.Summary()
	require.Equal(t, 1, sum.Patterns.Hit)
	require.Zero(t, sum.Covered)
	r.PatternList[0].Source = "toy.decode:1"
	_, err = Ran(m, r)
	require.ErrorContains(t, err, "which the descriptions have not")
}
