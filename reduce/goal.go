package reduce

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/runtime"
)

// goal is what a candidate has to show.
type goal struct {
	kind    string // of runtime.Mismatch or, of a finding, runtime.Finding
	pattern string // that is blamed, or that a finding is of; empty: none is
	source  string // where the pattern stands, of a mismatch: some have a namesake
	place   string
	known   string    // the entry of a list of known differences that allows the bits that differ; empty: none does
	faults  [2]string // KindFault: how master and apprentice end
	finding bool
	target  string // of a finding
}

// died reports whether the goal is the death of a target.
func (g *goal) died() bool { return g.finding && g.kind == runtime.FindingDied }

// goalOf is the goal that a difference stands for.
func goalOf(p *arch.Program, b runtime.Blame, m runtime.Moment) goal {
	g := goal{kind: b.Kind, place: b.Place, known: b.Known}
	if b.Item >= 0 {
		in := p.Machine.Set().Insns[p.Blocks[b.Block].Items[b.Item].Insn]
		g.pattern, g.source = in.Name(), sourceOf(in)
	}
	if b.Kind == runtime.KindFault {
		g.faults[0], g.faults[1] = m.Faults()
	}
	return g
}

// goalOfFinding is the goal that a finding stands for.
func goalOfFinding(f *runtime.Finding) goal {
	g := goal{kind: f.Kind, place: f.Place, finding: true, target: f.Target}
	if f.Kind != runtime.FindingChange && f.Kind != runtime.FindingDied && len(f.Candidates) == 1 {
		g.pattern = f.Candidates[0]
	}
	return g
}

// deadly reports whether an error says that the targets died that are to.
func (g *goal) deadly(err error) bool {
	dead := runtime.DeadTargets(err)
	if g.target == "both" {
		return slices.Contains(dead, "master") && slices.Contains(dead, "apprentice")
	}
	return slices.Contains(dead, g.target)
}

// sourceOf is where a pattern stands, as a report writes it.
func sourceOf(in *constraints.Insn) string {
	return fmt.Sprintf("%s:%d", filepath.Base(in.Pattern.Pos.File), in.Pattern.Pos.Line)
}
