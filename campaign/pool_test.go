package campaign

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keeper keeps results in memory, and is a Watcher that counts.
type keeper struct {
	mu                       sync.Mutex
	kept                     []string
	began, stopped, finished int
	err                      error
}

func (k *keeper) keep(r *Result) error {
	k.kept = append(k.kept, r.ID)
	return k.err
}

func (k *keeper) Began(*Job) func(done, total int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.began++
	return func(int64, int64) {}
}

func (k *keeper) Stopped(*Job) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stopped++
}

func (k *keeper) Finished(*Result) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.finished++
}

func TestPoolRunsEachJobOnce(t *testing.T) {
	p := smallPlan(t, 50)
	for _, workers := range []int{0, 1, 4, 100} {
		k := &keeper{}
		pool := Pool{Workers: workers, Keep: k.keep, Watch: k, Run: func(_ context.Context, j *Job, _ func(done, total int64)) Result {
			if j.Seed%3 == 0 {
				return failing(*j, "died")
			}
			return clean(*j)
		}}
		require.NoError(t, pool.Do(t.Context(), p, p.Jobs))
		slices.Sort(k.kept)
		assert.Equal(t, idsOf(p.Jobs), k.kept)
		assert.Equal(t, []int{50, 0, 50}, []int{k.began, k.stopped, k.finished})
	}
	k := &keeper{}
	assert.NoError(t, (&Pool{Keep: k.keep, Watch: k}).Do(t.Context(), p, nil), "an empty shard")
}

// TestSlots: a target that takes one image at a time gets one at a time, on whichever side and in whichever pair it is,
// and jobs of other targets do not wait for it.
func TestSlots(t *testing.T) {
	p := mustLoad(t, `
matrix: {cpus: One, seeds: 1-20}
targets:
- {name: a, master: {command: board, slots: 1}, apprentice: x}
- {name: b, master: y, apprentice: board}
- {name: c, master: {command: pair, slots: 2}, apprentice: pair}
- {name: d, master: free, apprentice: free}
`)
	var mu sync.Mutex
	using := map[string]int{}
	most := map[string]int{}
	use := func(n int, targets ...string) {
		mu.Lock()
		defer mu.Unlock()
		for _, target := range targets {
			using[target] += n
			most[target] = max(most[target], using[target])
		}
	}
	k := &keeper{}
	meet := make(chan struct{}) // jobs of d wait for a job of another pair that runs at the same time
	var once, freed sync.Once
	pool := Pool{Workers: 6, Keep: k.keep, Watch: k, Run: func(_ context.Context, j *Job, _ func(done, total int64)) Result {
		use(1, j.Master, j.Apprentice)
		defer use(-1, j.Master, j.Apprentice)
		switch j.Pair {
		case "d":
			once.Do(func() { <-meet })
		case "a":
			freed.Do(func() { close(meet) })
		}
		return clean(*j)
	}}
	require.NoError(t, pool.Do(t.Context(), p, p.Jobs))
	assert.Len(t, k.kept, 80)
	assert.Equal(t, 1, most["board"])
	assert.Equal(t, 2, most["pair"])
}

// TestQueueOrder: a job whose target is busy is passed over, and taken when it is free.
func TestQueueOrder(t *testing.T) {
	p := mustLoad(t, `
matrix: {cpus: One, seeds: 1-2}
targets:
- {name: a, master: {command: board, slots: 1}, apprentice: x}
- {name: b, master: y, apprentice: z}
`)
	q := newQueue(p.limits, p.Jobs)
	first, second, third := q.next(), q.next(), q.next()
	assert.Equal(t, []int{0, 1, 3}, []int{first.Index, second.Index, third.Index})
	done := make(chan *Job)
	go func() { done <- q.next() }()
	q.release(second)
	q.release(first)
	assert.Equal(t, 2, (<-done).Index)
	assert.Nil(t, q.next())
}

