package junit_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/report/junit"
	"github.com/risugen/risugen/runtime"
)

const hostile = "a\x00\x1b[31m<&>\"']]>\r\n\t\xff\xc3\u00e9\ufffe\uffff\ufffd\U0001f600 --> <!-- "

// example has a case of each kind.
func example(text string) *junit.Suites {
	report := &runtime.Report{
		PatternList: []runtime.PatternState{
			{Pattern: "ADDV", Source: "msa.decode:41", State: runtime.StateCovered},
			{Pattern: "ADDV", Source: "msa.decode:42", State: runtime.StateCovered},
			{Pattern: "SUBV", Source: "msa.decode:43", State: runtime.StateNever},
			{Pattern: "TEQ", Source: "b.decode:3", State: runtime.StateFaulted},
			{Pattern: "MULV", Source: "msa.decode:44", State: runtime.StateCompleted},
			{Pattern: "SC", Source: "b.decode:4", State: runtime.StateCovered},
			{Pattern: "SEB", Source: "b.decode:5", State: runtime.StateCovered},
		},
		ReservedList: []runtime.PatternState{{Pattern: "RESERVED_X", Source: "r.decode:1", State: runtime.StateRefused}},
		MismatchList: []*runtime.Mismatch{
			{Kind: "result", Count: 3, Words: 1, Where: runtime.Where{Pattern: "ADDV", Source: "msa.decode:42", Disassembly: text}},
			{Kind: "fault", Count: 3, Words: 1, Where: runtime.Where{Pattern: "SC", Source: "b.decode:4"}, Known: "sc"},
			{Kind: "undeclared", Count: 3, Where: runtime.Where{Item: -1}, Outputs: []runtime.Difference{{Place: "$3" + text}}},
		},
		MismatchesLeft: 7, FindingsLeft: 1,
		Findings: []*runtime.Finding{
			{Kind: "undeclared fault", Text: "SEB raised SIGILL" + text, Candidates: []string{"SEB"}, Target: "apprentice"},
			{Kind: "undeclared change", Place: "fcsr", Target: "both", Text: "fcsr changed", Candidates: []string{"A", "B"}},
			{Kind: "never changed", Place: "rd", Candidates: []string{"SC"}, Known: "sc"},
		},
		KnownSeen: []*runtime.KnownSeen{{ID: "sc", Text: text, See: "there"}}, Seconds: 1.23456,
	}
	s := &junit.Suites{Name: "risugen"}
	s.Add(junit.OfRuns("P5600/o32/little", []junit.Run{
		junit.RunOf("seed 1", "risugen check '"+text+"'", report, nil),
		junit.RunOf("seed 2", "", nil, errors.New("it died\n"+text)),
	}, junit.Property{Name: "master", Value: junit.Text(text)}))
	s.Add(junit.OfRuns("empty", nil))
	return s
}

func encode(t *testing.T, s *junit.Suites) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, junit.Write(&b, s))
	return b.Bytes()
}

// TestCases: what a case comes to.
func TestCases(t *testing.T) {
	s := example("x").Suites[0]
	got := map[string]string{}
	for _, c := range s.Cases {
		assert.EqualValues(t, "P5600/o32/little", c.Classname)
		switch {
		case c.Failure != nil:
			got[string(c.Name)] = "failure: " + string(c.Failure.Type) + ": " + string(c.Failure.Message)
		case c.Error != nil:
			got[string(c.Name)] = "error: " + string(c.Error.Message)
		case c.Skipped != nil:
			got[string(c.Name)] = "skipped: " + string(c.Skipped.Message)
		default:
			got[string(c.Name)] = "passed " + string(c.SystemOut)
		}
	}
	assert.Equal(t, map[string]string{
		"ADDV (msa.decode:41)":                   "passed ",
		"ADDV (msa.decode:42)":                   "failure: result: ADDV  x: the result differs in 3 records of 1 instruction",
		"SUBV":                                   "skipped: drawn, but never ran: each stood behind a fault, in every round",
		"TEQ":                                    "passed every instruction of it faulted, on both targets alike",
		"MULV":                                   "passed no instruction of it was seen to change what it writes",
		"SC":                                     "skipped: known difference: sc: x (there)",
		"SEB":                                    "failure: undeclared fault: SEB raised SIGILLx",
		"RESERVED_X":                             "passed ",
		"difference: undeclared, $3x":            "failure: undeclared: block 0 at 0x0:  something differs that no instruction of the block declares as an output in 3 records",
		"finding: undeclared change, fcsr, both": "failure: undeclared change: fcsr changed",
		"differences left out":                   "failure: left out: 7 more pairs of records differ than are listed",
		"findings left out":                      "failure: left out: 1 more findings were made than are listed",
		"run: seed 2":                            "error: it died",
	}, got)
	assert.Equal(t, []int{13, 6, 1, 2}, []int{s.Tests, s.Failures, s.Errors, s.Skipped})
	assert.Contains(t, string(s.Cases[1].Failure.Text), "again: risugen check 'x'")
}

