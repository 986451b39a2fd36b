package campaign

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDefaults(t *testing.T) {
	p := mustLoad(t, "matrix:\n  cpus: [one]\n")
	require.Len(t, p.Jobs, 1)
	j := p.Jobs[0]
	want := Defaults()
	want.CPU, want.ABI, want.Order = "One", "narrow", "little"
	want.Master, want.Apprentice = "emu-little -cpu One", "one-insn:emu-little -cpu One"
	assert.Equal(t, want, j.Params)
	assert.Equal(t, "{emulator} | one-insn:{emulator}", j.Pair)
}

// TestIDsStay: results of today are found again tomorrow.
func TestIDsStay(t *testing.T) {
	p := mustLoad(t, "matrix: {cpus: One, patterns: [[ADD, SUB]], seeds: 18446744073709551615}")
	assert.Equal(t, "973a14e16dfc9937", p.Jobs[0].ID)
	assert.Equal(t, uint64(18446744073709551615), p.Jobs[0].Seed)
}

func TestMatrix(t *testing.T) {
	p := mustLoad(t, `
matrix:
  cpus: all
  abis: all
  orders: all
  seeds: [7, 1-2]
  patterns:
    - []
    - ADD
    - [V.*, "@mem"]
  numinsns: [10, 20]
targets:
  - name: a
  - name: b
    master: {command: "ssh board {cpu} {abi} {order} {}", slots: 2}
    apprentice: "/new/{emulator}"
    cpus: [Two]
`)
	// One has 2 variants and no vectors, Two has 4, Three 2; Two is on both pairs.
	one, two, three := 2*2*2*3, 4*3*2*3*2, 2*3*2*3
	assert.Len(t, p.Jobs, one+two+three)
	count := map[string]int{}
	for i, j := range p.Jobs {
		assert.Equal(t, i, j.Index)
		assert.Equal(t, j.Params.ID(), j.ID)
		count[j.CPU]++
		if j.Pair == "b" {
			assert.Equal(t, "ssh board Two "+j.ABI+" "+j.Order+" {}", j.Master)
			assert.Equal(t, "/new/emu-"+j.Order+" -cpu Two", j.Apprentice)
			assert.Equal(t, [2]int{0, -1}, j.sides)
		}
	}
	assert.Equal(t, map[string]int{"One": one, "Two": two, "Three": three}, count)
	assert.Len(t, slices.Compact(idsOf(p.Jobs)), len(p.Jobs))
	assert.Equal(t, []limit{{"ssh board {cpu} {abi} {order} {}", 2}}, p.limits)
	var seeds []uint64
	for _, j := range p.Jobs {
		seeds = append(seeds, j.Seed)
	}
	assert.Equal(t, []uint64{7, 1, 2}, slices.Compact(seeds), "all of a seed before the next")
	require.Len(t, p.LeftOut, 2)
	assert.Equal(t, LeftOut{"One narrow little", `pattern "V.*" matches none`, 2}, p.LeftOut[0])
}

func TestPlanIsPure(t *testing.T) {
	const text = "matrix: {cpus: all, seeds: 1-9, rounds: [1, 2]}\nknown: [known.yaml]"
	a, b := mustLoad(t, text), mustLoad(t, text)
	assert.Equal(t, a, b)
	for _, other := range []string{
		"matrix: {cpus: all, seeds: 1-9, rounds: [2, 1]}\nknown: [known.yaml]",
		"matrix: {cpus: all, seeds: 1-8, rounds: [1, 2]}\nknown: [known.yaml]",
		"matrix: {cpus: all, seeds: 1-9, rounds: [1, 2]}",
		text + "\nno-known: true", text + "\ndetails: 7", text + "\ntargets: [{name: other}]",
	} {
		assert.NotEqual(t, a.Digest, mustLoad(t, other).Digest, other)
	}
	assert.Equal(t, a.Digest, mustLoad(t, text+"\nstall: 1m").Digest, "what changes no result")
}

