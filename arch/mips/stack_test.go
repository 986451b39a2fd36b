package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

// TestNothingFaultsWithoutStack: no instruction that may fault, or must, stands behind one that leaves a result in the
// stack pointer. One in the signal stack would have a kernel put its frame where nothing is mapped.
func TestNothingFaultsWithoutStack(t *testing.T) {
	for _, cpu := range []string{"24Kf", "mips32r6-generic", "5KEf"} {
		p := archtest.Generate(t, New(), arch.Config{CPU: cpu},
			arch.Options{Seed: 1, Count: 20000, BlockLen: 24, Rounds: 1, TrapShare: 0.1, MisalignedShare: 0.2})
		results, faults := archtest.NothingFaultsWithoutStack(t, p)
		assert.Greater(t, results, 300)
		assert.Greater(t, faults, 1000)
	}
}
