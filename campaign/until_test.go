package campaign

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/cover"
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
	assert.Equal(t, Trouble, m.Summary.Verdict(), "nothing says that there were to be no more")
	out := inDir(t, "out.jsonl")
	require.NoError(t, writeMerged(m, out))
	_, found, ids, err := resume(out, h, StoreOptions{})
	require.NoError(t, err)
	assert.Equal(t, 4, found.Results)
	assert.Contains(t, ids, aimed.ID)
}

// addChase adds lines of a chase to a file.
func addChase(t *testing.T, path string, h Header, c Chase) {
	t.Helper()
	s, _, _, err := resume(path, h, StoreOptions{})
	require.NoError(t, err)
	require.NoError(t, s.AppendChase(c))
	require.NoError(t, s.Close())
}

// TestMergeChase: a merge knows what aimed images came to if a file has all of them and says that these are all; else they were cut off,
// which is no verdict. That can be merged again, and gone on with.
func TestMergeChase(t *testing.T) {
	p := smallPlan(t, 1)
	h := p.Header("c.yaml", "risugen test", Shard{})
	var aimed []Result
	for i := range 2 {
		j := p.Jobs[0]
		j.Aimed, j.Index = i+1, i+1
		j.ID = j.Params.ID()
		aimed = append(aimed, clean(j))
	}
	begin := Chase{Begun: true, Hit: []cover.Packed{{Set: &cover.Set{Arch: "mips", Descriptions: map[string]string{}, Models: map[string]cover.Model{}, Patterns: []*cover.Pattern{}}}}}
	end := func(images int) Chase { return Chase{End: &Until{Rounds: images, Images: images, Covered: true}} }
	plain, begun, one, both, stale := inDir(t, "plain"), inDir(t, "begun"), inDir(t, "one"), inDir(t, "both"), inDir(t, "stale")
	for path, file := range map[string][]Result{plain: nil, begun: nil, one: aimed[:1], both: aimed, stale: aimed} {
		write(t, path, h, append([]Result{clean(p.Jobs[0])}, file...)...)
	}
	for path, chase := range map[string][]Chase{begun: {begin}, one: {begin, end(1)}, both: {begin, end(2)}, stale: {begin, end(1)}} {
		for _, c := range chase {
			addChase(t, path, h, c)
		}
	}
	for _, c := range []struct {
		files   []string
		verdict Verdict
		images  int
		cut     bool
	}{
		{[]string{plain}, Agree, 0, false},
		{[]string{begun}, Trouble, 0, true},
		{[]string{one}, Agree, 1, false},
		{[]string{both}, Agree, 2, false},
		{[]string{stale}, Trouble, 2, true},
		{[]string{one, both, begun, plain}, Agree, 2, false},
		{[]string{begun, stale, both}, Agree, 2, false},
		{[]string{plain, one, stale}, Trouble, 2, true},
	} {
		for range c.files {
			c.files = append(c.files[1:], c.files[0])
			out := inDir(t, "out")
			m := merge(t, c.files...)
			require.NoError(t, writeMerged(m, out))
			for _, m := range []*Merged{m, merge(t, out), merge(t, out, c.files[0])} {
				assert.Equal(t, c.verdict, m.Summary.Verdict(), c.files)
				assert.Equal(t, c.images, m.Summary.Aimed)
				if m.Summary.Until == nil {
					assert.Zero(t, c.images)
					continue
				}
				assert.Equal(t, []any{c.images, c.cut, !c.cut}, []any{m.Summary.Until.Images, m.Summary.Until.Stopped, m.Summary.Until.Covered})
				assert.Equal(t, c.cut, strings.Contains(m.Summary.Until.sentence(), "it was stopped"))
			}
			s, found, _, err := resume(out, h, StoreOptions{})
			require.NoError(t, err)
			require.NoError(t, s.Close())
			if c.files[0] != plain || len(c.files) > 1 {
				assert.Equal(t, begin.Hit[0].Arch, found.Chase.Hit[0].Arch)
			}
			assert.Equal(t, c.images > 0 && !c.cut, found.Chase.End != nil)
			require.NoError(t, os.Remove(out))
		}
	}
}

// TestChaseLines: a line of a chase that is torn is cut off, one that makes no sense is an error, and results that are run again end it.
func TestChaseLines(t *testing.T) {
	p := smallPlan(t, 2)
	h := p.Header("c.yaml", "risugen test", Shard{})
	path := inDir(t, "r")
	write(t, path, h, clean(p.Jobs[0]), failing(p.Jobs[1], "died"))
	addChase(t, path, h, Chase{Begun: true})
	addChase(t, path, h, Chase{End: &Until{Open: 1}})
	whole := read1(t, path)
	require.NoError(t, os.WriteFile(path, whole[:len(whole)-5], 0o600))
	s, found, _, err := resume(path, h, StoreOptions{})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	assert.True(t, found.Chase.Begun)
	assert.Nil(t, found.Chase.End)
	assert.Positive(t, found.Torn)

	require.NoError(t, os.WriteFile(path, whole, 0o600))
	s, found, _, err = resume(path, h, StoreOptions{RetryFailed: true})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	assert.Equal(t, 1, found.Retried)
	for range 2 {
		assert.True(t, found.Chase.Begun)
		assert.Nil(t, found.Chase.End, "a job that is run again may hit more")
		s, found, _, err = resume(path, h, StoreOptions{})
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
	for text, want := range map[string]string{
		`{"chase":null}`:                    "says nothing",
		`{"chase":{"hit":[null]}}`:          "has a null in it",
		`{"chase":{"end":{"left":[null]}}}`: "has a null in it",
	} {
		line, err := seal(json.RawMessage(text))
		require.NoError(t, err)
		_, err = Scan("x", bytes.NewReader(append(slices.Clone(whole), append(line, line...)...)), func(*Result, int64, []byte) error { return nil })
		assert.ErrorContains(t, err, want, text)
	}
}