// TestRunsOfAClass: a pattern is one case of all runs, and one of them is enough for it to have run, or to fail.
func TestRunsOfAClass(t *testing.T) {
	run := func(state, kind string) junit.Run {
		r := &runtime.Report{PatternList: []runtime.PatternState{{Pattern: "A", Source: "f:1", State: state}}}
		if kind != "" {
			r.MismatchList = []*runtime.Mismatch{{Kind: kind, Where: runtime.Where{Pattern: "A", Source: "f:1"}}}
		}
		return junit.RunOf("n", "", r, nil)
	}
	only := func(runs ...junit.Run) *junit.Case {
		s := junit.OfRuns("c", runs)
		require.Len(t, s.Cases, 1)
		return s.Cases[0]
	}
	c := only(run(runtime.StateNever, ""), run(runtime.StateCovered, ""))
	assert.True(t, c.Skipped == nil && c.Failure == nil && c.SystemOut == "", "%+v", c)
	c = only(run(runtime.StateCovered, "result"), run(runtime.StateCovered, ""), run(runtime.StateCovered, "fault"))
	assert.EqualValues(t, "result, fault", c.Failure.Type)
	c = only(run(runtime.StateNever, ""), run(runtime.StateFaulted, ""))
	assert.Contains(t, c.SystemOut, "faulted")
	early := junit.RunOf("n", "", &runtime.Report{PatternList: run(runtime.StateNever, "").Patterns}, errors.New("it died"))
	s := junit.OfRuns("c", []junit.Run{early})
	require.Len(t, s.Cases, 2)
	assert.Contains(t, s.Cases[0].Skipped.Message, "the run ended early")
	assert.NotNil(t, s.Cases[1].Error)
}

// TestRoundTrip: any text comes back as it was, but for what XML cannot hold, which is still to be seen.
func TestRoundTrip(t *testing.T) {
	b := encode(t, example(hostile))
	assert.True(t, utf8.Valid(b))
	var back junit.Suites
	require.NoError(t, xml.Unmarshal(b, &back))
	want := strings.NewReplacer("\x00", `\x00`, "\x1b", `\x1b`, "\xff\xc3", `\xff\xc3`, "\ufffe", `\ufffe`, "\uffff", `\uffff`).Replace(hostile)
	assert.EqualValues(t, want, back.Suites[0].Properties.List[0].Value)
	assert.Equal(t, 13, len(back.Suites[0].Cases))
	var failure *junit.Case
	for _, c := range back.Suites[0].Cases {
		if c.Error != nil {
			failure = c
		}
	}
	assert.EqualValues(t, "it died\n"+want, failure.Error.Text)
	assert.Equal(t, string(b), string(encode(t, &back)), "what was read is written alike")
}

// TestSchema: the files are of the form that readers have in common.
func TestSchema(t *testing.T) {
	xmllint := needtool.Path(t, "xmllint")
	dir := t.TempDir()
	for name, s := range map[string]*junit.Suites{"hostile": example(hostile), "plain": example("x"), "none": {}} {
		path := filepath.Join(dir, name+".xml")
		require.NoError(t, junit.WriteFile(path, s))
		out, err := exec.Command(xmllint, "--noout", "--schema", "testdata/junit.xsd", path).CombinedOutput()
		assert.NoError(t, err, "%s", out)
	}
}

// TestWriteFile: a file is there whole or not at all, and nothing is left beside it.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.xml")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	link := filepath.Join(dir, "link.xml")
	require.NoError(t, os.Symlink("r.xml", link))
	require.NoError(t, junit.WriteFile(link, example("x")))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(encode(t, example("x"))), string(b))
	assert.Error(t, junit.WriteFile(filepath.Join(dir, "none", "r.xml"), example("x")))
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, list, 2)
	assert.Error(t, junit.WriteFile(dir, example("x")))
	require.NoError(t, junit.WriteFile(os.DevNull, example("x")))
}

// FuzzText: whatever a text holds, it is well-formed, and comes back if XML can hold it.
func FuzzText(f *testing.F) {
	f.Add(hostile)
	f.Add("plain")
	f.Fuzz(func(t *testing.T, text string) {
		s := &junit.Suites{Name: junit.Text(text), Suites: []*junit.Suite{{SystemOut: junit.Text(text)}}}
		b := encode(t, s)
		var back junit.Suites
		require.NoError(t, xml.Unmarshal(b, &back))
		require.Equal(t, back.Name, back.Suites[0].SystemOut)
		require.Equal(t, string(b), string(encode(t, &back)))
	})
}
