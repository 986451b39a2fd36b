package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writeFile makes a file in a folder of the test's.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestLintExitCodes(t *testing.T) {
	clean := writeFile(t, "clean.decode", "P 0000 a:4\n")
	warned := writeFile(t, "warned.decode", "%a 0:4\nP 0000 a:4\n")
	noted := writeFile(t, "noted.decode", "%a 0:4 !function=f\nP 0000 .... %a\n")
	wrong := writeFile(t, "wrong.decode", "P 0000 a:4 #! constraints { a > 15; }\n")
	for _, c := range []struct {
		args []string
		code int
		out  string
	}{
		{[]string{clean}, 0, ""},
		{[]string{clean, "--strict"}, 0, ""},
		{[]string{noted, "--strict"}, 0, noted + ":1:1: note: 1 !function has no definition in a functions block: f [functions]\n"},
		{[]string{warned}, 0, warned + ":1:1: warning: field %a is not used [unused]\n"},
		{[]string{warned, "--strict"}, 1, warned + ":1:1: warning: field %a is not used [unused]\n"},
		{[]string{wrong}, 2, wrong + ":1:29: error: no word of P satisfies its constraints\n"},
		{[]string{wrong, clean, warned, "--strict"}, 2, wrong + ":1:29: error: no word of P satisfies its constraints\n" +
			warned + ":1:1: warning: field %a is not used [unused]\n"},
	} {
		r := command("", append([]string{"lint", "-w", "8"}, c.args...)...)
		assert.Equal(t, result{c.code, c.out, ""}, r, c.args)
	}
}

func TestLintFiles(t *testing.T) {
	clean := writeFile(t, "clean.decode", "P 0000 a:4\n")
	none := clean + ".none"
	r := command("", "lint", "-w", "8", none, clean, writeFile(t, "bad.decode", "Q 0\n"))
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "risugen: open "+none+": ")
	assert.Equal(t, 1, strings.Count(r.err, "\n"), r.err)
	assert.Contains(t, r.out, "bad.decode:1:1: error: definition has 1 bits, the word has 8", "the others are checked")
	r = command("", "lint", "-w", "8", clean, "--overlay", none)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "risugen: open "+none+": ")
	assert.Equal(t, 2, command("", "lint").code)
	assert.Equal(t, 2, command("", "lint", "-w", "7", clean).code)
}

func TestLintVariableWidths(t *testing.T) {
	file := writeFile(t, "var.decode", "SHORT 0000 a:4\nLONG 0001 a:4 b:8\n")
	assert.Equal(t, result{0, "", ""}, command("", "lint", "-w", "16", "--varinsnwidth", file))
	assert.Equal(t, 2, command("", "lint", "-w", "16", file).code)
}

func TestLintOverlays(t *testing.T) {
	file := writeFile(t, "f.decode", "P 0000 a:4\nQ 0001 a:4\n")
	one := writeFile(t, "one", "P: operands { a: in r; }\n")
	two := writeFile(t, "two", "Q: reserved { a == 16; }\nR: groups { g; }\n")
	assert.Equal(t, result{0, "", ""}, command("", "lint", "-w", "8", file, "--overlay", one))
	r := command("", "lint", "-w", "8", "--overlay", one, "--overlay", two, file)
	assert.Equal(t, result{2, two + ":1:15: warning: reserved: the condition holds for no word of Q [vacuous]\n" +
		two + ":2:1: error: nothing is selected: no definition has this name\n", ""}, r)
}

// TestLintVocabularies: an architecture's names are known by its own table, and features can be told.
func TestLintVocabularies(t *testing.T) {
	text := "P 0000 a:4 #! operands { a: in GPR; } asm { \"p {a}\"; }\n"
	for _, c := range []struct {
		text string
		args []string
		code int
		out  string
	}{
		{strings.ReplaceAll(text, "GPR", "zreg"), nil, 0, ""},
		{strings.ReplaceAll(text, "GPR", "zreg"), []string{"--arch", "mips"}, 2, "unknown register class zreg; known are "},
		{strings.ReplaceAll(text, "GPR", "gpr"), []string{"--arch", "mips"}, 0, ""},
		{"P 0000 a:4 #! requires { neon; }\n", nil, 0, ""},
		{"P 0000 a:4 #! requires { neon; }\n", []string{"--arch", "mips"}, 2, "unknown feature neon"},
		{"P 0000 a:4 #! requires { msa && !r6; }\n", []string{"--arch", "mips"}, 0, ""},
		{"P 0000 a:4 #! faults { SIGWHAT; }\n", []string{"--arch", "mips"}, 2, "unknown signal SIGWHAT; known are "},
		{"{\n  P 0000 a:4 #! requires { x; }\n  Q 0000 a:4\n}\n", nil, 0, ""},
		{"{\n  P 0000 a:4 #! requires { x; }\n  Q 0000 a:4\n}\n", []string{"--features", "y,x"}, 0, "Q is never drawn"},
		{"{\n  P 0000 a:4 #! requires { x; }\n  Q 0000 a:4\n}\n", []string{"--features", ""}, 0, ""},
		{"{\n  P 0000 a:4 #! requires { !x; }\n  Q 0000 a:4\n}\n", []string{"--features", ""}, 0, "Q is never drawn"},
		{"{\n  P 0000 a:4 #! requires { msa; }\n  Q 0000 a:4\n}\n", []string{"--arch", "mips", "--features", "msa"}, 0, "Q is never drawn"},
		{"{\n  P 0000 a:4 #! requires { msa; }\n  Q 0000 a:4\n}\n", []string{"--arch", "mips", "--features", "dsp"}, 0, ""},
	} {
		r := command("", append([]string{"lint", "-w", "8", writeFile(t, "f.decode", c.text)}, c.args...)...)
		assert.Equal(t, c.code, r.code, "%s %v: %s", c.text, c.args, r.err+r.out)
		assert.Contains(t, r.out, c.out, c.text)
		assert.Equal(t, c.out == "", r.out == "", "%s %v: %s", c.text, c.args, r.out)
	}
	file := writeFile(t, "f.decode", text)
	r := command("", "lint", "-w", "8", file, "--arch", "vax")
	assert.Equal(t, result{2, "", "risugen: unknown architecture \"vax\"; known are mips, arm\n"}, r)
	r = command("", "lint", "-w", "8", file, "--arch", "mips", "--features", "neon")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, `unknown feature "neon"; known are mips1, `)
}