func TestOptionsReplaceKeys(t *testing.T) {
	file := mustLoad(t, "matrix: {cpus: [One, Two], seeds: 3-5, patterns: [[A, '@b']]}")
	options := []Option{
		{"cpus", [][]string{{"One"}, {"Two"}}}, {"seeds", [][]string{{"3-5"}}}, {"patterns", [][]string{{"A", "@b"}}},
	}
	assert.Equal(t, file.Jobs, mustLoad(t, "matrix: {cpus: Three, seeds: 1}", options...).Jobs)
	p, err := Load(Input{Options: options, Catalog: models{}, Master: "m {cpu}", Tool: "risugen test"})
	require.NoError(t, err)
	assert.Equal(t, "m One", p.Jobs[0].Master)
	assert.Equal(t, "one-insn:emu-little -cpu One", p.Jobs[0].Apprentice)
	_, err = Load(Input{Options: options[1:], Catalog: models{}})
	assert.EqualError(t, err, "--cpus: the matrix has no cpus: list CPU models, or all")
	_, err = load("matrix: {cpus: all}", Option{"seeds", [][]string{{"9-2"}}})
	assert.EqualError(t, err, "--seeds: the range of seeds 9-2 ends before it begins")
}

// TestErrors: the text that stands after ### on a line is what is wrong there.
func TestErrors(t *testing.T) {
	for _, text := range []string{
		"[1, 2] ### a campaign must be a mapping",
		"matrix: 7 ### the matrix must be a mapping",
		"matrix:\n  seeds: 1 ### the matrix has no cpus",
		"matrix:\n  cpus: Z80 ### unknown CPU \"Z80\"; known are One, Two, Three",
		"matrix: {cpus: all}\nmatrices: 1 ### a campaign has no key \"matrices\"",
		"matrix:\n  cpus: all\n  cpu: One ### the matrix has no key \"cpu\"",
		"matrix:\n  cpus: all\n  cpus: One ### the matrix has a second \"cpus\"",
		"matrix:\n  cpus:\n  - One\n  - one ### cpus has one twice",
		"matrix:\n  cpus: [] ### the list is empty",
		"matrix:\n  cpus: ~ ### must be a text",
		"matrix:\n  cpus: One\n  abis: [wide] ### wide is in no job",
		"matrix:\n  cpus: all\n  orders: middle ### middle is in no job",
		"matrix:\n  cpus: One\n  patterns:\n  - A\n  - V1 ### patterns: V1 is in no job: One: pattern \"V1\" matches none",
		"matrix:\n  cpus: all\n  patterns: (  ### pattern ( is no regular expression",
		"matrix:\n  cpus: all\n  patterns: 'A,B' ### holds a comma or a quote: write a list, such as [A, B]",
		"matrix:\n  cpus: all\n  patterns: [A, A] ### patterns: A is there twice",
		"matrix:\n  cpus: all\n  seeds: 0 ### seeds begin at 1",
		"matrix:\n  cpus: all\n  seeds: 5-4 ### ends before it begins",
		"matrix:\n  cpus: all\n  seeds: [1-5, 9, 5-6] ### seed 5 is there twice",
		"matrix:\n  cpus: all\n  seeds: some ### a seed is a number or a range of numbers",
		"matrix:\n  cpus: all\n  seeds: {a: 1} ### a seed is a number",
		"matrix:\n  cpus: all\n  numinsns: many ### must be a whole number from 0 to 100000000, not \"many\"",
		"matrix:\n  cpus: all\n  numinsns: 0 ### number of instructions 0 is out of range",
		"matrix:\n  cpus: all\n  rounds: [1, 0] ### number of rounds 0 is out of range",
		"matrix:\n  cpus: all\n  edges: 1.5 ### a share must be a number from 0 to 1",
		"matrix:\n  cpus: all\n  edges: .nan ### a share must be a number from 0 to 1",
		"matrix: {cpus: all}\ntargets: [] ### the list of targets is empty",
		"matrix: {cpus: all}\ntargets: x ### targets must be a list",
		"matrix: {cpus: all}\ntargets:\n- mister: a ### a pair of targets has no key \"mister\"",
		"matrix: {cpus: all}\ntargets:\n- master: warp:drive ### warp: is an unknown kind",
		"matrix: {cpus: all}\ntargets:\n- master: {slots: 1} ### the target has no command",
		"matrix: {cpus: all}\ntargets:\n- master: {command: a, slots: 0} ### slots must be a whole number from 1",
		"matrix: {cpus: all}\ntargets:\n- master: {command: a, slots: 1}\n- {name: x, apprentice: {command: a, slots: 2}} ### a target has one number of slots",
		"matrix: {cpus: all}\ntargets:\n- {master: {command: a, slots: 1}, apprentice: a} ### on both sides at the same time, and has one slot",
		"matrix: {cpus: all}\ntargets:\n- name: x\n- name: x ### a second pair of targets \"x\"",
		"matrix: {cpus: One}\ntargets:\n- cpus: [Two] ### Two is in no job: the matrix has no such CPU model",
		"matrix: {cpus: all}\nknown: none.yaml ### file does not exist",
		"matrix: {cpus: all}\nno-known: maybe ### no-known must be true or false",
		"matrix: {cpus: all}\ndetails: 0 ### details must be a whole number from 1",
		"matrix: {cpus: all}\nstall: soon ### stall must be a duration",
		"matrix: {cpus: all ### \nstall: 1s",
		"matrix: {cpus: all}\n--- ### a second document\nmatrix: {}",
		"matrix: {cpus: all}\nx: &a [*a] ### ",
	} {
		_, err := load(text)
		line, want := 0, ""
		for i, l := range strings.Split(text, "\n") {
			if _, after, ok := strings.Cut(l, "### "); ok {
				line, want = i+1, after
			}
		}
		require.Error(t, err, text)
		first := strings.Split(err.Error(), "\n")[0]
		assert.Regexp(t, fmt.Sprintf(`^c\.yaml:%d: `, line), first, text)
		assert.Contains(t, err.Error(), want, text)
	}
}