func TestMaxFailures(t *testing.T) {
	p := smallPlan(t, 100)
	k := &keeper{}
	pool := Pool{Workers: 1, MaxFailures: 3, Keep: k.keep, Watch: k, Run: func(_ context.Context, j *Job, _ func(done, total int64)) Result {
		if j.Seed%10 == 0 {
			return failing(*j, "died")
		}
		return clean(*j)
	}}
	assert.Equal(t, TooManyFailures(3), pool.Do(t.Context(), p, p.Jobs))
	assert.Len(t, k.kept, 30)
	pool.MaxFailures = 10
	assert.NoError(t, pool.Do(t.Context(), p, p.Jobs), "the last job may fail")
}

// TestStop: jobs that run when the end comes have no result, and are given up.
func TestStop(t *testing.T) {
	p := smallPlan(t, 100)
	k := &keeper{}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	begun := 0
	pool := Pool{Workers: 4, Keep: k.keep, Watch: k, Run: func(ctx context.Context, j *Job, _ func(done, total int64)) Result {
		mu.Lock()
		if begun++; begun == 20 {
			cancel()
		}
		wait := begun >= 17
		mu.Unlock()
		if wait {
			<-ctx.Done()
			return failing(*j, "killed")
		}
		return clean(*j)
	}}
	assert.ErrorIs(t, pool.Do(ctx, p, p.Jobs), context.Canceled)
	assert.Len(t, k.kept, 16)
	assert.Equal(t, []int{20, 4, 16}, []int{k.began, k.stopped, k.finished})
}

// TestKeepFails: where results cannot be kept there is no sense in more of them.
func TestKeepFails(t *testing.T) {
	p := smallPlan(t, 100)
	k := &keeper{err: errors.New("disk full")}
	pool := Pool{Workers: 1, Keep: k.keep, Watch: k, Run: func(_ context.Context, j *Job, _ func(done, total int64)) Result { return clean(*j) }}
	assert.EqualError(t, pool.Do(t.Context(), p, p.Jobs), "disk full")
	assert.Len(t, k.kept, 1)
	assert.Zero(t, k.finished)
}

// TestTracker: what is shown, by a clock of its own.
func TestTracker(t *testing.T) {
	p := smallPlan(t, 10)
	now := time.Unix(0, 0)
	before := NewSummary(&Header{Jobs: 10}, again)
	r := differing(p.Jobs[0], "ADDV", 5)
	before.Add(&r)
	tr := NewTracker(p.Jobs[1:9], before, func() time.Time { return now })
	assert.Equal(t, State{Done: 1, Total: 9, Differ: 1, Mismatches: 5, Left: -1}, tr.State())
	progress := tr.Began(&p.Jobs[1])
	progress(3, 4)
	tr.Began(&p.Jobs[2])
	now = now.Add(3 * time.Second)
	s := tr.State()
	assert.InDelta(t, 0.75*10000*64/3, s.Rate, 1)
	assert.InDelta(t, (8-0.75)/0.75*3, s.Left.Seconds(), 0.01)
	assert.Equal(t, "1 of 9 jobs, 160 k executions/s, 29 s left, 5 mismatches in 1 jobs, 0 failed", s.String())
	assert.Equal(t, "1/9 jobs, 160 k exec/s, 29 s left, 5 mismatches, 0 failed", s.Short())
	r = failing(p.Jobs[1], "died")
	tr.Finished(&r)
	tr.Stopped(&p.Jobs[2])
	s = tr.State()
	assert.Equal(t, 2, s.Done)
	assert.Equal(t, 1, s.Failed)
	assert.InDelta(t, 21, s.Left.Seconds(), 0.01)
	for i := 2; i < 9; i++ {
		r = clean(p.Jobs[i])
		tr.Finished(&r)
	}
	assert.Equal(t, "9 of 9 jobs, 233.3 executions/s, 5 mismatches in 1 jobs, 1 failed", tr.State().String())
	assert.InDelta(t, 1, tr.State().Share(), 0)
}
