package main

import (
	"encoding/json"
	"flag"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

var writeCoverage = flag.Bool("coverage", false, "write docs/coverage-ARCH.md")

// modelCount is how many instructions the image of a model holds in one ABI and byte order, beside so many reserved
// words. The seed is the variant's number, so that what one image lacks by chance is in another. Where a model has very many
// patterns, it is manyCount.
const modelCount, manyCount, modelReserved = 2500, 12000, 300

// countFor is how many instructions an image of an architecture's models holds.
func countFor(t *testing.T, a arch.Arch) int {
	for _, c := range a.CPUs() {
		m, err := a.Machine(arch.Config{CPU: c.Name})
		require.NoError(t, err)
		if len(m.Set().Insns) > modelCount/3 {
			return manyCount
		}
	}
	return modelCount
}

// TestEveryModelIsClean runs all that each model has, in each ABI and byte order, on its emulator: what differs,
// or breaks the description, is on the list of known differences. Together they cover every pattern of every decode
// file, but for those that there is a reason for.
func TestEveryModelIsClean(t *testing.T) {
	needtool.Slow(t)
	for _, a := range arches {
		cover, count, runs, ran := newCoverTable(t, a), countFor(t, a), 0, 0
		for _, c := range a.CPUs() {
			for i, v := range c.Variants {
				runs++
				t.Run(c.Name+"-"+v.ABI+"-"+v.Order, func(t *testing.T) {
					cover.add(t, checkModel(t, c.Name, v, count, i+1))
					ran++
				})
			}
		}
		if ran == runs {
			t.Run("coverage", func(t *testing.T) {
				cover.explain(t)
				cover.comparePage(t, runs, count, modelReserved, *writeCoverage)
			})
		}
	}
}

// checkModel runs an image of a model on its emulator.
func checkModel(t *testing.T, cpu string, v arch.Variant, count, seed int) *runtime.Report {
	program, _, _ := strings.Cut(v.Emulator, " ")
	needtool.Path(t, program)
	args := []string{"check", "--cpu", cpu, "--abi", v.ABI, "--order", v.Order, "-n", strconv.Itoa(count), "--seed", strconv.Itoa(seed), "--json"}
	r := command("", append(args, "--reserved", strconv.Itoa(modelReserved))...)
	if r.code == 2 && strings.Contains(r.err, "leave no reserved words") { // what is not described may be anything there
		r = command("", args...)
	}
	require.Empty(t, r.err)
	assert.Zero(t, r.code, r.out)
	report := new(runtime.Report)
	require.NoError(t, json.Unmarshal([]byte(r.out), report))
	t.Logf("%d of %d patterns covered; not %v", report.Covered, report.Patterns, report.Uncovered)
	assert.Greater(t, report.Patterns, 50)
	return report
}
