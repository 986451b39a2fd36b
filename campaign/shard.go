package campaign

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Shard is the part Index of Count of a plan, from 1. The zero value is the whole.
type Shard struct {
	Index int `json:"index"`
	Count int `json:"count"`
}

// MaxShards bounds Shard.Count.
const MaxShards = 1_000_000

// ParseShard reads "i/n".
func ParseShard(text string) (Shard, error) {
	i, n, ok := strings.Cut(text, "/")
	index, err := strconv.Atoi(i)
	count, err2 := strconv.Atoi(n)
	if !ok || err != nil || err2 != nil || count < 1 || count > MaxShards || index < 1 || index > count {
		return Shard{}, fmt.Errorf("shard %q is not i/n with i from 1 to n, such as 1/8: shards are numbered from 1", text)
	}
	if count == 1 {
		return Shard{}, nil
	}
	return Shard{index, count}, nil
}

// Whole reports whether the shard is all of a plan.
func (s Shard) Whole() bool { return s.Count <= 1 }

// String writes a shard as ParseShard reads it.
func (s Shard) String() string {
	if s.Whole() {
		return "1/1"
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}

// Of returns the shard's jobs in the order of the plan. Jobs are dealt out in the order of their ids, so that every job is
// in one shard, whatever became of the others, and shards differ by one job at most.
func (s Shard) Of(jobs []Job) []Job {
	if s.Whole() {
		return jobs
	}
	byID := make([]int32, len(jobs)) // and not the jobs: there may be a million
	for i := range byID {
		byID[i] = int32(i)
	}
	slices.SortFunc(byID, func(a, b int32) int { return cmp.Compare(jobs[a].ID, jobs[b].ID) })
	var out []Job
	for i := s.Index - 1; i < len(byID); i += s.Count {
		out = append(out, jobs[byID[i]])
	}
	slices.SortFunc(out, func(a, b Job) int { return cmp.Compare(a.Index, b.Index) })
	return out
}

// size is the number of jobs that a shard has of a plan.
func (s Shard) size(jobs int) int {
	if s.Whole() {
		return jobs
	}
	return (jobs + s.Count - s.Index) / s.Count
}
