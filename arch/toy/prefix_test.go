package toy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// located is a machine that knows where its blocks stand, for branches to addresses.
type located struct {
	arch.Machine
	layout arch.Layout
}

func (l *located) Layout() *arch.Layout { return &l.layout }

// prefixed makes a machine with a prefix.
func prefixed(t testing.TB, order string) arch.Machine {
	t.Helper()
	text, err := files.ReadFile(prefixFile)
	require.NoError(t, err)
	m, err := Arch{}.Machine(arch.Config{Order: order, Sources: []arch.Source{{Name: prefixFile, Kind: arch.DecodeSource, Text: text}}})
	require.NoError(t, err)
	l := &located{m, *m.Layout()}
	l.layout.CodeAddr = codeAddr
	return l
}

func generatePrefixed(t testing.TB, order string, o arch.Options) *arch.Program {
	t.Helper()
	p, err := arch.Generate(prefixed(t, order), o)
	require.NoError(t, err)
	require.Equal(t, o.Count, p.Instructions())
	return p
}

// group is a prefix in a block, and how many instructions stand behind it.
type group struct{ prefix, n int }

// groupsOf finds the groups of a block. Everything that stands behind a prefix must be in one.
func groupsOf(t testing.TB, p *arch.Program, b *arch.Block) []group {
	t.Helper()
	var out []group
	set := p.Machine.Set()
	for i := 0; i < len(b.Items); i++ {
		it := &b.Items[i]
		if it.Kind != arch.Test {
			continue
		}
		in := set.Insns[it.Insn]
		require.Empty(t, in.Behind, "item %d, %s, stands behind no prefix", i, in)
		if in.Prefix == nil {
			continue
		}
		n := in.Following(it.Word)
		require.Less(t, i+n, len(b.Items), "the block ends within a group")
		for j, slot := range b.Items[i+1 : i+n+1] {
			require.Equal(t, arch.Test, slot.Kind, "glue within a group")
			member := set.Insns[slot.Insn]
			require.Equal(t, "cond", member.Behind, "%s stands behind a prefix", member)
			require.True(t, member.Legal(slot.Word))
			require.True(t, member.Branch == nil || j == n-1, "a branch is not the last")
			require.False(t, member.MayFault())
		}
		out = append(out, group{i, n})
		i += n
	}
	return out
}

// TestGroupsAreWhole: behind every prefix stand as many instructions as its word wants, and nothing between.
func TestGroupsAreWhole(t *testing.T) {
	lengths, masks, names, at := map[int]int{}, map[uint64]bool{}, map[string]bool{}, map[string]map[string]bool{}
	for seed := range uint64(20) {
		for _, order := range orders {
			p := generatePrefixed(t, order, options(seed))
			for b := range p.Blocks {
				block := &p.Blocks[b]
				requireOwnPlaces(t, p, block)
				for _, g := range groupsOf(t, p, block) {
					lengths[g.n]++
					masks[block.Items[g.prefix].Word>>14&0x3f] = true
					for j, it := range block.Items[g.prefix+1 : g.prefix+g.n+1] {
						name := p.Machine.Set().Insns[it.Insn].Name()
						if names[name] = true; at[name] == nil {
							at[name] = map[string]bool{}
						}
						at[name][fmt.Sprintf("%d of %d", j, g.n)] = true
					}
				}
			}
		}
	}
	total := lengths[1] + lengths[2] + lengths[3] + lengths[4]
	for n := 1; n <= constraints.MaxBehind; n++ {
		assert.InDelta(t, total/4, lengths[n], float64(total)/20, "%d behind the prefix", n)
	}
	assert.Len(t, masks, 2+4+8+16, "every choice of those that are executed")
	assert.True(t, names["JR"])
	assert.False(t, names["TZ"] || names["SHL"] || names["BNED"], "what may fault, is not there, has a delay slot")
	for name, places := range at {
		want := 10
		if name == "JR" || name == "BEQ" {
			want = 4
		}
		assert.Len(t, places, want, name)
	}
}

