package measure

import (
	"fmt"
	"regexp"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/semantics"
)

// Options say how to measure.
type Options struct {
	Seed  uint64 // the first; each seed gives a program of its own
	Seeds int
	// PlainSeeds is how many of the seeds plain values are tried with: they take long to find anything.
	PlainSeeds int
	Cap        int // executions after which a mistake counts as not found
	BlockLen   int // of the programs, as an image's
	Rounds     int
	Edges      float64 // share of words with unusual operands
	Workers    int     // mistakes that are looked for at the same time
	// Progress is called when a mistake was measured, if not nil, with how many were and how many there are in all.
	Progress func(done, total int64)
	measured func() // calls it
}

// MachineFunc makes the machine of a table.
type MachineFunc = func(arch.Config) (arch.Machine, error)

// Run measures the mistakes that are wanted. The result is in their order.
func Run(tables []semantics.Table, machine MachineFunc, want func(*semantics.Mistake) bool, o Options) ([]Result, error) {
	var all []Result
	var done atomic.Int64
	o.measured = func() {
		if o.Progress != nil {
			o.Progress(done.Add(1), Count(tables, want))
		}
	}
	for i := range tables {
		m, err := machine(tables[i].Config)
		if err != nil {
			return nil, err
		}
		results, err := runTable(&tables[i], m, want, o)
		if err != nil {
			return nil, err
		}
		all = append(all, results...)
	}
	return all, nil
}

// Count is how many mistakes of tables are wanted.
func Count(tables []semantics.Table, want func(*semantics.Mistake) bool) (n int64) {
	for i := range tables {
		for j := range tables[i].Mistakes {
			if want(&tables[i].Mistakes[j]) {
				n++
			}
		}
	}
	return n
}

// runTable measures the mistakes of a table.
func runTable(t *semantics.Table, m arch.Machine, want func(*semantics.Mistake) bool, o Options) ([]Result, error) {
	biased, plain := newPools(arch.NewPool), newPools(arch.PlainPool)
	var g errgroup.Group
	g.SetLimit(max(1, o.Workers))
	var jobs []*job
	for i := range t.Mistakes {
		if want(&t.Mistakes[i]) {
			jobs = append(jobs, &job{machine: m, right: t.Right, mistake: &t.Mistakes[i], options: o, biased: biased.pool, plain: plain.pool})
		}
	}
	results := make([]Result, len(jobs))
	for i, j := range jobs {
		g.Go(func() (err error) {
			results[i], err = j.measure()
			o.measured()
			return err
		})
	}
	return results, g.Wait()
}

// job looks for one mistake.
type job struct {
	machine       arch.Machine
	right         map[string]semantics.Func
	mistake       *semantics.Mistake
	options       Options
	biased, plain arch.PoolFunc
}

func (j *job) measure() (Result, error) {
	c := j.machine.Config()
	r := Result{
		Name: j.mistake.Name, Kind: j.mistake.Kind, Pattern: j.mistake.Pattern, CPU: c.CPU, ABI: c.ABI, Held: j.mistake.Held,
	}
	var err error
	if r.Biased, err = j.side(j.options.Seeds, j.options.Edges, j.biased); err == nil {
		r.Plain, err = j.side(j.options.PlainSeeds, 0, j.plain)
	}
	if err != nil {
		return r, fmt.Errorf("%s: %s: %w", c.CPU, j.mistake.Name, err)
	}
	return r, nil
}

// side looks for the mistake with a kind of pool, once for each seed. It stops where so many seeds have not found it
// that both figures of the distribution are beyond the cap.
func (j *job) side(seeds int, edges float64, pool arch.PoolFunc) (Distribution, error) {
	var counts []int
	capped := 0
	for s := range uint64(seeds) {
		n, err := j.seed(j.options.Seed+s, edges, pool)
		if err != nil {
			return Distribution{}, err
		}
		if n > j.options.Cap {
			capped++
		}
		if counts = append(counts, n); 2*capped > seeds {
			break
		}
	}
	for len(counts) < seeds {
		counts = append(counts, j.options.Cap+1)
	}
	return distribution(counts, j.options.Cap), nil
}

// firstCount is the number of words in a program at first; each further one of the same seed has growth times as many, or
// fewer if that is enough.
const (
	firstCount = 96
	growth     = 8
)

// seed looks for the mistake in the program of a seed. The program is made longer until it shows.
func (j *job) seed(seed uint64, edges float64, pool arch.PoolFunc) (int, error) {
	limit := j.options.Cap
	for count := firstCount; ; {
		p, err := arch.Generate(j.machine, arch.Options{
			Seed: seed, Count: count, BlockLen: j.options.BlockLen, Rounds: j.options.Rounds,
			Select:    arch.Selection{Patterns: []string{regexp.QuoteMeta(j.mistake.Pattern)}},
			EdgeShare: edges, CondShare: arch.DefaultCondShare, MisalignedShare: arch.DefaultMisalignedShare, Pool: pool,
		})
		if err != nil {
			return 0, err
		}
		n, found, err := newWalker(p, j.right, j.mistake).find(limit)
		switch {
		case err != nil:
			return 0, err
		case found:
			return n, nil
		case n >= limit || count > 4*limit:
			return limit + 1, nil
		}
		count = min(count*growth, int(float64(count)*float64(limit)/float64(max(1, n))*9/8)+firstCount)
	}
}

// Distribution is how many executions were needed, over the seeds. What is beyond Cap was not found within so many.
type Distribution struct {
	Seeds  int `json:"seeds"`
	Median int `json:"median"`
	P99    int `json:"p99"`
	Cap    int `json:"cap"`
}

// distribution sums up counts: the smallest number that half of them, and 99 in 100, do not exceed.
func distribution(counts []int, limit int) Distribution {
	slices.Sort(counts)
	at := func(percent int) int { return counts[(len(counts)*percent+99)/100-1] }
	return Distribution{Seeds: len(counts), Median: at(50), P99: at(99), Cap: limit}
}
