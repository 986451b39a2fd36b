package reduce

import (
	"context"
	"regexp"
	"time"

	"github.com/risugen/risugen/runtime"
)

// Options say how to reduce.
type Options struct {
	// Targets are master and apprentice. Both have to run any image.
	Targets [2]runtime.Target
	// Seen are the targets of the first run, where that is another one, of a recording for example. nil: Targets.
	Seen [2]runtime.Target
	// Stall is how long a target may be silent, 20 seconds by default.
	Stall time.Duration
	// Known are differences that are understood. Groups that they cover are left alone.
	Known []*runtime.Known
	// MaxGroups bounds the groups that are reduced; 0: all are.
	MaxGroups int
	// Pattern leaves groups alone whose pattern it does not match; nil: none.
	Pattern *regexp.Regexp
	// MaxRuns bounds the images that are run for one example, 2000 by default.
	MaxRuns int
	// KeepGoing is how often a target may die in the first run: see runtime.Options.
	KeepGoing int
	// Tool is the version of what makes the images.
	Tool string
	// Progress is called in the first run, if not nil, with how many pairs of records were compared.
	Progress func(done, total int64)
	// Began is called before each group is reduced, if not nil, with its name, and how many groups there are.
	Began func(name string, number, groups int)
}

func (o Options) withDefaults() Options {
	if o.Stall <= 0 {
		o.Stall = 20 * time.Second
	}
	if o.MaxRuns <= 0 {
		o.MaxRuns = 2000
	}
	for i := range o.Seen {
		if o.Seen[i] == nil {
			o.Seen[i] = o.Targets[i]
		}
	}
	return o
}

// Outcome is what became of a run's differences.
type Outcome struct {
	First *runtime.Report // of the original image
	// Ended says how the first run ended early, after it had shown differences; nil: it did not.
	Ended error
	Cases []*Case // of the groups, in the order of the report: mismatches, then findings
	Left  int     // groups beyond Options.MaxGroups
}

// Run runs an image and reduces what differs, group by group. The error says that the first run failed, or that nothing more
// could be run; what was done until then is returned with it.
func Run(ctx context.Context, img *runtime.Image, opt Options) (*Outcome, error) {
	opt = opt.withDefaults()
	r := &reducer{ctx: ctx, opt: opt, img: img, out: &Outcome{}}
	groups, err := r.survey()
	if err != nil {
		return r.out, err
	}
	if err := r.control(); err != nil {
		return r.out, err
	}
	for i, t := range opt.Targets {
		r.judges[i] = runtime.WithVersion(ctx, t)
	}
	if n := opt.MaxGroups; n > 0 && len(groups) > n {
		r.out.Left, groups = len(groups)-n, groups[:n]
	}
	names := namesOf(groups)
	for i, g := range groups {
		if opt.Began != nil {
			opt.Began(names[i], i+1, len(groups))
		}
		c, err := r.group(g)
		if err != nil {
			return r.out, err
		}
		c.Name = names[i]
		r.out.Cases = append(r.out.Cases, c)
	}
	return r.out, nil
}

// reducer is the work on one image.
type reducer struct {
	ctx context.Context
	opt Options
	img *runtime.Image
	out *Outcome

	entries map[spot]*group   // of the first run: the group that an entry of its report belongs to
	judges  [2]runtime.Target // the targets, which are not asked for their versions at each run
}

// bench is where candidates for a goal run.
func (r *reducer) bench(g *goal) *bench {
	b := &bench{ctx: r.ctx, targets: r.judges, known: r.opt.Known, stall: r.opt.Stall, tool: r.opt.Tool, most: r.opt.MaxRuns}
	if g.died() && isCommand(r.opt.Targets[0]) && isCommand(r.opt.Targets[1]) {
		b.stall = min(b.stall, hangs)
	}
	return b
}

// hangs is how long a command may be silent on the way to an image that it dies of: it may hang in each candidate. What the
// way leads to is run with Options.Stall.
const hangs = 5 * time.Second

// isCommand reports whether a target is a program, and no other machine that may be far or slow.
func isCommand(t runtime.Target) bool {
	switch t.(type) {
	case *runtime.Exec, *runtime.OneInsn:
		return true
	}
	return false
}
