package measure

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/semantics"
	"github.com/risugen/risugen/internal/needtool"
)

// options are those of a small measurement.
func options(seeds, limit int) Options {
	return Options{Seed: 1, Seeds: seeds, PlainSeeds: seeds, Cap: limit, BlockLen: 24, Rounds: 64, Edges: arch.DefaultEdgeShare, Workers: 2}
}

func all(*semantics.Mistake) bool { return true }

// TestTable: mistakes are many, of many kinds, in patterns that have a right model, and half of them are held back, as far as the kinds
// allow.
func TestTable(t *testing.T) {
	type counts struct{ tune, held int }
	kinds, names, sum := map[semantics.Kind]*counts{}, map[string]bool{}, counts{}
	for _, table := range tables() {
		for i := range table.Mistakes {
			m := &table.Mistakes[i]
			assert.NotNil(t, table.Right[m.Pattern], m.Name)
			assert.False(t, names[m.Name], "%s is there twice", m.Name)
			names[m.Name] = true
			if kinds[m.Kind] == nil {
				kinds[m.Kind] = &counts{}
			}
			if m.Held {
				kinds[m.Kind].held++
				sum.held++
			} else {
				kinds[m.Kind].tune++
				sum.tune++
			}
		}
	}
	assert.GreaterOrEqual(t, sum.tune+sum.held, 80)
	assert.GreaterOrEqual(t, len(kinds), 8)
	assert.InDelta(t, sum.tune, sum.held, 8)
	for kind, c := range kinds {
		assert.LessOrEqual(t, math.Abs(float64(c.tune-c.held)), math.Max(2, float64(c.tune+c.held)/3), "%s: %d and %d", kind, c.tune, c.held)
	}
}

// TestEveryMistakeShows: what no values find is no mistake.
func TestEveryMistakeShows(t *testing.T) {
	needtool.Slow(t)
	o := options(1, 2_000_000)
	for _, table := range tables() {
		m, err := machineOf(table.Config)
		require.NoError(t, err)
		for i := range table.Mistakes {
			j := &job{machine: m, right: table.Right, mistake: &table.Mistakes[i], options: o}
			n, err := j.seed(3, arch.DefaultEdgeShare, nil)
			require.NoError(t, err)
			assert.LessOrEqual(t, n, o.Cap, "%s was not found", j.mistake.Name)
		}
	}
}

// TestNoMistake: a wrong model that is the right one is never found.
func TestNoMistake(t *testing.T) {
	for _, table := range tables() {
		for i := range table.Mistakes {
			table.Mistakes[i].Wrong = table.Right[table.Mistakes[i].Pattern]
		}
		results, err := Run([]semantics.Table{table}, machineOf, all, options(1, 500))
		require.NoError(t, err)
		for _, r := range results {
			assert.Greater(t, r.Biased.Median, 500, r.Name)
			assert.Greater(t, r.Plain.P99, 500, r.Name)
			assert.False(t, r.Biased.Found(10_000))
			ratio, least := r.Ratio()
			assert.True(t, ratio == 1 && least)
		}
	}
}

// TestSameAgain: a measurement is the same whatever runs at the same time, and another one with other seeds.
func TestSameAgain(t *testing.T) {
	mips := tables()[:2]
	one := options(3, 1000)
	one.Workers = 1
	a, err := Run(mips, machineOf, all, one)
	require.NoError(t, err)
	b, err := Run(mips, machineOf, all, options(3, 1000))
	require.NoError(t, err)
	assert.Equal(t, a, b)
	one.Seed = 100
	c, err := Run(mips, machineOf, all, one)
	require.NoError(t, err)
	assert.NotEqual(t, a, c)
}

// TestLimit: no more executions count than the cap, however many words the mistake concerns, and one that shows with the last of them
// is found.
func TestLimit(t *testing.T) {
	table := tables()[0]
	m, err := machineOf(table.Config)
	require.NoError(t, err)
	seen := 0
	j := &job{machine: m, right: table.Right, options: options(1, 700)}
	j.mistake = &semantics.Mistake{Pattern: "CEQ", Wrong: func(x *semantics.Exec) {
		table.Right["CEQ"](x)
		if seen++; seen == 700 {
			x.Out[0].Lo = ^x.Out[0].Lo
		}
	}}
	n, err := j.seed(1, 0, nil)
	require.NoError(t, err)
	assert.Equal(t, 700, n)
	seen = -1
	n, err = j.seed(1, 0, nil)
	require.NoError(t, err)
	assert.Equal(t, 701, n)
	assert.Equal(t, 699, seen)
}

func TestDistribution(t *testing.T) {
	counts := make([]int, 100)
	for i := range counts {
		counts[99-i] = i + 1
	}
	assert.Equal(t, Distribution{Seeds: 100, Median: 50, P99: 99, Cap: 1000}, distribution(counts, 1000))
	assert.Equal(t, Distribution{Seeds: 1, Median: 7, P99: 7, Cap: 1000}, distribution([]int{7}, 1000))
	capped := Distribution{Seeds: 2, Median: 5, P99: 11, Cap: 10}
	assert.Equal(t, capped, distribution([]int{11, 5}, 10))
	assert.False(t, capped.Found(10_000))
}

func TestSummary(t *testing.T) {
	results := []Result{
		{Biased: Distribution{Median: 10, P99: 100, Cap: 1000}, Plain: Distribution{Median: 1001, P99: 1001, Cap: 1000}},
		{Biased: Distribution{Median: 100, P99: 600, Cap: 1000}, Plain: Distribution{Median: 100, P99: 300, Cap: 1000}},
		{Biased: Distribution{Median: 1001, P99: 1001, Cap: 1000}, Plain: Distribution{Median: 500, P99: 1001, Cap: 1000}},
	}
	s := Summarize(results, 500)
	assert.Equal(t, 1, s.Found)
	assert.Equal(t, 2, s.FoundHalf)
	assert.Equal(t, 1, s.PlainFound)
	assert.Equal(t, 100.0, s.Median)
	assert.Equal(t, 1.0, s.MedianRatio)
	assert.InDelta(t, math.Cbrt(100*1*0.5), s.MeanRatio, 1e-9)
	assert.Equal(t, 1, s.LeastRatios)
	assert.Equal(t, 2, s.Rare)
	assert.Equal(t, 50.25, s.RareRatio)
	assert.Equal(t, Summary{Within: 500}, Summarize(nil, 500))
}