// TestLintOurMIPSFiles: with the names of the architecture, too, nothing is to be said.
func TestLintOurMIPSFiles(t *testing.T) {
	files, err := filepath.Glob("../../arch/mips/*.decode")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, args := range [][]string{{}, {"--arch", "mips"}} {
		r := command("", append(append([]string{"lint", "--strict"}, args...), files...)...)
		assert.Equal(t, result{0, "", ""}, r, args)
	}
}

const counted = "P 0000 a:4 #! constraints { a > 0; }\n{\n  Q 0001 a:4\n  R 00010 a:3\n}\n" +
	"S 0010 a:4 #! requires { x || y; } constraints { !x && a < 3; }\nT 0011 a:4 #! requires { x; !x; }\nU 0100 a:4 #! requires { !x; }\n"

func TestLintPatterns(t *testing.T) {
	file := writeFile(t, "f.decode", counted)
	r := command("", "lint", "-w", "8", "--patterns", file)
	require.Equal(t, 0, r.code, r.err)
	table := r.out[strings.Index(r.out, "\n\n")+2:]
	var got []string
	for row := range strings.Lines(table) {
		got = append(got, strings.Join(strings.Fields(row), " "))
	}
	assert.Equal(t, []string{
		"PATTERN ENCODINGS SHARE AT NOTES",
		"P 15 93.8 % " + file + ":1",
		"Q 16 100 % " + file + ":3",
		"R 0 0 % " + file + ":4 hidden by earlier patterns",
		"S 0 0 % " + file + ":6 no legal word on this CPU",
		"T - - " + file + ":7 not on this CPU",
		"U 16 100 % " + file + ":8 without x",
	}, got)
	assert.Contains(t, r.out, ":4:3: warning: R is never drawn", "findings come first")
	assert.NotContains(t, r.out, "\x1b[", "no colour when not on a terminal")
}

// TestLintShares: what is rounded does not look exact.
func TestLintShares(t *testing.T) {
	file := writeFile(t, "f.decode", "P 0000 a:28 #! constraints { a > 0; }\nQ 0001 a:28 #! constraints { a == 1; }\n")
	r := command("", "lint", "--patterns", file)
	require.Equal(t, 0, r.code, r.out)
	assert.Contains(t, r.out, "268435455  > 99.9 %")
	assert.Contains(t, r.out, "1  < 0.01 %")
}

func TestLintJSON(t *testing.T) {
	file := writeFile(t, "f.decode", counted)
	r := command("", "lint", "-w", "8", "--json", "--strict", file)
	assert.Equal(t, 1, r.code, r.err)
	var got lintReport
	require.NoError(t, json.Unmarshal([]byte(r.out), &got))
	assert.Equal(t, []int{0, 2}, []int{got.Errors, got.Warnings})
	assert.Equal(t, lintFinding{"warning", "unreachable", file, 4, 3, "R is never drawn: Q (line 3) takes all its legal words"}, got.Findings[0])
	require.Len(t, got.Patterns, 6)
	assert.Equal(t, lintPattern{Name: "P", File: file, Line: 1, Col: 1, Encodings: "15", Matching: "16", Share: 0.9375}, got.Patterns[0])
	assert.Equal(t, lintPattern{Name: "R", File: file, Line: 4, Col: 3, Encodings: "0", Matching: "8", Unreachable: true}, got.Patterns[2])
	assert.Equal(t, lintPattern{Name: "T", File: file, Line: 7, Col: 1, Absent: true}, got.Patterns[4])
	assert.Equal(t, []string{"x"}, got.Patterns[5].Without)

	r = command("", "lint", "--json", file)
	assert.Equal(t, 2, r.code)
	require.NoError(t, json.Unmarshal([]byte(r.out), &got))
	assert.Positive(t, got.Errors)
	assert.Contains(t, r.out, `"patterns":[]`)
}
