package arch

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestFarthest: all of what a field holds counts, its last distances too.
func TestFarthest(t *testing.T) {
	for _, most := range []int64{16, 255, 256, 263, 1020, 4095, 4103, 32760, 61441, literalReach - 1, literalReach} {
		for _, scale := range []int64{1, 4, 8} {
			got := farthest(func(d int64) bool { return d <= most && d%scale == 0 })
			assert.EqualValues(t, most/scale*scale, got, "distances up to %d, multiples of %d", most, scale)
		}
	}
	assert.EqualValues(t, literalReach, farthest(func(int64) bool { return false }))
	assert.EqualValues(t, literalReach, farthest(func(int64) bool { return true }))
}
