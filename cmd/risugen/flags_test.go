package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// everyCommand calls f for the program's commands, with the words that name them.
func everyCommand(f func(cmd *cobra.Command, words []string)) {
	a := &app{nil, strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer)}
	var walk func(cmd *cobra.Command, words []string)
	walk = func(cmd *cobra.Command, words []string) {
		f(cmd, words)
		for _, c := range cmd.Commands() {
			walk(c, append(slices.Clone(words), c.Name()))
		}
	}
	walk(a.root(), nil)
}

// TestEmptyFlags: no flag of any command that is a text, or several, may be empty: a variable that is not set is no default.
func TestEmptyFlags(t *testing.T) {
	tried := 0
	everyCommand(func(cmd *cobra.Command, words []string) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !strings.HasPrefix(f.Value.Type(), "string") || f.Name == "features" {
				return
			}
			tried++
			for _, empty := range []string{"", " "} {
				r := command("", append(words, "--"+f.Name, empty)...)
				assert.Equal(t, 2, r.code, "%v --%s", words, f.Name)
				assert.Contains(t, r.err, "--"+f.Name+": it is empty", "%v", words)
				assert.Empty(t, r.out)
			}
		})
	})
	assert.Greater(t, tried, 80)
	r := command("", "check", "--known", "x.yaml", "--known", "")
	assert.Contains(t, r.err, "it is empty", "the second one, too")
	r = command("", "run", "no.img", "--master", "", "--apprentice", "true")
	assert.Equal(t, result{2, "", `risugen: --master: it is empty, as a variable of a shell is that is not set: leave the flag out if its default is meant` + "\n"}, r)
}

// TestPlainFlagErrors: what is wrong with a flag is said without Go's names.
func TestPlainFlagErrors(t *testing.T) {
	for args, want := range map[string]string{
		"check -n 20k":                      "--numinsns 20k: it must be a whole number",
		"check --seed -1":                   "--seed -1: it must be a whole number, 0 or more",
		"check --seed 99999999999999999999": "--seed 99999999999999999999: the number is too large",
		"check --stall 20":                  "--stall 20: it must be a time with its unit, such as 20s",
		"check --edges much":                "--edges much: it must be a number, such as 0.25",
		"check --json=maybe":                "--json maybe: it must be true or false",
		"check --sed 1":                     "risugen check has no flag --sed (did you mean --seed?)",
		"trace info --jsn":                  "risugen trace info has no flag --jsn (did you mean --json?)",
		"check --qqqqqq":                    "risugen check has no flag --qqqqqq\n",
		"check --cpu P560":                  `unknown CPU "P560" (did you mean P5600?); known are P5600, `,
		"check --cpu cortex-a27":            "did you mean cortex-a",
		"check --cpu Pentium":               `unknown CPU "Pentium"; known are`,
		"regress --cpus P560":               `--cpus: unknown CPU "P560" (did you mean P5600?)`,
		"check P5600":                       "risugen check takes no arguments: a CPU model is named by --cpu P5600\n",
		"gen p5600":                         "risugen gen takes no arguments: a CPU model is named by --cpu p5600\n",
		"check foo":                         `risugen check takes no arguments, and got "foo"`,
		"measure P5600":                     `risugen measure takes no arguments, and got "P5600"`,
		"check --details -1":                "--details -1: it is a number of differences",
	} {
		r := command("", strings.Fields(args)...)
		assert.Equal(t, 2, r.code, args)
		assert.Contains(t, r.err, want, args)
		for _, name := range []string{"strconv", "time: ", "invalid argument", "flag needs"} {
			assert.NotContains(t, r.err, name, args)
		}
	}
}

