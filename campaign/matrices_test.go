package campaign

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

const two = `
matrix:
  - {cpus: [One], seeds: 1-2, numinsns: 10}
  - {cpus: [Two, Three], abis: all, seeds: 7, patterns: VADD}
`

// TestMatrices: each matrix of a list has its jobs.
func TestMatrices(t *testing.T) {
	p := mustLoad(t, two)
	var got []string
	for i, j := range p.Jobs {
		assert.Equal(t, i, j.Index)
		got = append(got, j.CPU+" "+j.ABI)
	}
	assert.Equal(t, []string{"One narrow", "One narrow", "Two narrow", "Two wide", "Three wide"}, got)
	assert.Equal(t, []int{10, 10, 10000}, []int{p.Jobs[0].Count, p.Jobs[1].Count, p.Jobs[2].Count})
	assert.EqualValues(t, []uint64{1, 2, 7}, []uint64{p.Jobs[0].Seed, p.Jobs[1].Seed, p.Jobs[2].Seed})
	one := mustLoad(t, "matrix: [{cpus: One, seeds: 1-3}]")
	assert.Equal(t, mustLoad(t, "matrix: {cpus: One, seeds: 1-3}"), one, "a list of one is that one")
}

// TestMatricesAndOptions: an option stands in each matrix, and need be of use in one alone.
func TestMatricesAndOptions(t *testing.T) {
	p := mustLoad(t, two, Option{"patterns", [][]string{{"VSUB"}}})
	require.Len(t, p.Jobs, 3)
	for _, j := range p.Jobs {
		assert.Equal(t, []string{"VSUB"}, j.Patterns)
	}
	_, err := load("matrix: [{cpus: One}, {cpus: One, seeds: 2}]", Option{"patterns", [][]string{{"VSUB"}}})
	assert.EqualError(t, err, `--patterns: patterns: VSUB is in no job: One: pattern "VSUB" matches none`)
	_, err = load(two, Option{"numinsns", [][]string{{"x"}}})
	assert.EqualError(t, err, `--numinsns: the value must be a whole number from 0 to 100000000, not "x"`, "once")
}

func TestMatricesErrors(t *testing.T) {
	for text, want := range map[string]string{
		"matrix: []\n": "c.yaml:1: the list of matrices is empty",
		"matrix:\n  - {cpus: One}\n  - {seeds: 2}\n":                "c.yaml:3: the matrix has no cpus",
		"matrix:\n  - {cpus: One}\n  - 3\n":                         "c.yaml:3: the matrix must be a mapping",
		"matrix:\n  - {cpus: One}\n  - {cpus: One}\n":               "the matrix has a value twice",
		"matrix:\n  - {cpus: One}\n  - {cpus: [Four]}\n":            `c.yaml:3: unknown CPU "Four"`,
		"matrix:\n  - {cpus: One}\n  - {cpus: One, x: 1}":           `c.yaml:3: the matrix has no key "x"`,
		"matrix:\n  - {cpus: Two}\n  - {cpus: One, patterns: VADD}": "c.yaml:3: patterns: VADD is in no job",
	} {
		_, err := load(text)
		assert.ErrorContains(t, err, want, text)
	}
}

// TestOnly: what is not looked at is no job, and nothing is wrong with that.
func TestOnly(t *testing.T) {
	in := Input{Name: "c.yaml", Text: []byte(two), Catalog: models{}, Tool: "t", Only: func(c arch.CPU, v arch.Variant) bool { return v.ABI == "wide" }}
	p, err := Load(in)
	require.NoError(t, err)
	assert.Len(t, p.Jobs, 2)
	in.Only = func(arch.CPU, arch.Variant) bool { return false }
	p, err = Load(in)
	require.NoError(t, err)
	assert.Empty(t, p.Jobs)
	in.NoTargets = "no targets here"
	in.Text = []byte("matrix: {cpus: One}\ntargets: [{master: x}]\n")
	_, err = Load(in)
	assert.EqualError(t, err, "c.yaml:2: no targets here")
}

// TestChange: ids and digest are those of what the jobs became.
func TestChange(t *testing.T) {
	p, q := mustLoad(t, two), mustLoad(t, two)
	before := p.Digest
	require.NoError(t, p.Change("c.yaml", "risugen test", "", func(*Job) (bool, error) { return true, nil }))
	assert.Equal(t, q, p)
	require.NoError(t, p.Change("c.yaml", "risugen test", "salt", func(*Job) (bool, error) { return true, nil }))
	assert.NotEqual(t, before, p.Digest)
	require.NoError(t, p.Change("c.yaml", "risugen test", "", func(j *Job) (bool, error) {
		j.Apprentice = "/new/" + j.CPU
		return j.CPU != "One", nil
	}))
	require.Len(t, p.Jobs, 3)
	for i, j := range p.Jobs {
		assert.Equal(t, i, j.Index)
		assert.Equal(t, j.Params.ID(), j.ID)
	}
	assert.NotEqual(t, before, p.Digest)
	assert.EqualError(t, p.Change("c.yaml", "", "", func(*Job) (bool, error) { return true, errors.New("no") }), "no")
	assert.ErrorContains(t, p.Change("c.yaml", "", "", func(j *Job) (bool, error) { j.CPU, j.ABI = "x", "x"; return true, nil }), "twice")
}
