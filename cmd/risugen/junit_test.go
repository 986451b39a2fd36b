package main

import (
	"encoding/xml"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/report/junit"
)

// readJUnit reads a file of results: the cases of its suites by name, and all of it.
func readJUnit(t *testing.T, path string) (map[string]*junit.Case, *junit.Suites) {
	t.Helper()
	var s junit.Suites
	require.NoError(t, xml.Unmarshal(read(t, path), &s))
	cases := map[string]*junit.Case{}
	for _, suite := range s.Suites {
		for _, c := range suite.Cases {
			key := string(c.Classname + " " + c.Name)
			assert.NotContains(t, cases, key, "a case has one name")
			cases[key] = c
		}
	}
	return cases, &s
}

// TestJUnit: each pattern is a case: it failed, passed or was skipped.
func TestJUnit(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	path := filepath.Join(dir, "r.xml")
	args := []string{"check", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,XORI,ROTR,SEB", "-n", "200", "--seed", "1", "--junit", path}
	r := command("", append(args, "--apprentice", "qemu-mipsel -cpu 4Kc")...)
	require.Equal(t, 1, r.code, r.err)
	cases, s := readJUnit(t, path)
	assert.Equal(t, []int{5, 2, 0, 0}, []int{s.Tests, s.Failures, s.Errors, s.Skipped})
	assert.Nil(t, cases["24Kc/o32/little ADDU"].Failure)
	seb := cases["24Kc/o32/little SEB"].Failure
	require.NotNil(t, seb)
	assert.EqualValues(t, "fault, undeclared fault", seb.Type)
	assert.Contains(t, seb.Text, "again: risugen check --cpu 24Kc")
	assert.Contains(t, seb.Text, "apprentice  SIGILL")

	r = command("", args...)
	require.Equal(t, 0, r.code, r.err)
	_, s = readJUnit(t, path)
	assert.Equal(t, []int{5, 0, 0, 0}, []int{s.Tests, s.Failures, s.Errors, s.Skipped}, "the file is replaced")

	img, trace := filepath.Join(dir, "x.img"), filepath.Join(dir, "x.trace")
	require.Equal(t, 0, command("", "gen", "--cpu", "24Kc", "-n", "50", "--pattern", "ADDU", "--seed", "1", "-o", img).code)
	require.Equal(t, 0, command("", "record", img, "-o", trace).code)
	require.Equal(t, 0, command("", "replay", trace, "--junit", path).code)
	cases, _ = readJUnit(t, path)
	assert.Contains(t, cases, "24Kc/o32/little ADDU")
	r = command("", "run", img, "--master", "qemu-mipsel", "--apprentice", "false", "--junit", path)
	require.Equal(t, 2, r.code)
	cases, s = readJUnit(t, path)
	assert.Equal(t, 1, s.Errors)
	require.NotNil(t, cases["24Kc/o32/little run: seed 1"].Error)
	assert.Contains(t, cases["24Kc/o32/little run: seed 1"].Error.Message, "apprentice (false)")
	r = command("", append(args, "--junit", filepath.Join(dir, "none", "r.xml"))...)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "none")
}

// TestCampaignJUnit: a CPU model of a campaign is a case; so it is of merged results.
func TestCampaignJUnit(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	t.Chdir(t.TempDir())
	put(t, ".", "c.yaml", small)
	r := command("", "campaign", "c.yaml", "--quiet", "--shard", "1/1", "--junit", "c.xml")
	require.Equal(t, 1, r.code, r.err)
	cases, s := readJUnit(t, "c.xml")
	assert.Equal(t, []int{2, 1, 0, 0}, []int{s.Tests, s.Failures, s.Errors, s.Skipped})
	require.NotNil(t, cases["campaign 24Kc"].Failure)
	assert.Contains(t, cases["campaign 24Kc"].Failure.Text, "again: risugen check --cpu 24Kc")
	assert.Nil(t, cases["campaign 4Kc"].Failure)
	require.Equal(t, 1, command("", "merge", "c.jsonl", "--junit", "m.xml").code)
	assert.Equal(t, string(read(t, "c.xml")), string(read(t, "m.xml")))
	require.Equal(t, 2, command("", "campaign", "c.yaml", "--quiet", "--shard", "1/2", "--junit", "c.xml", "--apprentice", "false").code)
	_, s = readJUnit(t, "c.xml")
	assert.Equal(t, []int{2, 0, 2, 0}, []int{s.Tests, s.Failures, s.Errors, s.Skipped})
}