// TestOutputsFirst: where a file cannot be written nothing is run, and no file is named "-" that is meant as standard output.
func TestOutputsFirst(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	file := put(t, dir, "file", "")
	for _, args := range []string{"check --html", "check --junit", "check --cover", "run no.img --html", "replay no.trace --junit", "campaign no.yaml -o",
		"merge no.jsonl -o", "merge no.jsonl --html", "cover no.cover -o", "regress --junit", "report no.json --html"} {
		words := strings.Fields(args)
		for out, want := range map[string]string{
			"-": "it goes to a file, not to standard output", filepath.Join(dir, "no", "x"): "there is no directory " + filepath.Join(dir, "no"),
			dir: "it is a directory", filepath.Join(file, "x"): "is no directory",
		} {
			r := command("", append(words, out)...)
			assert.Equal(t, 2, r.code, args)
			assert.Contains(t, r.err, want, args+" "+out)
			assert.Empty(t, r.out)
		}
	}
	r := command("", "gen", "-n", "10", "-o", "no/x")
	assert.Contains(t, r.err, "there is no directory no")
	assert.Equal(t, 0, command("", "gen", "-n", "10", "-o", "-").code)
	list, err := os.ReadDir(dir)
	assert.NoError(t, err)
	assert.Len(t, list, 1)
}

// TestMissingEmulator: who lacks the usual emulator is told where it is to be had.
func TestMissingEmulator(t *testing.T) {
	img := filepath.Join(t.TempDir(), "img")
	must(t, "gen", "-n", "10", "-o", img)
	t.Setenv("PATH", t.TempDir())
	for _, args := range [][]string{{"check", "-n", "10"}, {"record", img, "-o", img + ".trace"}, {"probe", "ADDU"}, {"replay", img}, {"regress"}} {
		r := command("", args...)
		assert.Equal(t, 2, r.code)
		if args[0] != "replay" {
			assert.Contains(t, r.err, "in the package qemu-user", args)
		}
	}
	r := command("", "run", img, "--master", "no-such-emulator")
	assert.Equal(t, 2, r.code)
	assert.NotContains(t, r.err, "qemu-user")
}

// TestEmptyFiles: what is wrong with an empty file is said in words.
func TestEmptyFiles(t *testing.T) {
	file := put(t, t.TempDir(), "empty", "")
	for args, want := range map[string]string{
		"run": "not an image: it is empty", "cover": "it is empty, and no coverage file", "reduce": "not an image: it is empty",
		"check -n 10 --cover": "it is empty, and no coverage file", "replay": "not a trace: it is empty",
	} {
		r := command("", append(strings.Fields(args), file)...)
		assert.Equal(t, 2, r.code, args)
		assert.Contains(t, r.err, want, args)
		assert.NotContains(t, r.err, "EOF")
	}
}

// TestUntilSignal: work that does not look for signals is given up when one comes.
func TestUntilSignal(t *testing.T) {
	n, err := untilSignal("nothing was written", func() (int, error) { return 7, errEmpty })
	assert.Equal(t, 7, n)
	assert.ErrorIs(t, err, errEmpty)
	forever := make(chan bool)
	defer close(forever)
	n, err = untilSignal("nothing was written", func() (int, error) {
		self, err := os.FindProcess(os.Getpid())
		require.NoError(t, err)
		require.NoError(t, self.Signal(os.Interrupt))
		<-forever
		return 7, nil
	})
	assert.Zero(t, n)
	require.Error(t, err)
	assert.Regexp(t, "^interrupt.*: nothing was written$", err.Error())
}

// TestNoDetails: --details 0 shows no difference, and counts all.
func TestNoDetails(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	args := []string{"check", "--cpu", "24Kc", "--pattern", "ADDU,ROTR", "-n", "60", "--rounds", "4", "--seed", "1", "--apprentice", "qemu-mipsel -cpu 4Kc", "--details"}
	one, none := command("", append(args, "1")...), command("", append(args, "0")...)
	assert.Equal(t, []int{1, 1}, []int{one.code, none.code})
	assert.Contains(t, one.out, "the result differs")
	assert.NotContains(t, none.out, "the result differs")
	assert.Regexp(t, `^\d+ more differing records are not shown`, none.out)
}

// TestFetchSystemHelp: the script says how it is used, and gets nothing.
func TestFetchSystemHelp(t *testing.T) {
	cmd := exec.Command("sh", "../../scripts/fetch-system", "--help")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "RISUGEN_SYSTEM=" + filepath.Join(t.TempDir(), "store")}
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), "scripts/fetch-system [PORT-FLAVOUR…]")
	assert.NotContains(t, string(out), "set -eu")
}
