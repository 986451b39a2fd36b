package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// step is a command of a page, and what the page shows behind it.
type step struct {
	command string
	shown   []string
	fails   int // the exit code that an `echo $?` behind it shows
}

// stepsOf reads the commands of a page: lines behind a prompt in blocks that are indented by four spaces, with the lines of a here document.
func stepsOf(text string) (steps []step) {
	end := ""
	for line := range strings.Lines(text) {
		line, in := strings.CutPrefix(strings.TrimRight(line, "\n"), "    ")
		if !in {
			continue
		}
		last := len(steps) - 1
		switch command, ok := strings.CutPrefix(line, "$ "); {
		case end != "":
			steps[last].command += "\n" + line
			if line == end {
				end = ""
			}
		case ok:
			steps = append(steps, step{command: command})
			if _, word, here := strings.Cut(command, "<<'"); here {
				end = strings.TrimSuffix(word, "'")
			}
		case last >= 0 && steps[last].command == "echo $?":
			steps[last-1].fails, _ = strconv.Atoi(line)
		case last >= 0:
			steps[last].shown = append(steps[last].shown, line)
		}
	}
	return steps
}

// loosely drops what differs from one run to the next: times, rates, releases of QEMU, and how wide columns are for that.
var (
	rates   = regexp.MustCompile(`[\d,.]+ executions a second`)
	times   = regexp.MustCompile(`\b[\d.]+ ?(ms|s)\b`)
	release = regexp.MustCompile(`version [\d.]+ \([^)]*\)`)
	spaces  = regexp.MustCompile(`  +`)
)

func loosely(line string) string {
	line = release.ReplaceAllString(times.ReplaceAllString(rates.ReplaceAllString(line, "R"), "T"), "V")
	return strings.TrimSpace(spaces.ReplaceAllString(line, " "))
}

// assertShown makes sure that what a page shows is what was printed: its lines stand there in this order. A line with … stands for
// any lines, or its end for anything.
func assertShown(t *testing.T, s step, printed string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(printed) {
		lines = append(lines, loosely(line))
	}
	for _, want := range s.shown {
		want, open := strings.CutSuffix(loosely(want), "…")
		found := -1
		for i, got := range lines {
			if got == want || open && strings.HasPrefix(got, want) {
				found = i
				break
			}
		}
		if found < 0 && (want != "" || !open) {
			assert.Fail(t, "the page shows what is not printed", "%s\nshown: %s\nprinted:\n%s", s.command, want, printed)
			return
		}
		if want != "" {
			lines = lines[found+1:]
		}
	}
}

// tutorialUpdate has TestTutorial write what it finds into the page: numbers and registers in lines that are the same but for these,
// such as other images have.
var tutorialUpdate = flag.Bool("tutorial", false, "update docs/tutorial.md")

var drawn = regexp.MustCompile(`\b(0x[0-9a-f]+|[0-9a-f]{8,}|[0-9a-f]*[0-9][0-9a-f,]*)\b|\^+`)

// updated is a page with the lines that a step shows taken from what was printed.
func updated(page string, s step, printed string) string {
	lines := strings.Split(printed, "\n")
	shape := func(line string) string { return drawn.ReplaceAllString(loosely(line), "#") }
	for _, want := range s.shown {
		for i, got := range lines {
			if shape(got) == shape(want) && loosely(want) != "" {
				at := strings.Index(page, s.command)
				page = page[:at] + strings.Replace(page[at:], "    "+want+"\n", "    "+strings.TrimRight(got, " ")+"\n", 1)
				lines = lines[i+1:]
				break
			}
		}
	}
	return page
}

// here makes of the commands that need the network what does the same without: tools are there or the test ends, and
// the repository is cloned from where it stands.
func here(t *testing.T, command, repository string) string {
	t.Helper()
	if packages, ok := strings.CutPrefix(command, "sudo apt-get install "); ok {
		assert.Equal(t, "git make qemu-user binutils-mips-linux-gnu", packages)
		for _, tool := range []string{"git", "make", "qemu-mipsel", "mips-linux-gnu-as"} {
			needtool.Path(t, tool)
		}
		return "true"
	}
	return strings.Replace(command, "git clone https://github.com/risugen/risugen", "git clone -q "+shellQuote(repository)+" risugen", 1)
}

// TestTutorial runs docs/tutorial.md from its first command to its last in one shell, in a clone of what is committed.
func TestTutorial(t *testing.T) {
	needtool.Slow(t)
	text, err := os.ReadFile("../../docs/tutorial.md")
	require.NoError(t, err)
	repository, err := filepath.Abs("../..")
	require.NoError(t, err)
	steps := stepsOf(string(text))
	require.Greater(t, len(steps), 30)
	var script strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&script, "%s\ncode=$?\nprintf '\\001%d %%d\\n' $code\n(exit $code)\n", here(t, s.command, repository), i)
	}
	cmd := exec.Command(needtool.Path(t, "sh"))
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	cmd.Stdin = strings.NewReader(script.String())
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	_ = cmd.Run() // the code of its last command
	rest, page := out.String(), string(text)
	if *tutorialUpdate {
		defer func() {
			require.NoError(t, os.WriteFile(filepath.Join(repository, "docs/tutorial.md"), []byte(page), 0o644))
		}()
	}
	for i, s := range steps {
		printed, behind, ok := strings.Cut(rest, fmt.Sprintf("\x01%d ", i))
		require.True(t, ok, "%s: the shell ended: %s", s.command, rest)
		code, after, _ := strings.Cut(behind, "\n")
		rest = after
		if s.command == "echo $?" {
			continue
		}
		assert.Equal(t, strconv.Itoa(s.fails), code, "%s\n%s", s.command, printed)
		if *tutorialUpdate {
			page = updated(page, s, printed)
			continue
		}
		assertShown(t, s, printed)
	}
}

// TestInstall: go install makes a program of a clone that needs nothing else: descriptions are in it.
func TestInstall(t *testing.T) {
	needtool.Slow(t)
	git := needtool.Path(t, "git")
	dir := t.TempDir()
	out, err := exec.Command(git, "clone", "-q", "../..", filepath.Join(dir, "clone")).CombinedOutput()
	require.NoError(t, err, string(out))
	install := exec.Command("go", "install", "-trimpath", "-buildvcs=true", "./cmd/risugen")
	install.Dir = filepath.Join(dir, "clone")
	install.Env = append(os.Environ(), "GOBIN="+filepath.Join(dir, "bin"), "CGO_ENABLED=0", "GOFLAGS=")
	out, err = install.CombinedOutput()
	require.NoError(t, err, string(out))
	require.NoError(t, os.RemoveAll(install.Dir))
	for _, c := range []struct{ args, said string }{
		{"--version", "risugen version v"},
		{"list --cpu P5600", "msa.decode:"},
		{"gen --cpu cortex-a72 -n 100 --seed 1 -o x.img", "100 instructions"},
		{"list x.img", "test"},
		{"regress --list", "P5600"},
	} {
		run := exec.Command(filepath.Join(dir, "bin/risugen"), strings.Fields(c.args)...)
		run.Dir = dir
		out, err := run.CombinedOutput()
		require.NoError(t, err, "%s: %s", c.args, out)
		assert.Contains(t, string(out), c.said, c.args)
	}
}
