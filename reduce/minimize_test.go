package reduce

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked is a judge that counts what it is asked.
type asked struct {
	hold           func([]int) bool
	batches, calls int
}

func (a *asked) judge(sets [][]int) ([]bool, error) {
	a.batches++
	var out []bool
	for _, s := range sets {
		a.calls++
		out = append(out, a.hold(s))
	}
	return out, nil
}

func upTo(n int) []int {
	var out []int
	for i := range n {
		out = append(out, i)
	}
	return out
}

// conditions are predicates on sets that the full one meets: all of some, any of some, neither without the other, an even
// number of them.
func conditions(r *rand.Rand, n int) func([]int) bool {
	pick := func(k int) []int { return r.Perm(n)[:min(k, n)] }
	has := func(set []int, e int) bool { return slices.Contains(set, e) }
	all, any := pick(1+r.IntN(4)), pick(1+r.IntN(6))
	one, other := r.IntN(n), r.IntN(n)
	kind := r.IntN(4)
	return func(set []int) bool {
		if kind&1 != 0 && has(set, one) != has(set, other) {
			return false
		}
		if kind&2 != 0 && !slices.ContainsFunc(any, func(e int) bool { return has(set, e) }) {
			return false
		}
		return !slices.ContainsFunc(all, func(e int) bool { return !has(set, e) })
	}
}

// TestMinimize: what is left holds, is a part of what was there, and holds no longer without any one of it. It takes few
// batches.
func TestMinimize(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := 1 + r.IntN(200)
		a := &asked{hold: conditions(r, n)}
		require.True(t, a.hold(upTo(n)))
		got, err := minimize(upTo(n), a.judge)
		require.NoError(t, err)
		assert.True(t, a.hold(got))
		assert.True(t, slices.IsSorted(got))
		for i, e := range got {
			assert.True(t, e >= 0 && e < n)
			assert.False(t, a.hold(slices.Delete(slices.Clone(got), i, i+1)), "%d of %v can go", e, got)
		}
		assert.LessOrEqual(t, a.batches, 60)
	}
}

// TestMinimizeSmall: one element that is enough is found by two batches, and nothing by one.
func TestMinimizeSmall(t *testing.T) {
	a := &asked{hold: func(s []int) bool { return true }}
	got, err := minimize(upTo(60), a.judge)
	require.NoError(t, err)
	assert.Empty(t, got)
	assert.Equal(t, 1, a.calls)
	a = &asked{hold: func(s []int) bool { return slices.Contains(s, 41) }}
	got, err = minimize(upTo(60), a.judge)
	require.NoError(t, err)
	assert.Equal(t, []int{41}, got)
	assert.Equal(t, 2, a.batches)
}

// TestMinimizeInOrder: elements of which each can go only when the next one has gone all go.
func TestMinimizeInOrder(t *testing.T) {
	const n, stays = 12, 99
	a := &asked{hold: func(s []int) bool {
		if !slices.Contains(s, stays) {
			return false
		}
		for i := range n - 1 {
			if !slices.Contains(s, i) && slices.Contains(s, i+1) {
				return false
			}
		}
		return slices.Contains(s, 0) // so that nothing but the first may stay with it
	}}
	got, err := minimize(append(upTo(n), stays), a.judge)
	require.NoError(t, err)
	assert.Equal(t, []int{0, stays}, got)
}
