package campaign

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/runtime"
)

// shards writes the results of a plan's shards, each job's result made by one function, and returns the files.
func shards(t *testing.T, p *Plan, n int, result func(Job) Result) []string {
	t.Helper()
	dir := t.TempDir()
	var out []string
	for i := range n {
		s, err := ParseShard(fmt.Sprintf("%d/%d", i+1, n))
		require.NoError(t, err)
		var results []Result
		for _, j := range s.Of(p.Jobs) {
			results = append(results, result(j))
		}
		path := filepath.Join(dir, fmt.Sprintf("%d.jsonl", i+1))
		write(t, path, p.Header("c.yaml", "risugen test", s), results...)
		out = append(out, path)
	}
	return out
}

func merge(t *testing.T, paths ...string) *Merged {
	t.Helper()
	m, err := Merge(paths, againOf)
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}

// writeMerged writes merged results to a file.
func writeMerged(m *Merged, path string) error {
	o, err := OpenOutput(path)
	if err != nil {
		return err
	}
	defer o.Close()
	return m.Write(o)
}

// mixed gives some of the jobs differences and some failures.
func mixed(j Job) Result {
	switch j.Seed % 5 {
	case 0:
		return differing(j, "ADDV", int64(j.Seed))
	case 1:
		return failing(j, fmt.Sprintf("%s: ended early after block %d round 0x%x", j.Master, j.Seed, j.Seed))
	}
	return clean(j)
}

// TestMerge: shards, in any order and some of them twice, give what one file gives.
func TestMerge(t *testing.T) {
	p := mustLoad(t, "matrix: {cpus: [One, Two], seeds: 1-20}")
	one := shards(t, p, 1, mixed)
	want := merge(t, one...)
	out := inDir(t, "one.jsonl")
	require.NoError(t, writeMerged(want, out))
	wantText, wantFile := summaryText(t, want.Summary), read1(t, out)
	parts := shards(t, p, 4, mixed)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 5 {
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		m := merge(t, append(parts, parts[0], one[0])...)
		assert.Equal(t, wantText, summaryText(t, m.Summary))
		assert.Empty(t, m.Notes)
		out := inDir(t, "merged.jsonl")
		require.NoError(t, writeMerged(m, out))
		assert.Equal(t, string(wantFile), string(read1(t, out)))
		half := inDir(t, "half.jsonl")
		require.NoError(t, writeMerged(merge(t, parts[:2]...), half))
		assert.Equal(t, wantText, summaryText(t, merge(t, half, parts[2], parts[3]).Summary), "a merge of a merge")
	}
	// Another writer can go on with it: every job is there.
	_, _, ids, err := resume(out, p.Header("c.yaml", "risugen test", Shard{}), StoreOptions{})
	require.NoError(t, err)
	assert.Equal(t, idsOf(p.Jobs), ids)
}

// summaryText is a summary without what adding numbers in another order may change.
func summaryText(t *testing.T, s *Summary) string {
	t.Helper()
	c := *s
	c.Seconds = 0
	b, err := json.Marshal(&c)
	require.NoError(t, err)
	return string(b)
}

func TestMergeOfIncompleteShards(t *testing.T) {
	p := smallPlan(t, 40)
	parts := shards(t, p, 4, clean)
	text := read1(t, parts[2])
	require.NoError(t, os.WriteFile(parts[2], text[:len(text)-7], 0o600))
	empty := inDir(t, "empty.jsonl")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	m := merge(t, parts[0], empty, parts[2], parts[3])
	assert.Equal(t, []ShardState{{"2/4", 0, 10}, {"3/4", 9, 10}}, m.Summary.Shards)
	assert.Equal(t, 11, m.Summary.Left)
	assert.Equal(t, Trouble, m.Summary.Verdict())
	require.Len(t, m.Notes, 2)
	assert.Contains(t, m.Notes[0], "holds nothing")
	assert.Contains(t, m.Notes[1], "ends in the middle of a result")
	_, err := Merge([]string{empty}, againOf)
	assert.EqualError(t, err, "there is nothing to merge:\n"+empty+" holds nothing: it was killed as it began")
}

