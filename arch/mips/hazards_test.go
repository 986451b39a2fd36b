package mips

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// The rules once more, by mnemonics as the manuals have them, and tried on words alone: which are glue does not
// matter, and neither does what the scheduler thinks that runs.

// step is a word of a block, decoded.
type step struct {
	name          string
	in            *constraints.Insn
	uses          []constraints.Use
	offset        int64 // of a branch, in words
	always        bool  // a branch that is always taken
	reads, writes []string
}

// decodeBlock decodes the words of a block.
func decodeBlock(t *testing.T, m arch.Machine, b *arch.Block) []step {
	var out []step
	for _, it := range b.Items {
		in := m.Set().Decode(it.Word)
		require.NotNil(t, in, "%#x", it.Word)
		args := in.Pattern.Extract(it.Word, nil)
		s := step{name: in.Name(), in: in, uses: in.Uses(nil, it.Word, args), offset: in.BranchOffset(it.Word, args) / 4}
		s.always = s.name == "BEQ" && args[0] == args[1]
		for _, u := range s.uses {
			name := "memory"
			switch u.Kind {
			case constraints.UseState:
				name = m.Layout().States[u.Num].Name
			case constraints.UseRegister:
				name = fmt.Sprint(m.Layout().Classes[u.Class].Prefix, u.Num)
			}
			if u.Role.Reads() && name != "$0" {
				s.reads = append(s.reads, name)
			}
			if u.Role.Writes() && name != "$0" {
				s.writes = append(s.writes, name)
			}
		}
		out = append(out, s)
	}
	return out
}

// walker follows every way through a block, and looks at two instructions and what ran between.
type walker struct {
	steps []step
	seen  map[string]bool
	found map[string]int // violations by rule
}

// from runs the block from a word on; last holds the words that ran before, the latest first.
func (w *walker) from(i int, last []int) {
	key := fmt.Sprint(i, last)
	if i >= len(w.steps) || w.seen[key] {
		return
	}
	w.seen[key] = true
	last = w.run(i, last)
	s := &w.steps[i]
	if s.in.Branch == nil {
		w.from(i+1, last)
		return
	}
	slot := func() []int { return w.run(i+1, last) }
	to := len(w.steps)
	if !s.in.Branch.Absolute {
		to = i + int(s.offset)
	}
	if s.always || s.in.Branch.Absolute {
		w.from(to, slot())
		return
	}
	w.from(to, slot())
	if s.in.Branch.Likely {
		w.from(i+2, last)
	} else {
		w.from(i+2, slot())
	}
}

// run looks at one word behind those that ran last.
func (w *walker) run(i int, last []int) []int {
	for between, j := range last {
		if rule := tooNear(&w.steps[j], &w.steps[i], between); rule != "" {
			w.found[rule]++
		}
	}
	return append([]int{i}, last[:min(len(last), 2)]...)
}

// tooNear names the rule that an instruction breaks which runs so many words behind another.
func tooNear(first, second *step, between int) string {
	both := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(name string) bool { return slices.Contains(b, name) })
	}
	moves := strings.HasSuffix(first.name, "MFC1") || strings.HasSuffix(first.name, "MTC1") || first.name == "CFC1" || first.name == "CTC1"
	branches := strings.HasPrefix(second.name, "BC1")
	switch {
	case between < 2 && first.name == "MFHI" && slices.Contains(second.writes, "hi"):
		return "HI"
	case between < 2 && first.name == "MFLO" && slices.Contains(second.writes, "lo"):
		return "LO"
	case between < 1 && strings.HasPrefix(first.name, "C_") && branches:
		return "compare"
	case between < 1 && moves && both(first.writes, second.reads):
		return "move " + first.name
	case between < 2 && first.name == "CTC1" && branches:
		return "CTC1 branch"
	}
	return ""
}

// violations counts what a program does too soon, by rule.
func violations(t *testing.T, p *arch.Program) map[string]int {
	found := map[string]int{}
	for i := range p.Blocks {
		w := walker{steps: decodeBlock(t, p.Machine, &p.Blocks[i]), seen: map[string]bool{}, found: found}
		w.from(0, nil)
	}
	return found
}

// TestHazardsAreKeptApart: no program breaks a rule, and without its hazards programs break each of them.
func TestHazardsAreKeptApart(t *testing.T) {
	broken := map[string]int{}
	for _, cpu := range []string{"R4000", "Loongson-2E", "Loongson-2F"} {
		for _, patterns := range [][]string{nil, {"@hilo", "@control", "@compare", "@branch"}, {"@transfer", "DADDU", "ADD_D"}} {
			m, err := New().Machine(arch.Config{CPU: cpu})
			require.NoError(t, err)
			o := arch.Options{
				Seed: 11, Count: 4000, BlockLen: 24, Rounds: 1, Select: arch.Selection{Patterns: patterns}, TrapShare: 0.01, EdgeShare: arch.DefaultEdgeShare,
			}
			p, err := arch.Generate(m, o)
			require.NoError(t, err)
			assert.Empty(t, violations(t, p), "%s %v", cpu, patterns)
			m.(*machine).layout.Hazards = nil
			p, err = arch.Generate(m, o)
			require.NoError(t, err)
			for rule, n := range violations(t, p) {
				broken[rule] += n
			}
		}
	}
	t.Log(broken)
	for _, rule := range []string{"HI", "LO", "compare", "move MFC1", "move DMFC1", "move MTC1", "move DMTC1", "move CFC1", "move CTC1", "CTC1 branch"} {
		assert.Positive(t, broken[rule], rule)
	}
}

// TestHazardsByLevel: later levels have none, and MIPS I has that of loads beside those of MIPS III.
func TestHazardsByLevel(t *testing.T) {
	for i := range models {
		c := &models[i]
		l := newLayout(c, findABI(c.abis()[0]), mustOrder(t, "little"))
		assert.Equal(t, c.level.elf == mips3.elf, len(l.Hazards) > 0, c.name)
	}
	first := &model{level: level{features: []string{"mips1"}}}
	l := newLayout(first, findABI("o32"), mustOrder(t, "little"))
	require.Len(t, l.Hazards, 3)
	assert.Equal(t, arch.Hazard{
		State: arch.AnyRegister, First: arch.Touch{Role: constraints.Out, Group: "mem"}, Second: arch.Touch{Role: constraints.In}, Between: 1,
	}, l.Hazards[2])
}

func mustOrder(t *testing.T, name string) arch.ByteOrder {
	order, ok := arch.OrderByName(name)
	require.True(t, ok)
	return order
}

// TestHarnessWaitsForControlRegisters: what CFC1 reads is not stored before it is there.
func TestHarnessWaitsForControlRegisters(t *testing.T) {
	m, err := New().Machine(arch.Config{CPU: "R4000"})
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 100, BlockLen: 24, Rounds: 1})
	require.NoError(t, err)
	words, err := m.(*machine).harness(p, 0).finish()
	require.NoError(t, err)
	b := arch.Block{}
	for _, w := range words {
		b.Items = append(b.Items, arch.Item{Word: uint64(w)})
	}
	reads := 0
	steps := decodeBlock(t, m, &b)
	for i := range steps[1:] {
		assert.Empty(t, tooNear(&steps[i], &steps[i+1], 0), "word %d", i)
		if steps[i].name == "CFC1" {
			reads++
		}
	}
	assert.Greater(t, reads, len(m.Layout().Bases))
}