// TestGroupsHoldAllAlike: what seldom fits, since another writes the same state or the registers are taken, waits and is not lost.
// Wherever in a group, it stands there as often as anything else.
func TestGroupsHoldAllAlike(t *testing.T) {
	o := arch.Options{Seed: 6, Count: 60000, BlockLen: 12, Rounds: 1, Select: arch.Selection{Patterns: []string{"ADD", "SUB", "LW", "LWP", "MTACC", "MFACC", "MAC", "WRST"}}}
	p := generatePrefixed(t, "little", o)
	names, places := map[string]int{}, map[string]int{}
	members := 0
	for b := range p.Blocks {
		for _, g := range groupsOf(t, p, &p.Blocks[b]) {
			members += g.n
			for j, it := range p.Blocks[b].Items[g.prefix+1 : g.prefix+g.n+1] {
				name := p.Machine.Set().Insns[it.Insn].Name()
				names[name]++
				if g.n > 1 && (name == "MTACC" || name == "MAC") {
					places[fmt.Sprintf("%d of %d", j+1, g.n)]++
				}
			}
		}
	}
	assert.Len(t, names, 8)
	for name, n := range names {
		assert.InEpsilon(t, members/8, n, 0.06, "%s", name)
	}
	assert.Len(t, places, 2+3+4)
	for n := 2; n <= constraints.MaxBehind; n++ {
		for j := 1; j < n; j++ { // the last is drawn of more
			assert.InEpsilon(t, places[fmt.Sprintf("%d of %d", n-1, n)], places[fmt.Sprintf("%d of %d", j, n)], 0.2, "%d of %d", j, n)
		}
	}
}

// TestGroupsRun: nothing in a group faults for want of a value, whichever way the condition goes, and what is
// undefined is not read.
func TestGroupsRun(t *testing.T) {
	for seed := range uint64(10) {
		o := options(seed)
		o.Select.NotPatterns = []string{"TZ"}
		p := generatePrefixed(t, orders[seed%2], o)
		clean := runProgram(t, p, nil)
		for b, rounds := range payloads(t, p, clean) {
			for round, payload := range rounds {
				require.Len(t, payload, p.Machine.Layout().PayloadSize(&p.Blocks[b]), "block %d round %d", b, round)
			}
		}
		require.NotContains(t, kindsOf(t, p, clean), arch.RecordFault)
		mulx := p.Machine.Set().ByName("MULX")[0].Pattern
		require.Equal(t, clean, runProgram(t, p, func(s *Step) {
			if mulx.Matches(uint64(s.Word)) {
				s.CPU.Acc ^= 0x5a5a5a5a5a
			}
		}))
		flipAll(t, p)
		requireAllOutputs(t, p)
	}
}

// kindsOf lists the kinds of records in a stream.
func kindsOf(t testing.TB, p *arch.Program, out []byte) []arch.RecordKind {
	var kinds []arch.RecordKind
	for len(out) > 0 {
		h, ok := arch.ParseRecordHeader(out, p.Machine.Layout().Order)
		require.True(t, ok)
		kinds = append(kinds, h.Kind)
		out = out[arch.RecordHeaderSize+int(h.Length):]
	}
	return kinds
}

// TestConditionsAreMetBothWays follows what is executed behind prefixes: the words say what, and nothing else decides.
func TestConditionsAreMetBothWays(t *testing.T) {
	p := generatePrefixed(t, "little", arch.Options{Seed: 4, Count: 600, BlockLen: 12, Rounds: 8, Select: arch.Selection{Patterns: []string{"ADD", "IF"}}})
	var wants []bool
	seen := map[[2]bool]int{}
	runProgram(t, p, func(s *Step) {
		rd, sum := s.Word>>20&15, s.Before.R[s.Word>>16&15]+s.Before.R[s.Word>>12&15]
		switch {
		case s.Word>>24 == 0xa0:
			odd := s.Before.R[s.Word>>20&15]&1 == 1
			for i := range s.Word>>18&3 + 1 {
				then := s.Word>>14>>i&1 == 1
				wants = append(wants, odd == then)
				seen[[2]bool{odd, then}]++
			}
		case len(wants) > 0:
			if want := s.Before.R[rd]; rd != 0 && !wants[0] {
				require.Equal(t, want, s.CPU.R[rd])
			} else if rd != 0 {
				require.Equal(t, sum, s.CPU.R[rd])
			}
			wants = wants[1:]
		}
	})
	require.Empty(t, wants)
	require.Len(t, seen, 4)
	for way, n := range seen {
		require.Greater(t, n, 400, "%v", way)
	}
}

