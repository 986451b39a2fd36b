package regress

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/report/junit"
)

// JUnit makes the suites of a finished summary: one for each CPU model, ABI and byte order, with a case for each pattern; one of
// the entries of lists of known differences that were given; and one of what was skipped. jobs are all jobs of the run: those
// without a result are errors.
func (s *Summary) JUnit(jobs []campaign.Job, again func(*campaign.Params) string) *junit.Suites {
	out := &junit.Suites{Name: junit.Text("risugen regress " + s.Set)}
	byID := map[string]*campaign.Result{}
	for _, r := range s.results {
		byID[r.ID] = r
	}
	var classes []string
	runs, properties := map[string][]junit.Run{}, map[string][]junit.Property{}
	for i := range jobs {
		j := &jobs[i]
		class := strings.Join([]string{j.CPU, j.ABI, j.Order}, "/")
		if runs[class] == nil {
			classes = append(classes, class)
		}
		runs[class] = append(runs[class], runOf(j, byID[j.ID], again(&j.Params)))
		if r := byID[j.ID]; r != nil && properties[class] == nil {
			properties[class] = propertiesOf(r)
		}
	}
	for _, class := range classes {
		out.Add(junit.OfRuns(class, runs[class], properties[class]...))
	}
	if suite := s.entriesSuite(); len(suite.Cases) > 0 {
		out.Add(suite)
	}
	if len(s.Skipped) > 0 {
		out.Add(s.skippedSuite())
	}
	return out
}

// runOf is a job; r is nil where it has no result.
func runOf(j *campaign.Job, r *campaign.Result, again string) junit.Run {
	run := junit.Run{Name: fmt.Sprintf("job %s, seed %d", j.ID, j.Seed), Again: again}
	if r == nil {
		run.Error = "it has no result: the run was stopped before it was done"
		return run
	}
	run.Patterns, run.Mismatches, run.MismatchesLeft = r.Patterns, r.Mismatches, r.MismatchesLeft
	run.Findings, run.FindingsLeft, run.Known = r.Findings, r.FindingsLeft, r.KnownSeen
	run.Error, run.Seconds = r.Error, r.Seconds
	return run
}

func propertiesOf(r *campaign.Result) (out []junit.Property) {
	for _, p := range [][2]string{
		{"baseline", r.Master}, {"baseline version", r.Versions.Master}, {"candidate", r.Apprentice}, {"candidate version", r.Versions.Apprentice},
	} {
		if p[1] != "" {
			out = append(out, junit.Property{Name: junit.Text(p[0]), Value: junit.Text(p[1])})
		}
	}
	return out
}

// entriesSuite has a case for each entry: one that is stale fails.
func (s *Summary) entriesSuite() *junit.Suite {
	suite := &junit.Suite{Name: "known differences"}
	for _, e := range s.Entries {
		c := &junit.Case{Name: junit.Text(e.ID), Classname: "known differences"}
		where := junit.Text(e.At + ": " + e.describe())
		switch e.State {
		case Seen:
			c.SystemOut = junit.Text(fmt.Sprintf("%s\n%s in %s", where, campaign.Plural(e.Count, "time"), campaign.Plural(e.Jobs, "job")))
		case Stale:
			reason := &junit.Reason{Message: "stale: it ran on " + junit.Text(strings.Join(e.CPUs, ", ")) + ", and nothing of it was seen", Type: "stale", Text: where}
			if s.allowStale {
				c.Skipped = reason
			} else {
				c.Failure = reason
			}
		default:
			c.Skipped = &junit.Reason{Message: junit.Text(e.State), Text: where}
		}
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}

func (s *Summary) skippedSuite() *junit.Suite {
	suite := &junit.Suite{Name: "skipped"}
	for _, k := range s.Skipped {
		suite.Cases = append(suite.Cases, &junit.Case{
			Name: junit.Text(k.What), Classname: "skipped",
			Skipped: &junit.Reason{Message: junit.Text(k.Why), Text: junit.Text(campaign.Plural(k.Jobs, "job"))},
		})
	}
	return suite
}
