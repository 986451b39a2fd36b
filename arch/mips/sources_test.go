package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestOwnPatternsAreDescribed: a pattern of ours that could be drawn, but has no operands block, would be left
// out without a word being wrong anywhere.
func TestOwnPatternsAreDescribed(t *testing.T) {
	for _, cpu := range models {
		m, err := New().Machine(arch.Config{CPU: cpu.name, ISAs: cpu.isas()})
		require.NoError(t, err)
		for _, in := range arch.Undescribed(m) {
			assert.Fail(t, "no operands block", "%s", in)
		}
	}
}
