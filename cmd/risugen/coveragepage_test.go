package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oracleFile is what testdata/binutils.json says of a decode file: see the architecture's tests.
type oracleFile struct {
	File              string
	Patterns, Checked int
	Unchecked         map[string][]string
}

// oracleList is testdata/binutils.json.
type oracleList struct {
	Version string
	Words   int
	Files   []oracleFile
}

func (l *oracleList) file(name string) oracleFile {
	for _, f := range l.Files {
		if f.File == name {
			return f
		}
	}
	return oracleFile{}
}

// versionLine begins the line of the page that names versions. A page made with others may differ.
const versionLine = "Made with "

// aboutModels stands before the table of models.
const aboutModels = `Patterns drawn in one ABI or byte order at least. What is not covered has a reason below, or was covered on another model.
Then a known difference is why, or that what a system may do for programs ran, or chance: of a pattern that is seldom drawn, such as a load relative to
the program counter, an image may hold none, or one that writes a register which glue has given a value, so that it is not seen to change
it, or a branch that went one way. Models with the same instructions have the same images.`

// page is the table of coverage.
func (c *coverTable) page(runs, count, reserved int, oracle *oracleList) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Coverage: %s

What of each decode file ran on an emulator, and why not the rest. `+"`make coverage`"+` writes this page.

Every CPU model was run in every ABI and byte order, %d runs of %d random instructions and %d reserved words each
(`+"`risugen check -n %d --reserved %d`"+`), on QEMU's user mode against itself translating one instruction at a time. A
*pattern* is one line of a decode file. It is *drawn* where an image holds an instruction of it, and *covered* where one
ran to its end and was seen to change what it writes; a branch where it went both ways, a trap where it was raised, a
pattern of reserved words where one raised a fault. *Checked* is what binutils prints as we do, and assembles to the same
word, for up to %d random words in each dialect and byte order.

%s%s; binutils: %s.

## Decode files

`, strings.ToUpper(c.arch.Name()), runs, count, reserved, count, reserved, oracle.Words, versionLine, strings.Join(c.versions(), ", "), oracle.Version)
	b.WriteString(c.fileTable(oracle))
	b.WriteString("\n\n## Models\n\n" + aboutModels + "\n\n")
	b.WriteString(c.modelTable())
	b.WriteString("\n")
	for _, f := range c.files {
		b.WriteString(f.section(c, oracle.file(f.name)))
	}
	return b.String()
}

// versions lists those of the emulators, without the names of their programs.
func (c *coverTable) versions() []string {
	all := map[string]bool{}
	for _, m := range c.models {
		for v := range m.versions {
			program, rest, _ := strings.Cut(v, " ")
			all[strings.ToUpper(strings.SplitN(program, "-", 2)[0])+" "+rest] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func (c *coverTable) fileTable(oracle *oracleList) string {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"file", "what", "patterns", "drawn", "covered", "on models", "checked"})
	var sum [4]int
	for _, f := range c.files {
		drawn := 0
		for _, p := range f.patterns {
			if len(p.drawn) > 0 {
				drawn++
			}
		}
		n := [4]int{len(f.patterns), drawn, len(f.patterns) - len(f.uncovered()), oracle.file(f.name).Checked}
		for i := range n {
			sum[i] += n[i]
		}
		link := fmt.Sprintf("[%s](#%s)", f.name, strings.ReplaceAll(f.name, ".", ""))
		t.AppendRow(table.Row{link, f.head(0), n[0], n[1], n[2], len(f.models(c)), n[3]})
	}
	t.AppendRow(table.Row{"", "all", sum[0], sum[1], sum[2], len(c.models), sum[3]})
	return t.RenderMarkdown()
}

func (c *coverTable) modelTable() string {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"model", "what", "ABIs", "drawn", "covered", "not covered"})
	for _, m := range c.models {
		var not []string
		for _, f := range c.files {
			for _, p := range f.patterns {
				if at := sourceOf(p.Pattern); m.drawn[at] && !m.covered[at] {
					not = append(not, p.Name())
				}
			}
		}
		t.AppendRow(table.Row{m.Name, m.Description, strings.Join(m.ABIs(), ", "), len(m.drawn), len(m.covered), listed(not)})
	}
	return t.RenderMarkdown()
}

// models lists those on which a pattern of the file was covered.
func (f *coverFile) models(c *coverTable) []string {
	var out []string
	for _, m := range c.models {
		if slices.ContainsFunc(f.patterns, func(p *coverPattern) bool { return p.covered[m.Name] }) {
			out = append(out, m.Name)
		}
	}
	return out
}

// head is a paragraph of the comment that the file begins with: its title, and then its sources.
func (f *coverFile) head(n int) string {
	var out []string
	for _, line := range strings.Split(f.text, "\n") {
		switch text := strings.TrimSpace(strings.TrimPrefix(line, "#")); {
		case text == "" && n == 0:
			return strings.Join(out, " ")
		case text == "":
			n--
		case n == 0:
			out = append(out, text)
		}
	}
	return strings.Join(out, " ")
}

// section is what the page says of one file.
func (f *coverFile) section(c *coverTable, oracle oracleFile) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\n%s\n\nCovered on %s.\n", f.name, f.head(1), strings.Join(f.models(c), ", "))
	why := map[string][]string{}
	for _, p := range f.uncovered() {
		why[p.why] = append(why[p.why], p.Name())
	}
	f.reasons(&b, "Not covered", why)
	f.reasons(&b, "Not checked", oracle.Unchecked)
	return b.String()
}

// reasons lists patterns by reason, or says that they are all.
func (f *coverFile) reasons(b *strings.Builder, what string, why map[string][]string) {
	if len(why) == 0 {
		return
	}
	n := 0
	for _, names := range why {
		n += len(names)
	}
	fmt.Fprintf(b, "\n%s (%d):\n\n", what, n)
	for _, reason := range slices.Sorted(maps.Keys(why)) {
		names := listed(why[reason])
		if len(why[reason]) == len(f.patterns) {
			names = "all"
		}
		fmt.Fprintf(b, "- %s: %s\n", reason, names)
	}
}

// listed lists names in their order, each once.
func listed(names []string) string {
	times := map[string]int{}
	var once []string
	for _, n := range names {
		if times[n]++; times[n] == 1 {
			once = append(once, n)
		}
	}
	for i, n := range once {
		if times[n] > 1 {
			once[i] = fmt.Sprintf("%s (%d)", n, times[n])
		}
	}
	return strings.Join(once, ", ")
}

// comparePage wants docs/coverage-ARCH.md to hold the page, unless other versions made it; or writes it.
func (c *coverTable) comparePage(t *testing.T, runs, count, reserved int, write bool) {
	text, err := os.ReadFile(filepath.Join("..", "..", "arch", c.arch.Name(), "testdata", "binutils.json"))
	require.NoError(t, err)
	var oracle oracleList
	require.NoError(t, json.Unmarshal(text, &oracle))
	page := c.page(runs, count, reserved, &oracle)
	file := filepath.Join("..", "..", "docs", "coverage-"+c.arch.Name()+".md")
	if write {
		require.NoError(t, os.WriteFile(file, []byte(page), 0o644))
	}
	old, err := os.ReadFile(file)
	require.NoError(t, err)
	if v := madeWith(string(old)); v != madeWith(page) {
		t.Skipf("%s was made with other versions: %s", file, v)
	}
	assert.Equal(t, string(old), page, "make coverage writes %s", file)
}

func madeWith(page string) string {
	_, v, _ := strings.Cut(page, "\n"+versionLine)
	v, _, _ = strings.Cut(v, "\n")
	return v
}