// TestSwappedConditionIsSeen takes the condition of one prefix at a time for the contrary.
func TestSwappedConditionIsSeen(t *testing.T) {
	p := generatePrefixed(t, "big", arch.Options{Seed: 9, Count: 800, BlockLen: 8, Rounds: 8, Select: arch.Selection{Patterns: []string{"IF", "ADD", "LW", "SADD", "BEQ"}}})
	code, err := p.Machine.Emit(p)
	require.NoError(t, err)
	mem := memoryOf(code)
	in, err := NewInterpreter(p.Machine.Layout().Order)
	require.NoError(t, err)
	require.NoError(t, in.AddPrefix())
	clean := payloads(t, p, runProgram(t, p, nil))
	found, prefixes := 0, 0
	for b := range p.Blocks {
		for _, g := range groupsOf(t, p, &p.Blocks[b]) {
			prefixes++
			in.WrongPrefix = func(s *Step) bool { return s.Index == g.prefix }
			for round := range p.Rounds {
				if _, out, err := in.Round(mem, b, round); assert.NoError(t, err) && !reflect.DeepEqual(clean[b][round], out) {
					found++
					break
				}
			}
		}
	}
	assert.Greater(t, prefixes, 100)
	assert.Greater(t, found, prefixes*9/10, "of %d", prefixes)
}

// TestSelectionsOfGroups: a prefix comes with what it needs, and so does what stands behind one.
func TestSelectionsOfGroups(t *testing.T) {
	for _, c := range []struct {
		patterns, not []string
		limit         int
		want          string // outside, then inside, of groups
	}{
		{patterns: []string{"ADD"}, want: "ADD IF+ADD"},
		{patterns: []string{"JR"}, want: "IF+JR"},
		{patterns: []string{"WRST"}, want: "IF WRST+WRST"},
		{patterns: []string{"SHL"}, want: "SHL+"},
		{patterns: []string{"IF", "SHL"}, not: []string{"[^ISA].*", "SW", "SH", "SADD"}, want: "IF SHL+ADD SUB"},
		{patterns: []string{"IF", "SUB"}, want: "IF SUB+SUB"},
		{patterns: []string{"@prefix"}, not: []string{"[^IA].*"}, want: "IF+ADD"},
		{patterns: []string{"ADD"}, not: []string{"IF"}, want: "ADD+"},
		{patterns: []string{"ADD"}, limit: 1, want: "ADD+"},
		{patterns: []string{"ADD"}, limit: 2, want: "ADD IF+ADD"},
	} {
		o := arch.Options{Seed: 1, Count: 101, BlockLen: 12, Rounds: 1, Select: arch.Selection{Patterns: c.patterns, NotPatterns: c.not}}
		if c.limit > 0 {
			o.BlockLen = c.limit
		}
		p, err := arch.Generate(prefixed(t, "little"), o)
		require.NoError(t, err, c.want)
		assert.InDelta(t, 101, p.Instructions(), 1, c.want)
		var outside, inside []string
		for b := range p.Blocks {
			assert.LessOrEqual(t, p.Blocks[b].Tests(), max(o.BlockLen, 2))
			groupsOf(t, p, &p.Blocks[b])
			for _, it := range p.Blocks[b].Items {
				if it.Kind == arch.Test {
					if in := p.Machine.Set().Insns[it.Insn]; in.Behind == "" {
						outside = append(outside, in.Name())
					} else {
						inside = append(inside, in.Name())
					}
				}
			}
		}
		slices.Sort(outside)
		slices.Sort(inside)
		assert.Equal(t, c.want, strings.Join(slices.Compact(outside), " ")+"+"+strings.Join(slices.Compact(inside), " "))
	}
	for _, o := range []arch.Options{
		{BlockLen: 1, Select: arch.Selection{Patterns: []string{"JR"}}},
		{BlockLen: 4, Select: arch.Selection{Patterns: []string{"JR"}, NotPatterns: []string{"IF"}}},
		{BlockLen: 4, Select: arch.Selection{Patterns: []string{"IF"}, NotPatterns: []string{"[^I].*"}}},
	} {
		o.Count, o.Rounds = 10, 1
		_, err := arch.Generate(prefixed(t, "little"), o)
		assert.EqualError(t, err, "what is selected is a prefix or stands behind one: both are needed, and room for them in a block")
	}
}

// TestHazardsInGroups: where two members of a group must not stand so near, they are not members of one.
func TestHazardsInGroups(t *testing.T) {
	m := prefixed(t, "little").(*located)
	acc := m.layout.StateIndex("acc")
	m.layout.Hazards = []arch.Hazard{{State: acc, First: arch.Touch{Role: constraints.Out}, Second: arch.Touch{Role: constraints.In}, Between: 3}}
	o := options(7)
	o.Count, o.Select.Patterns = 2000, []string{"MTACC", "MFACC", "MAC", "ADD"}
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	touches := func(it *arch.Item, role constraints.Role) bool {
		in := m.Set().Insns[it.Insn]
		return slices.ContainsFunc(in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)), func(u constraints.Use) bool {
			return u.Kind == constraints.UseState && int(u.Num) == acc && u.Role&role != 0
		})
	}
	writers := 0
	for b := range p.Blocks {
		items := p.Blocks[b].Items
		for _, g := range groupsOf(t, p, &p.Blocks[b]) {
			for i := g.prefix + 1; i <= g.prefix+g.n; i++ {
				for j := max(0, i-3); j < i; j++ {
					if items[j].Kind == arch.Test && touches(&items[j], constraints.Out) {
						writers++
						require.False(t, touches(&items[i], constraints.In), "block %d items %d, %d", b, j, i)
					}
				}
			}
		}
	}
	require.Greater(t, writers, 20)
}

