package arm

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
)

// TestNoResultIsMasked: of each instruction set in both byte orders, IT blocks among them.
func TestNoResultIsMasked(t *testing.T) {
	for _, r := range []archtest.MaskingRow{
		{Config: arch.Config{CPU: "max", Reserved: true}},
		{Config: arch.Config{CPU: "cortex-a76", Order: "big"}, Programs: 100},
		{Config: arch.Config{CPU: "max", ABI: "eabi", Reserved: true}},
		{Config: arch.Config{CPU: "cortex-a9", ABI: "eabi", Order: "big"}, Programs: 100},
		{Config: arch.Config{CPU: "arm926", ABI: "eabi"}, Programs: 100},
		{Config: arch.Config{CPU: "max", ABI: "thumb", Reserved: true}},
		{Config: arch.Config{CPU: "cortex-a15", ABI: "thumb", Order: "big"}, Programs: 100},
		{Config: arch.Config{CPU: "arm926", ABI: "thumb"}, Programs: 100},
	} {
		r.Test(t, New())
	}
}

// TestLinkedByteStoredAsItWas: a store exclusive of a byte that tells wrongly that it was not done is found, but for one in 256, which
// stores what was there.
func TestLinkedByteStoredAsItWas(t *testing.T) {
	needtool.Slow(t)
	m, err := New().Machine(arch.Config{CPU: "max", ABI: "eabi"})
	require.NoError(t, err)
	o := arch.Options{Seed: 1, Count: 2, BlockLen: 2, Rounds: 300, Select: arch.Selection{Patterns: []string{"STREXB"}}}
	k := archtest.NoResultIsMasked(t, m, o, 300, false)
	t.Log(k)
	require.Positive(t, k.Alike)
	require.Less(t, 64*k.Alike, k.Untold)
}
