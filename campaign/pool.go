package campaign

import (
	"context"
	"fmt"
	"sync"
)

// Runner runs a job. It calls progress from time to time with how much of the image was compared. When ctx is done it
// returns soon; what it returns then is thrown away.
type Runner func(ctx context.Context, j *Job, progress func(done, total int64)) Result

// Watcher is told what the pool does. Its methods may be called by several goroutines.
type Watcher interface {
	Began(j *Job) (progress func(done, total int64))
	// Stopped says that a job was given up and is still to be run.
	Stopped(j *Job)
	// Finished says that a job's result is on the disk.
	Finished(r *Result)
}

// Pool runs jobs.
type Pool struct {
	Workers     int
	MaxFailures int // stop after so many failed jobs; 0: never
	Run         Runner
	Keep        func(*Result) error // makes a result durable; called by one goroutine at a time
	Watch       Watcher
}

// TooManyFailures says that a campaign was stopped since jobs failed.
type TooManyFailures int

func (e TooManyFailures) Error() string {
	return fmt.Sprintf("%d jobs failed: the campaign was stopped (--max-failures)", int(e))
}

// Do runs all jobs, in their order as far as the targets' slots allow. A job that fails is a result as others are. The error
// is that of Keep, TooManyFailures, or why ctx is done; jobs that had begun are then stopped and have no result. When all jobs
// have a result there is no error.
func (p *Pool) Do(ctx context.Context, plan *Plan, jobs []Job) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	q := newQueue(plan.limits, jobs)
	stop := context.AfterFunc(ctx, q.close)
	defer stop()
	var wg sync.WaitGroup
	var keeping sync.Mutex
	failures, finished := 0, 0
	for range max(1, min(p.Workers, len(jobs))) {
		wg.Go(func() {
			for j := q.next(); j != nil && ctx.Err() == nil; j = q.next() {
				r := p.Run(ctx, j, p.Watch.Began(j))
				q.release(j)
				keeping.Lock()
				if ctx.Err() != nil {
					p.Watch.Stopped(j)
				} else if err := p.Keep(&r); err != nil {
					cancel(err)
				} else {
					p.Watch.Finished(&r)
					finished++
					if r.Status == Failed {
						failures++
					}
					if failures == p.MaxFailures && failures > 0 && q.waiting() > 0 {
						cancel(TooManyFailures(failures))
					}
				}
				keeping.Unlock()
			}
		})
	}
	wg.Wait()
	if finished == len(jobs) {
		return nil
	}
	return context.Cause(ctx)
}

// queue hands jobs out.
type queue struct {
	mu     sync.Mutex
	freed  sync.Cond
	jobs   []Job
	lanes  []*lane // jobs of the same targets
	free   []int   // by limit: slots that nothing uses
	left   int
	closed bool
}

// lane is the jobs that need the same slots, in their order.
type lane struct {
	sides [2]int
	jobs  []int
}

func newQueue(limits []limit, jobs []Job) *queue {
	q := &queue{jobs: jobs, left: len(jobs)}
	q.freed.L = &q.mu
	for _, l := range limits {
		q.free = append(q.free, l.slots)
	}
	index := map[[2]int]*lane{}
	for i := range jobs {
		sides := jobs[i].sides
		if index[sides] == nil {
			index[sides] = &lane{sides: sides}
			q.lanes = append(q.lanes, index[sides])
		}
		index[sides].jobs = append(index[sides].jobs, i)
	}
	return q
}

// next takes the first job whose targets have slots, and waits for one if there is none. nil: there is nothing more to do.
func (q *queue) next() *Job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.left > 0 && !q.closed {
		var best *lane
		for _, l := range q.lanes {
			if len(l.jobs) > 0 && q.fits(l.sides) && (best == nil || l.jobs[0] < best.jobs[0]) {
				best = l
			}
		}
		if best != nil {
			j := &q.jobs[best.jobs[0]]
			best.jobs = best.jobs[1:]
			q.left--
			q.use(best.sides, -1)
			return j
		}
		q.freed.Wait()
	}
	return nil
}

// fits reports whether both targets of a job have a slot. One target on both sides needs two.
func (q *queue) fits(sides [2]int) bool {
	if sides[0] >= 0 && sides[0] == sides[1] {
		return q.free[sides[0]] >= 2
	}
	return (sides[0] < 0 || q.free[sides[0]] > 0) && (sides[1] < 0 || q.free[sides[1]] > 0)
}

func (q *queue) use(sides [2]int, n int) {
	for _, s := range sides {
		if s >= 0 {
			q.free[s] += n
		}
	}
}

// release gives a job's slots back.
func (q *queue) release(j *Job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.use(j.sides, 1)
	q.freed.Broadcast()
}

// waiting is the number of jobs that were not handed out.
func (q *queue) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.left
}

// close lets next return nil.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.freed.Broadcast()
}
