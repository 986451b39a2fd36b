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
	mismatch *runtime.Mismatch // nil: it is a finding
	finding  *runtime.Finding
	examples []example
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
	note := func(e example) *group {
		g := all[groupKey(e.goal)]
		if g == nil {
			g = &group{}
			all[groupKey(e.goal)] = g
		}
		other := !slices.ContainsFunc(g.examples, func(o example) bool { return o.block == e.block && o.item == e.item })
		if other && len(g.examples) < maxExamples {
			g.examples = append(g.examples, e)
		}
		return g
	}
	index := map[int]int{}
	for i := range r.img.Program.Blocks {
		index[r.img.Program.Number(i)] = i
	}
	report, err := runtime.Run(r.ctx, r.img, r.opt.Seen[0], r.opt.Seen[1], runtime.Options{
		Stall: r.opt.Stall, MaxMismatches: maxGroups, Known: r.opt.Known, Progress: r.opt.Progress, KeepGoing: r.opt.KeepGoing,
		Inspect: func(b runtime.Blame, m runtime.Moment) {
			b.Block = index[b.Block]
			note(example{goalOf(r.img.Program, b, m), b.Block, b.Round, b.Item})
		},
		ObserveFinding: func(f runtime.Finding) {
			note(example{goalOfFinding(&f), index[f.Block], f.Round, -1})
		},
	})
	r.out.First = report
	if report == nil || err != nil && !report.Failed() {
		return nil, err
	}
	return r.wanted(all, report), nil
}

// maxGroups bounds the entries of the first report.
const maxGroups = 2000

// wanted lists the groups that are to be reduced, of those that the report has and nobody knows yet.
func (r *reducer) wanted(all map[goal]*group, report *runtime.Report) []*group {
	p := r.img.Program
	var out []*group
	for _, m := range report.MismatchList {
		for key, g := range all {
			e := g.examples[0]
			if !key.finding && key.kind == m.Kind && p.Number(e.block) == m.Block && e.round == m.Round && e.item == m.Item {
				g.mismatch = m
			}
		}
	}
	for _, m := range report.MismatchList {
		for _, g := range all {
			if g.mismatch == m && m.Known == "" && r.matches(m.Pattern) {
				out = append(out, g)
			}
		}
	}
	for _, f := range report.Findings {
		g := all[groupKey(goalOfFinding(f))]
		both := f.Target == "both" || f.Kind == runtime.FindingDied // what one side does differs
		if g != nil && g.finding == nil && f.Known == "" && both && f.Kind != runtime.FindingConstant && r.matchesAny(f.Candidates) {
			g.finding = f
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
func namesOf(img *runtime.Image, groups []*group) []string {
	var out []string
	used := map[string]bool{}
	for _, g := range groups {
		parts := []string{g.examples[0].goal.kind}
		switch e := g.examples[0]; {
		case e.goal.pattern != "":
			parts = []string{e.goal.pattern, e.goal.kind}
		case e.goal.insn >= 0:
			parts = []string{img.Program.Machine.Set().Insns[e.goal.insn].Name(), e.goal.kind}
		case e.goal.place != "":
			parts = []string{e.goal.kind, e.goal.place}
		}
		name := strings.Trim(notName.ReplaceAllString(strings.Join(parts, "-"), "-"), "-.")
		unique := name
		for n := 2; used[strings.ToLower(unique)]; n++ {
			unique = fmt.Sprintf("%s-%d", name, n)
		}
		used[strings.ToLower(unique)] = true
		out = append(out, unique)
	}
	return out
}