func TestMergeRefuses(t *testing.T) {
	p := smallPlan(t, 8)
	parts := shards(t, p, 2, clean)
	others := shards(t, smallPlan(t, 9), 2, clean)
	_, err := Merge([]string{parts[0], others[1]}, againOf)
	assert.ErrorContains(t, err, others[1]+": it holds results of another campaign")
	// The same jobs with other results.
	unequal := shards(t, p, 2, func(j Job) Result { return differing(j, "ADDV", 1) })
	_, err = Merge([]string{parts[0], unequal[0]}, againOf)
	assert.ErrorContains(t, err, "has another result than in "+parts[0]+": they differ in counts, mismatch_list, status")
	slower := shards(t, p, 2, func(j Job) Result { r := clean(j); r.Seconds = 9; return r })
	m := merge(t, parts[0], slower[0], parts[1])
	assert.Equal(t, 8, m.Summary.Done, "how long it took does not count")
	_, err = Merge([]string{inDir(t, "none")}, againOf)
	assert.Error(t, err)
	notes := inDir(t, "notes")
	require.NoError(t, os.WriteFile(notes, []byte("notes\n"), 0o600))
	_, err = Merge([]string{notes}, againOf)
	assert.ErrorContains(t, err, notes+":1: ")
	assert.Error(t, writeMerged(m, t.TempDir()), "a directory")
	assert.Error(t, writeMerged(m, inDir(t, "no/such/file")))
}

// TestVerdictCountsMoreThanAFailure: a job that failed in some files and was run again in another has that result, whatever the
// order of the files; two verdicts must still be the same.
func TestVerdictCountsMoreThanAFailure(t *testing.T) {
	p := smallPlan(t, 3)
	h := p.Header("c.yaml", "risugen test", Shard{})
	file := func(results ...Result) string {
		path := inDir(t, "r.jsonl")
		write(t, path, h, results...)
		return path
	}
	rest := []Result{differing(p.Jobs[1], "ADDV", 2), failing(p.Jobs[2], "died in block 7")}
	files := []string{
		file(append(rest, failing(p.Jobs[0], "the board is off"))...),
		file(append(rest[:1:1], failing(p.Jobs[2], "died in block 3"), failing(p.Jobs[0], "ended early"))...),
		file(append(rest, clean(p.Jobs[0]))...),
	}
	var want string
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		m := merge(t, files[order[0]], files[order[1]], files[order[2]])
		assert.Equal(t, []int{1, 1, 1, 0}, []int{m.Summary.Clean, m.Summary.Differs, m.Summary.Failed, m.Summary.Left})
		assert.EqualValues(t, 2, m.Summary.Mismatches)
		assert.Equal(t, []string{"1 job failed in one file and had a verdict in another, which counts"}, m.Notes)
		require.Len(t, m.Summary.Failures, 1)
		out := inDir(t, "out.jsonl")
		require.NoError(t, writeMerged(m, out))
		if want == "" {
			want = string(read1(t, out))
		}
		assert.Equal(t, want, string(read1(t, out)), "%v", order)
		_, _, ids, err := resume(out, h, StoreOptions{RetryFailed: true})
		require.NoError(t, err)
		assert.Len(t, ids, 2)
	}
	_, err := Merge(append(files, file(differing(p.Jobs[0], "ADDV", 1))), againOf)
	assert.ErrorContains(t, err, "has another result than in "+files[2])
}

func TestVerdict(t *testing.T) {
	p := smallPlan(t, 3)
	for _, c := range []struct {
		want    Verdict
		results []Result
	}{
		{Agree, []Result{clean(p.Jobs[0]), clean(p.Jobs[1]), {Job: p.Jobs[2], Status: Known}}},
		{Differ, []Result{clean(p.Jobs[0]), clean(p.Jobs[1]), differing(p.Jobs[2], "A", 1)}},
		{Trouble, []Result{clean(p.Jobs[0]), failing(p.Jobs[1], "x"), differing(p.Jobs[2], "A", 1)}},
		{Trouble, []Result{clean(p.Jobs[0])}},
		{Trouble, []Result{differing(p.Jobs[2], "A", 1)}},
		{Trouble, nil},
	} {
		s := NewSummary(&Header{Jobs: 3}, again)
		for i := range c.results {
			s.Add(&c.results[i])
		}
		assert.Equal(t, c.want, s.Verdict())
	}
}

