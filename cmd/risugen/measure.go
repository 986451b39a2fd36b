package main

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	armmistakes "github.com/risugen/risugen/arch/arm/mistakes"
	mipsmistakes "github.com/risugen/risugen/arch/mips/mistakes"
	"github.com/risugen/risugen/arch/semantics"
	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/measure"
)

// measureFlags choose what is measured and how.
type measureFlags struct {
	options measure.Options
	set     string
	within  int
	json    bool
}

func (a *app) measureCommand() *cobra.Command {
	var f measureFlags
	cmd := &cobra.Command{
		Use:   "measure",
		Short: "Measure how soon wrong models of instructions show",
		Long: `Measure how sharp input values are: for each of a table of wrong models of instructions, how many executions it takes until
a result differs from the right one's, the median and the 99th percentile over many seeds, with the values and operands that images
have and with plain random ones. Nothing is run on an emulator.

Half of the table is held back, so that values are not tuned to what they are measured by: it is shown with --set held
or all alone.`,
		Example: `  risugen measure
  risugen measure --set all --seeds 20 --json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.measure(&f) },
	}
	fl := cmd.Flags()
	fl.Uint64Var(&f.options.Seed, "seed", 1, "the first seed")
	fl.IntVar(&f.options.Seeds, "seeds", 100, "programs for each wrong model, each of a seed of its own")
	fl.IntVar(&f.options.PlainSeeds, "plain-seeds", 20, "programs with plain random values for each, of the first of these seeds")
	fl.IntVar(&f.options.Cap, "cap", 100_000, "executions after which a wrong model counts as not found")
	fl.IntVar(&f.within, "within", 10_000, "executions in which a wrong model should be found")
	fl.StringVar(&f.set, "set", "tune", "wrong models to measure: tune, held or all")
	fl.IntVar(&f.options.BlockLen, "block", defaultBlock, "instructions in a block")
	fl.IntVar(&f.options.Rounds, "rounds", defaultRounds, "executions of each block")
	fl.Float64Var(&f.options.Edges, "edges", arch.DefaultEdgeShare, "share of instructions with unusual operands, beside the values of images")
	fl.IntVarP(&f.options.Workers, "jobs", "j", runtime.NumCPU(), "wrong models to measure at the same time")
	fl.BoolVar(&f.json, "json", false, "print JSON")
	complete(cmd, "set", func() []string { return []string{"tune", "held", "all"} })
	return cmd
}

// check finds flags that are out of range.
func (f *measureFlags) check() error {
	o := &f.options
	switch {
	case f.set != "tune" && f.set != "held" && f.set != "all":
		return fmt.Errorf("unknown set %q; known are tune, held, all", f.set)
	case o.Seeds < 1 || o.Seeds > 100_000:
		return fmt.Errorf("number of seeds %d is out of range (1 to 100000)", o.Seeds)
	case o.PlainSeeds < 1 || o.PlainSeeds > 100_000:
		return fmt.Errorf("number of seeds for plain values %d is out of range (1 to 100000)", o.PlainSeeds)
	case o.Cap < 1 || o.Cap > 10_000_000:
		return fmt.Errorf("cap %d is out of range (1 to 10000000)", o.Cap)
	case f.within < 1:
		return fmt.Errorf("number of executions %d is out of range (1 or more)", f.within)
	case o.Workers < 1:
		return fmt.Errorf("number of jobs %d is out of range (1 or more)", o.Workers)
	}
	return arch.Options{Count: 1, BlockLen: o.BlockLen, Rounds: o.Rounds, EdgeShare: o.Edges}.Check()
}

// wants reports whether a mistake is of the set.
func (f *measureFlags) wants(m *semantics.Mistake) bool {
	return f.set == "all" || m.Held == (f.set == "held")
}

func (a *app) measure(f *measureFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	tables := append(mipsmistakes.Tables(), armmistakes.Tables()...)
	bar := a.bar(measure.Count(tables, f.wants), "measuring", "models", f.json)
	f.options.Progress = bar.set
	results, err := untilSignal("nothing was measured to its end", func() ([]measure.Result, error) {
		return measure.Run(tables, machineOf, f.wants, f.options)
	})
	bar.done()
	if err != nil {
		return err
	}
	summary := measure.Summarize(results, f.within)
	if f.json {
		return json.NewEncoder(a.stdout).Encode(struct {
			Mistakes []measure.Result `json:"mistakes"`
			Summary  measure.Summary  `json:"summary"`
		}{results, summary})
	}
	if err := a.render(measureTable(results)); err != nil {
		return err
	}
	return a.summarize(summary)
}

func measureTable(results []measure.Result) *screen.Table {
	t := newTable([]screen.Wrapped{{Number: 1, Least: 16}, {Number: 4, Least: 8}}, "mistake", "pattern", "cpu", "kind", "median", "p99", "plain median", "plain p99", "ratio")
	right := []table.ColumnConfig{}
	for _, column := range []int{5, 6, 7, 8, 9} {
		right = append(right, table.ColumnConfig{Number: column, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(right)
	for i := range results {
		r := &results[i]
		ratio, least := r.Ratio()
		t.AppendRow(table.Row{
			r.Name, r.Pattern, r.CPU, r.Kind, count(r.Biased.Median, r.Biased.Cap), count(r.Biased.P99, r.Biased.Cap),
			count(r.Plain.Median, r.Plain.Cap), count(r.Plain.P99, r.Plain.Cap), sign(least) + number(ratio),
		})
	}
	return t
}

// count writes a number of executions, or that there were too many.
func count(n, limit int) string {
	if n > limit {
		return fmt.Sprintf(">%d", limit)
	}
	return fmt.Sprint(n)
}

func sign(least bool) string {
	if least {
		return ">"
	}
	return ""
}

// number writes a ratio with as many digits as mean something.
func number(x float64) string {
	if x < 10 {
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.0f", x)
}

func (a *app) summarize(s measure.Summary) error {
	_, err := fmt.Fprintf(a.stdout, `
found within %d executions: %d of %d in 99 of 100 programs, %d in half of them; by plain values %d
median of the medians: %s executions, of plain values %s
ratio: median %s, geometric mean %s; median %s of the %d that plain values need more than %d executions for (%d ratios are lower bounds)
`, s.Within, s.Found, s.Mistakes, s.FoundHalf, s.PlainFound, number(s.Median), number(s.PlainMedian),
		number(s.MedianRatio), number(s.MeanRatio), number(s.RareRatio), s.Rare, measure.RareFrom, s.LeastRatios)
	return err
}
