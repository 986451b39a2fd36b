// Package patience is for tests of what a limit of time ends, where something else has to happen before that: no limit is short enough
// to wait for and long enough for every machine.
package patience

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// longest is the limit that no machine needs.
const longest = time.Minute

// Grow calls try with a limit, and again with one twice as long where an error names the limit: something took longer than that. Any
// other error fails the test, as does one that comes with a limit that is long on every machine.
func Grow(t testing.TB, limit time.Duration, try func(limit time.Duration) error) {
	t.Helper()
	for {
		err := try(limit)
		if err == nil {
			return
		}
		if limit >= longest || !strings.Contains(err.Error(), limit.String()) {
			t.Fatalf("with a limit of %s: %s", limit, err)
		}
		limit *= 2
	}
}

// Missing is an error with the text if that lacks something that is wanted.
func Missing(text string, want ...string) error {
	for _, w := range want {
		if !strings.Contains(text, w) {
			return fmt.Errorf("there is no %q in: %s", w, text)
		}
	}
	return nil
}
