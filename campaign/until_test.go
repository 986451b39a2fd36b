package campaign

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUntil: what is left is told once, with a reason for each model, and counted by the best of what may still be done.
func TestUntil(t *testing.T) {
	u := &Until{Rounds: 2, Images: 3, Executions: 4000}
	u.Add("a:1", "A", "SIGFPE", "x o32", "tried", true, false)
	u.Add("a:1", "A", "rd 1", "x o32", "none", false, false)
	u.Add("a:1", "A", "SIGFPE", "y o32", "tried", true, false)
	u.Add("a:1", "A", "rd 1", "y o32", "later", true, true)
	u.Add("a:2", "B", "rd 1", "y o32", "none", false, false)
	u.Finish()
	assert.Equal(t, []int{1, 1, 1}, []int{u.Tried, u.Impossible, u.Open})
	assert.Equal(t, []Reason{{"tried", []string{"x o32", "y o32"}}}, u.Left[0].Why)
	s := &Summary{Until: u}
	var b bytes.Buffer
	require.NoError(t, s.Text(&b))
	assert.Contains(t, b.String(), "not hit: A (a:1) rd 1: none (x o32); later (y o32)\n")
	assert.Contains(t, s.Rows()[4].Text, "3 aimed images in 2 rounds, 4,000 executions: 3 things not hit: 1 in spite of enough tries, 1 that no image can be made for, 1 when there were no more images (--max-images)")
	assert.Contains(t, b.String(), "1 when there were no more images (--max-images) ")
	assert.Equal(t, Trouble, s.Verdict(), "more might have hit it")
	s.Differs = 1
	assert.Equal(t, Differ, s.Verdict())
	u.Stopped = true
	assert.Equal(t, Trouble, s.Verdict())
	assert.Contains(t, u.sentence(), "1 when it was stopped")
	u = &Until{}
	u.Finish()
	assert.True(t, u.Covered)
	assert.Equal(t, "0 aimed images in 0 rounds, 0 executions: everything that images may hit was hit", u.sentence())
}

// TestAimed: results of aimed images are beside those of the plan, which may be whole without them, and lack some with them.
func TestAimed(t *testing.T) {
	p := smallPlan(t, 3)
	h := p.Header("c.yaml", "risugen test", Shard{})
	aimed := p.Jobs[0]
	aimed.Aimed, aimed.Index = 1, 3
	aimed.ID = aimed.Params.ID()
	require.NotEqual(t, p.Jobs[0].ID, aimed.ID)
	path := inDir(t, "r.jsonl")
	write(t, path, h, clean(p.Jobs[0]), clean(p.Jobs[1]), clean(aimed))
	m := merge(t, path)
	assert.Equal(t, []int{4, 3, 1, 1}, []int{m.Summary.Jobs, m.Summary.Done, m.Summary.Left, m.Summary.Aimed})
	assert.Equal(t, []ShardState{{"1/1", 2, 3}}, m.Summary.Shards, "an aimed one is no job of the plan")
	write(t, path+"2", h, clean(p.Jobs[0]), clean(p.Jobs[1]), clean(p.Jobs[2]), clean(aimed))
	m = merge(t, path, path+"2")
	assert.Equal(t, []int{4, 4, 0, 1}, []int{m.Summary.Jobs, m.Summary.Done, m.Summary.Left, m.Summary.Aimed})
	assert.Equal(t, Agree, m.Summary.Verdict())
	out := inDir(t, "out.jsonl")
	require.NoError(t, writeMerged(m, out))
	_, found, ids, err := resume(out, h, StoreOptions{})
	require.NoError(t, err)
	assert.Equal(t, 4, found.Results)
	assert.Contains(t, ids, aimed.ID)
}
