package reduce

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/risugen/risugen/runtime"
)

// maxExamples is how many examples of a group are kept: if one cannot be shown again, the next one may.
const maxExamples = 4

// group is differences of one kind and pattern.
type group struct {
	mismatch *runtime.Mismatch // the first; nil: it is a finding
	finding  *runtime.Finding
	count    int64 // how often it was seen
	words    int   // instructions that showed it
	examples []example
	// behind are more of them, of an instruction that stands behind a prefix: others are easier to reduce.
	behind []example
}

// first is the first example.
func (g *group) first() example { return g.all()[0] }

// all are the examples, in the order in which they are to be tried.
func (g *group) all() []example {
	return append(g.examples[:len(g.examples):len(g.examples)], g.behind...)
}

// note keeps an example, if it is one of few, and of another instruction than those before.
func (g *group) note(e example, behind bool) {
	to := &g.examples
	if behind {
		to = &g.behind
	}
	other := !slices.ContainsFunc(*to, func(o example) bool { return o.block == e.block && o.item == e.item })
	if other && len(*to) < maxExamples {
		*to = append(*to, e)
	}
}

// joined is the group that one belongs to which is laid at an instruction: reserved words of one table are one group, where some of
// its opcodes may be known and others not.
func joined(merged map[goal]*group, g *group) *group {
	key := groupKey(g.first().goal)
	key.place = ""
	to := merged[key]
	switch to {
	case nil:
		merged[key] = g
		return g
	case g:
	default:
		to.join(g)
	}
	return to
}

// join adds examples of another group, of which there are few.
func (g *group) join(other *group) {
	g.examples = append(g.examples, other.examples[:min(len(other.examples), max(0, maxExamples-len(g.examples)))]...)
	g.behind = append(g.behind, other.behind[:min(len(other.behind), max(0, maxExamples-len(g.behind)))]...)
}

// example is where a group was seen.
type example struct {
	goal  goal
	block int // index of it
	round uint32
	item  int // that is blamed, or -1
}

// groupKey tells groups apart: a goal without the ways in which the sides fault.
func groupKey(g goal) goal {
	g.faults = [2]string{}
	return g
}

// survey runs the image and lists the groups that are to be reduced.
func (r *reducer) survey() ([]*group, error) {
	all := map[goal]*group{}
	r.entries = map[spot]*group{}
	seen := map[entryKey]bool{}
	note := func(e example) {
		g := all[groupKey(e.goal)]
		if g == nil {
			g = &group{}
			all[groupKey(e.goal)] = g
		}
		g.note(e, r.behind(e))
		if k := r.entryKey(e); !e.goal.finding && len(r.entries) < maxSpots && (e.item < 0 || !seen[k]) {
			seen[k] = true
			r.entries[spot{r.img.Program.Number(e.block), e.round}] = g
		}
	}
	index := map[int]int{}
	for i := range r.img.Program.Blocks {
		index[r.img.Program.Number(i)] = i
	}
	report, err := runtime.Run(r.ctx, r.img, r.opt.Seen[0], r.opt.Seen[1], runtime.Options{
		Stall: r.opt.Stall, MaxMismatches: maxGroups, Known: r.opt.Known, Progress: r.opt.Progress, KeepGoing: r.opt.KeepGoing,
		Inspect: func(b runtime.Blame, m runtime.Moment) {
			if b.Known != "" {
				return
			}
			b.Block = index[b.Block]
			note(example{goalOf(r.img.Program, b, m), b.Block, b.Round, b.Item})
		},
		ObserveFinding: func(f runtime.Finding) {
			note(example{goalOfFinding(&f), index[f.Block], f.Round, -1})
		},
	})
	r.out.First = report
	if report == nil || err != nil && (!report.Failed() || r.ctx.Err() != nil) {
		return nil, err
	}
	r.out.Ended = err
	return r.wanted(all, report), nil
}

// entryKey tells entries of a report apart that are laid at an instruction, be they of one group: those behind a prefix are others.
type entryKey struct {
	goal goal
	insn int32
}

func (r *reducer) entryKey(e example) entryKey {
	if e.item < 0 {
		return entryKey{}
	}
	return entryKey{groupKey(e.goal), r.img.Program.Blocks[e.block].Items[e.item].Insn}
}

// spot is a round of a block.
type spot struct {
	block int
	round uint32
}

// maxSpots bounds the rounds that are remembered.
const maxSpots = 1 << 20

// maxGroups bounds the entries of the first report.
const maxGroups = 2000

// behind reports whether the instruction of an example stands behind a prefix.
func (r *reducer) behind(e example) bool {
	p := r.img.Program
	return e.item >= 0 && p.Machine.Set().Insns[p.Blocks[e.block].Items[e.item].Insn].Behind != ""
}

// wanted lists the groups that are to be reduced, of those that the report has and nobody knows yet.
func (r *reducer) wanted(all map[goal]*group, report *runtime.Report) []*group {
	var out []*group
	merged := map[goal]*group{}
	for _, m := range report.MismatchList {
		g := r.entries[spot{m.Block, m.Round}] // whose first record it is
		if g == nil || m.Known != "" || !r.matches(m.Pattern) {
			continue
		}
		if m.Item >= 0 {
			g = joined(merged, g)
		}
		if g.mismatch == nil {
			g.mismatch, out = m, append(out, g)
		}
		g.count, g.words = g.count+m.Count, g.words+m.Words
	}
	for _, f := range report.Findings {
		g := all[groupKey(goalOfFinding(f))]
		both := f.Target == "both" || f.Kind == runtime.FindingDied // what one side does differs
		if g != nil && g.finding == nil && f.Known == "" && both && f.Kind != runtime.FindingConstant && r.matchesAny(f.Candidates) {
			g.finding, g.count = f, f.Count
			out = append(out, g)
		}
	}
	return out
}

func (r *reducer) matches(pattern string) bool {
	return r.opt.Pattern == nil || r.opt.Pattern.MatchString(pattern)
}

func (r *reducer) matchesAny(patterns []string) bool {
	return len(patterns) == 0 && r.opt.Pattern == nil || slices.ContainsFunc(patterns, r.matches)
}

var notName = regexp.MustCompile(`[^A-Za-z0-9_.+-]+`)

// namesOf gives groups names that files can have: pattern and kind.
func namesOf(groups []*group) []string {
	var out []string
	used := map[string]bool{}
	for _, g := range groups {
		parts := []string{g.first().goal.kind}
		switch of := g.first().goal; {
		case of.pattern != "":
			parts = []string{of.pattern, of.kind}
		case of.place != "":
			parts = []string{of.kind, of.place}
		}
		name := strings.Trim(notName.ReplaceAllString(strings.NewReplacer("$", "", "[", "", "]", "").Replace(strings.Join(parts, "-")), "-"), "-.")
		unique := name
		for n := 2; used[strings.ToLower(unique)]; n++ {
			unique = fmt.Sprintf("%s-%d", name, n)
		}
		used[strings.ToLower(unique)] = true
		out = append(out, unique)
	}
	return out
}
