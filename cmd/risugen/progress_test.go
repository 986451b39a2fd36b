package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestTimeLeft: a guess is made when there is something to guess from, and looks like all times.
func TestTimeLeft(t *testing.T) {
	assert.Equal(t, ", 3 s left", timeLeft(25, 100, time.Second))
	assert.Equal(t, ", 1 min 30 s left", timeLeft(1, 10, 10*time.Second))
	for _, c := range [][2]int64{{0, 100}, {100, 100}, {5, 0}} {
		assert.Empty(t, timeLeft(c[0], c[1], time.Minute))
	}
	assert.Empty(t, timeLeft(1, 1000, 999*time.Millisecond), "it has hardly begun")
}