func TestSeveralErrorsAtOnce(t *testing.T) {
	_, err := load("matrix:\n  cpus: all\n  edges: 2\n  rounds: x\nstall: 0\n")
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 3)
}

// TestTooManyJobs: a number of jobs is refused before they are made.
func TestTooManyJobs(t *testing.T) {
	for _, text := range []string{
		"matrix: {cpus: all, seeds: 1-18446744073709551615}",
		"matrix: {cpus: all, seeds: [1-9223372036854775808, 9223372036854775809-18446744073709551615]}",
		"matrix: {cpus: all, seeds: 1-400000}",
		"matrix: {cpus: all, rounds: [" + numbersUpTo(2000) + "], block: [" + numbersUpTo(2000) + "]}",
	} {
		_, err := load(text)
		require.Error(t, err)
		assert.Contains(t, err.Error(), "more than 1000000 jobs")
	}
}

func numbersUpTo(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprint(i+1))
	}
	return strings.Join(out, ", ")
}

func TestSameJobTwice(t *testing.T) {
	_, err := load("matrix: {cpus: One}\ntargets: [{name: a, master: x}, {name: b, master: x}]")
	assert.EqualError(t, err, `c.yaml: targets "a" and "b" are the same for the One`)
	_, err = load("matrix: {cpus: One, edges: [0.5, 0.50]}")
	require.Error(t, err)
	assert.Contains(t, err.Error(), "the matrix has a value twice")
}

// TestShards: each job is in one shard, whatever the number of shards, and shards are of one size.
func TestShards(t *testing.T) {
	for _, jobs := range []int{1, 2, 7, 100} {
		p := smallPlan(t, jobs)
		for _, n := range []int{1, 2, 3, 8, 100, 101} {
			var all []string
			for i := range n {
				s, err := ParseShard(fmt.Sprintf("%d/%d", i+1, n))
				require.NoError(t, err)
				part := s.Of(p.Jobs)
				assert.Equal(t, s.size(jobs), len(part))
				assert.InDelta(t, float64(jobs)/float64(n), len(part), 0.999)
				assert.True(t, slices.IsSortedFunc(part, func(a, b Job) int { return a.Index - b.Index }))
				all = append(all, idsOf(part)...)
			}
			slices.Sort(all)
			assert.Equal(t, idsOf(p.Jobs), all)
		}
	}
	// Which shard a job is in depends on the ids of the jobs alone, not on their order in the file.
	p := smallPlan(t, 30)
	backwards := slices.Clone(p.Jobs)
	slices.Reverse(backwards)
	assert.Equal(t, Shard{2, 4}.Of(p.Jobs), Shard{2, 4}.Of(backwards))
	for _, text := range []string{"", "1", "0/4", "5/4", "1/0", "-1/4", "a/b", "1/4/2", "1/99999999"} {
		_, err := ParseShard(text)
		assert.Error(t, err, text)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("matrix: {cpus: all, seeds: [1-3, 9], patterns: [[A, '@b']]}\ntargets: [{master: {command: a, slots: 1}}]")
	f.Add("matrix: &m {cpus: [One, &a Two], orders: all}\ntargets: [{cpus: *a}]")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := load(text)
		if err != nil {
			return
		}
		require.NotEmpty(t, p.Jobs)
		again, err := load(text)
		require.NoError(t, err)
		require.Equal(t, p.Digest, again.Digest)
		require.Len(t, slices.Compact(idsOf(p.Jobs)), len(p.Jobs))
	})
}
