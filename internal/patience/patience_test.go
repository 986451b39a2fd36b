package patience

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failing is a test that notes that it failed.
type failing struct {
	testing.TB
	said string
}

type end struct{}

func (*failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	panic(end{})
}

// grow returns the limits that were tried, and what the test failed with.
func grow(limit time.Duration, try func(time.Duration) error) (tried []time.Duration, said string) {
	f := &failing{}
	defer func() {
		if r := recover(); r != nil && r != (end{}) {
			panic(r)
		}
		said = f.said
	}()
	Grow(f, limit, func(limit time.Duration) error {
		tried = append(tried, limit)
		return try(limit)
	})
	return tried, said
}

func TestGrow(t *testing.T) {
	tried, said := grow(time.Second, func(limit time.Duration) error {
		if limit < 4*time.Second {
			return fmt.Errorf("no output for %s", limit)
		}
		return nil
	})
	require.Empty(t, said)
	assert.Equal(t, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, tried)

	tried, said = grow(time.Second, func(time.Duration) error { return errors.New("garbage") })
	assert.Equal(t, "with a limit of 1s: garbage", said, "that has nothing to do with the limit")
	assert.Len(t, tried, 1)

	tried, said = grow(time.Second, func(limit time.Duration) error { return fmt.Errorf("no output for %s", limit) })
	assert.Equal(t, "with a limit of 1m4s: no output for 1m4s", said)
	assert.Len(t, tried, 7)
}

func TestMissing(t *testing.T) {
	require.NoError(t, Missing("a b", "a", "b"))
	require.EqualError(t, Missing("a b", "a", "c"), `there is no "c" in: a b`)
}
