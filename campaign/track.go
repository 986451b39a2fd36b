package campaign

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/internal/screen"
)

// Tracker follows a campaign for its display. It is a Watcher.
type Tracker struct {
	now     func() time.Time
	total   int // jobs of the shard
	started time.Time

	mu         sync.Mutex
	running    map[string]*share
	done       int
	differ     int
	failed     int
	mismatches int64

	weight     float64 // of the jobs that were to be done when this process began
	weightDone float64 // of these, of those that are
	executions int64   // of jobs that this process finished
}

// share is how far a running job is.
type share struct {
	job         *Job
	done, total atomic.Int64
}

func (s *share) of() float64 {
	total := s.total.Load()
	if total <= 0 {
		return 0
	}
	return min(1, float64(s.done.Load())/float64(total))
}

// NewTracker begins with the jobs that are still to be run, and a summary of what was there before.
func NewTracker(todo []Job, before *Summary, now func() time.Time) *Tracker {
	t := &Tracker{now: now, started: now(), running: map[string]*share{}, total: before.Done + len(todo)}
	t.done, t.differ, t.failed, t.mismatches = before.Done, before.Differs, before.Failed, before.unknownMismatches()
	for i := range todo {
		t.weight += todo[i].weight()
	}
	return t
}

// Began implements Watcher.
func (t *Tracker) Began(j *Job) func(done, total int64) {
	s := &share{job: j}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running[j.ID] = s
	return func(done, total int64) {
		s.done.Store(done)
		s.total.Store(total)
	}
}

// Stopped implements Watcher.
func (t *Tracker) Stopped(j *Job) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.running, j.ID)
}

// Finished implements Watcher.
func (t *Tracker) Finished(r *Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.running, r.ID)
	t.done++
	t.weightDone += r.Params.weight()
	t.executions += r.Counts.Executions
	t.mismatches += r.Counts.Mismatches - r.Counts.KnownMismatches
	switch r.Status {
	case Differs:
		t.differ++
	case Failed:
		t.failed++
	}
}

// State is what the display shows.
type State struct {
	Done, Total    int
	Differ, Failed int
	Mismatches     int64         // that no list of known differences covers
	Rate           float64       // executions a second, since this process began
	Left           time.Duration // negative: not known yet
}

// State returns what is to be shown now.
func (t *Tracker) State() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := State{Done: t.done, Total: t.total, Differ: t.differ, Failed: t.failed, Mismatches: t.mismatches, Left: -1}
	weight, executions := t.weightDone, float64(t.executions)
	for _, r := range t.running {
		weight += r.of() * r.job.weight()
		executions += r.of() * float64(r.job.Count+r.job.Reserved) * float64(r.job.Rounds)
	}
	took := t.now().Sub(t.started)
	if took > 0 {
		s.Rate = executions / took.Seconds()
	}
	if weight > 0 && t.weight > 0 {
		s.Left = time.Duration(float64(took) * max(0, t.weight-weight) / weight)
	}
	return s
}

// Share is how much of the jobs is done, 0 to 1.
func (s State) Share() float64 {
	if s.Total == 0 {
		return 1
	}
	return float64(s.Done) / float64(s.Total)
}

// String is the state in a line.
func (s State) String() string {
	return s.line("%s of %s jobs", " executions/s", fmt.Sprintf("%s mismatches in %s jobs", humanize.Comma(s.Mismatches), humanize.Comma(int64(s.Differ))))
}

// Short is the state in less than 70 columns.
func (s State) Short() string {
	return s.line("%s/%s jobs", " exec/s", humanize.Comma(s.Mismatches)+" mismatches")
}

func (s State) line(jobs, perSecond, mismatches string) string {
	parts := []string{fmt.Sprintf(jobs, humanize.Comma(int64(s.Done)), humanize.Comma(int64(s.Total)))}
	if s.Rate > 0 {
		parts = append(parts, strings.TrimSpace(humanize.SIWithDigits(s.Rate, 1, ""))+perSecond)
	}
	if s.Left >= 0 && s.Done < s.Total {
		parts = append(parts, screen.Left(s.Left)+" left")
	}
	parts = append(parts, mismatches, humanize.Comma(int64(s.Failed))+" failed")
	return strings.Join(parts, ", ")
}
