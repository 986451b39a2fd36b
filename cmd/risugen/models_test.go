package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// TestEveryModelIsClean runs all that each model has, in each ABI and byte order, on its emulator: what differs,
// or breaks the description, is on the list of known differences.
func TestEveryModelIsClean(t *testing.T) {
	needtool.Slow(t)
	var cpus []struct {
		Name     string
		Variants []struct{ ABI, Order, Emulator string }
	}
	require.NoError(t, json.Unmarshal([]byte(command("", "list", "--cpus", "--json").out), &cpus))
	require.Greater(t, len(cpus), 20)
	for _, c := range cpus {
		for _, v := range c.Variants {
			t.Run(c.Name+"-"+v.ABI+"-"+v.Order, func(t *testing.T) {
				program, _, _ := strings.Cut(v.Emulator, " ")
				needtool.Path(t, program)
				r := command("", "check", "--cpu", c.Name, "--abi", v.ABI, "--order", v.Order, "-n", "2500", "--reserved", "300", "--seed", "2", "--json")
				require.Empty(t, r.err)
				assert.Zero(t, r.code, r.out)
				var report struct {
					Patterns, Covered int
					Uncovered         []string
				}
				require.NoError(t, json.Unmarshal([]byte(r.out), &report))
				t.Logf("%d of %d patterns covered; not %v", report.Covered, report.Patterns, report.Uncovered)
				assert.Greater(t, report.Patterns, 80)
			})
		}
	}
}