// TestStoredGroups: a stored program tells what stands behind a prefix from what stands elsewhere.
func TestStoredGroups(t *testing.T) {
	p := generatePrefixed(t, "little", options(3))
	code, err := p.Machine.Emit(p)
	require.NoError(t, err)
	table, err := p.MarshalTable()
	require.NoError(t, err)
	require.Contains(t, string(table), `"ADD+cond"`)
	q, err := arch.UnmarshalTable(table, memoryOf(code), func(arch.Config) (arch.Machine, error) { return p.Machine, nil })
	require.NoError(t, err)
	require.True(t, reflect.DeepEqual(p.Blocks, q.Blocks))
	for b := range q.Blocks {
		groupsOf(t, q, &q.Blocks[b])
	}
}

// TestGivenGroups: a prefix and what stands behind it run as they stand, in one block, as often as other words.
func TestGivenGroups(t *testing.T) {
	m, grouped := prefixed(t, "little"), 0
	for seed := range uint64(10) {
		made, err := arch.Generate(m, options(seed))
		require.NoError(t, err)
		var words []arch.Given
		for i, w := range tests(made) {
			words = append(words, arch.Given{Word: w, Size: 4, Offset: uint64(4 * i)})
		}
		p, refused := given(t, m, words)
		assert.Equal(t, len(words), p.Instructions()+refused.Total())
		assert.Less(t, refused.Total(), len(words)/20)
		for b := range p.Blocks {
			requireOwnPlaces(t, p, &p.Blocks[b])
			grouped += len(groupsOf(t, p, &p.Blocks[b]))
		}
	}
	assert.Greater(t, grouped, 100)
}

// TestGivenGroupsThatCannotRun: behind a gap, or a word that is none, stands no group; and two that write the same fit no block.
func TestGivenGroupsThatCannotRun(t *testing.T) {
	const prefix, add, other, sub = 0xa0144000, 0x01123000, 0x01445000, 0x02156000 // IF with two behind it; SUB writes what ADD does
	for _, c := range []struct {
		words  []arch.Given
		runs   []uint64
		reason string
	}{
		{[]arch.Given{{Word: prefix}, {Word: add, Offset: 4}, {Word: other, Offset: 8}}, []uint64{prefix, add, other}, ""},
		{[]arch.Given{{Word: prefix}, {Word: add, Offset: 4}, {Word: other, Offset: 12}}, []uint64{add, other}, "IF (AT) is no instruction that can stand alone: it makes others of those behind it"},
		{[]arch.Given{{Word: prefix}, {Word: add, Offset: 4}}, []uint64{add}, "IF (AT) is no instruction that can stand alone: it makes others of those behind it"},
		{[]arch.Given{{Word: other}, {Word: prefix, Offset: 4}, {Word: add, Offset: 8}, {Word: sub, Offset: 12}}, []uint64{other}, "the prefix and those behind it fit no block: no two of them may write the same"},
	} {
		p, refused := given(t, prefixed(t, "little"), c.words)
		assert.Equal(t, c.runs, tests(p))
		assert.Equal(t, len(c.words)-len(c.runs), refused.Total())
		for _, r := range refused.First {
			assert.Equal(t, c.reason, position.ReplaceAllString(r.Why, "AT"))
		}
	}
}

// TestGivenPrefixIsRefused: what stands behind it runs as it does elsewhere, if it is an instruction there.
func TestGivenPrefixIsRefused(t *testing.T) {
	p, refused := given(t, prefixed(t, "little"), []arch.Given{{Word: 0xa0140000}, {Word: 0x01123000, Offset: 8}, {Word: 0x71100000, Offset: 12}})
	require.Equal(t, []uint64{0x01123000}, tests(p))
	require.Len(t, refused.First, 2)
	require.Equal(t, "IF (AT) is no instruction that can stand alone: it makes others of those behind it", position.ReplaceAllString(refused.First[0].Why, "AT"))
	require.Equal(t, "it is an instruction, JR+cond (AT), behind a prefix alone", position.ReplaceAllString(refused.First[1].Why, "AT"))
}
