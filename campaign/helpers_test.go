package campaign

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/runtime"
)

// clean is the result of a job in which nothing was found.
func clean(j Job) Result {
	return Result{Job: j, Status: Clean, Digest: fmt.Sprintf("%064x", j.Seed), Seconds: 0.25, Counts: Counts{Instructions: 10, Records: 20, Executions: 100}}
}

// differing is the result of a job in which a pattern differs.
func differing(j Job, pattern string, count int64) Result {
	r := clean(j)
	r.Status, r.Counts.Mismatches = Differs, count
	r.Mismatches = []*runtime.Mismatch{{Kind: runtime.KindResult, Count: count, Words: 1, Where: runtime.Where{
		Pattern: pattern, Address: 0x500000, Word: 0x7c120420, Disassembly: strings.ToLower(pattern) + " $1,$2",
	}}}
	return r
}

func failing(j Job, err string) Result { return NewResult(j, nil, errors.New(err)) }

// again stands for the command that runs a job once more.
func again(p *Params) string { return fmt.Sprintf("again %s %d", p.CPU, p.Seed) }

func againOf(*Header) func(*Params) string { return again }

// write makes a results file.
func write(t testing.TB, path string, h Header, results ...Result) {
	t.Helper()
	s, _, err := OpenStore(path, h, StoreOptions{}, nil)
	require.NoError(t, err)
	for i := range results {
		require.NoError(t, s.Append(&results[i]))
	}
	require.NoError(t, s.Close())
}

// resume opens a results file again and returns the ids of its results.
func resume(path string, h Header, opt StoreOptions) (s *Store, found Resumed, ids []string, err error) {
	opt.Resume = true
	s, found, err = OpenStore(path, h, opt, func(r *Result) { ids = append(ids, r.ID) })
	return s, found, ids, err
}

func read1(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}