// TestOneLineABug: 4,000 jobs with the same bug are one line, with the command for the first of them.
func TestOneLineABug(t *testing.T) {
	p := mustLoad(t, "matrix: {cpus: [One, Two], seeds: 1-2000}")
	s := NewSummary(&Header{Jobs: len(p.Jobs)}, again)
	for _, i := range rand.New(rand.NewPCG(2, 2)).Perm(len(p.Jobs)) {
		r := differing(p.Jobs[i], "ADDV", 3)
		if p.Jobs[i].Seed == 7 {
			r.Mismatches = append(r.Mismatches, &runtime.Mismatch{Kind: runtime.KindUndeclared, Count: 1, Outputs: []runtime.Difference{{Place: "hi"}}})
			r.Findings = []*runtime.Finding{{Kind: runtime.FindingFault, Text: "SEB raised SIGILL", Count: 2, Target: "apprentice", Candidates: []string{"SEB"}}}
		}
		s.Add(&r)
	}
	s.Sort()
	require.Len(t, s.Differences, 3)
	d := s.Differences[0]
	assert.Equal(t, "ADDV", d.Pattern)
	assert.EqualValues(t, 12000, d.Count)
	assert.Equal(t, 4000, d.Jobs)
	assert.Equal(t, []string{"One", "Two"}, d.CPUs)
	assert.Equal(t, p.Jobs[0].ID, d.Job)
	assert.Equal(t, "again One 1", d.Again)
	var b strings.Builder
	require.NoError(t, s.Text(&b))
	assert.Contains(t, b.String(), "ADDV: result: 12,000 times in 4,000 jobs of One, Two; first: addv $1,$2\n  again: again One 1\n")
	assert.Contains(t, b.String(), "hi: undeclared: 2 times in 2 jobs")
	assert.Contains(t, b.String(), "SEB: undeclared fault on apprentice: 4 times in 2 jobs of One, Two; first: SEB raised SIGILL\n  again: again One 7\n")
	assert.Contains(t, b.String(), "4,000 of 4,000 done: 0 clean, 0 known, 4,000 differ, 0 failed")
}

// TestFailuresAlike: errors that differ in numbers and in the target's name alone are one.
func TestFailuresAlike(t *testing.T) {
	p := mustLoad(t, "matrix: {cpus: [One, Two], seeds: 1-30}")
	s := NewSummary(&Header{Jobs: len(p.Jobs)}, again)
	for _, j := range p.Jobs {
		r := mixed(j)
		s.Add(&r)
	}
	r := failing(p.Jobs[0], "something else")
	s.Add(&r)
	s.Sort()
	require.Len(t, s.Failures, 2)
	assert.Equal(t, 12, s.Failures[0].Jobs+s.Failures[1].Jobs-1)
}

// TestListsAreBounded: a campaign of a broken target does not fill the memory.
func TestListsAreBounded(t *testing.T) {
	p := smallPlan(t, 5000)
	s := NewSummary(&Header{Jobs: len(p.Jobs)}, again)
	for _, j := range p.Jobs {
		r := differing(j, fmt.Sprintf("P%d", j.Seed), 2)
		s.Add(&r)
		r = failing(j, "it says "+strings.Repeat("z", int(j.Seed)))
		s.Add(&r)
	}
	assert.Len(t, s.Differences, maxKinds)
	assert.EqualValues(t, 2*(5000-maxKinds), s.DifferencesLeft)
	assert.Len(t, s.Failures, maxKinds)
	assert.Equal(t, 5000-maxKinds, s.FailuresLeft)
	var b strings.Builder
	require.NoError(t, s.Text(&b))
	assert.Less(t, b.Len(), 1<<20)
}
