package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/measure"
)

// measured is what risugen measure --json prints.
type measured struct {
	Mistakes []measure.Result
	Summary  measure.Summary
}

// quickly is a measurement that takes no time: one program each, of few executions.
func quickly(args ...string) []string {
	return append([]string{"measure", "--seeds", "1", "--plain-seeds", "1", "--cap", "64"}, args...)
}

// TestMeasureSets: each wrong model is of one set, and those held back are not shown with the others.
func TestMeasureSets(t *testing.T) {
	sets := map[string]measured{}
	for _, set := range []string{"tune", "held", "all"} {
		r := command("", quickly("--json", "--set", set)...)
		require.Zero(t, r.code, r.err)
		var m measured
		require.NoError(t, json.Unmarshal([]byte(r.out), &m))
		assert.Equal(t, len(m.Mistakes), m.Summary.Mistakes)
		sets[set] = m
	}
	assert.Len(t, sets["all"].Mistakes, len(sets["tune"].Mistakes)+len(sets["held"].Mistakes))
	text := command("", quickly()...)
	require.Zero(t, text.code, text.err)
	for _, m := range sets["tune"].Mistakes {
		assert.False(t, m.Held)
		assert.Contains(t, text.out, m.Name)
	}
	for _, m := range sets["held"].Mistakes {
		assert.True(t, m.Held)
		assert.NotContains(t, text.out, m.Name)
	}
	assert.Contains(t, text.out, "found within 10000 executions: ")
	assert.Equal(t, text.out, command("", quickly()...).out)
}

func TestMeasureFlags(t *testing.T) {
	for flags, want := range map[string]string{
		"--set some":      `unknown set "some"; known are tune, held, all`,
		"--seeds 0":       "number of seeds 0 is out of range (1 to 100000)",
		"--plain-seeds 0": "number of seeds for plain values 0 is out of range (1 to 100000)",
		"--cap 0":         "cap 0 is out of range (1 to 10000000)",
		"--within 0":      "number of executions 0 is out of range (1 or more)",
		"-j 0":            "number of jobs 0 is out of range (1 or more)",
		"--block 0":       "block length 0 is out of range (1 to 256)",
		"--rounds 0":      "number of rounds 0 is out of range (1 to 1048576)",
		"--edges 2":       "share of edge operands 2 is out of range (0 to 1)",
		"all":             `risugen measure takes no arguments, and got "all"`,
	} {
		r := command("", append([]string{"measure"}, strings.Fields(flags)...)...)
		assert.Equal(t, 2, r.code, flags)
		assert.Contains(t, r.err, want)
		assert.Empty(t, r.out)
	}
}
