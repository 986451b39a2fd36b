package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// TestKnownNothing: a list that says nothing is told once, and changes nothing; one that says [] was meant so.
func TestKnownNothing(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	put(t, dir, "set.yaml", "matrix: {cpus: [24Kc], numinsns: 20, rounds: 2}\n")
	put(t, dir, "named.yaml", "matrix: {cpus: [24Kc], numinsns: 20, rounds: 2}\nknown: known.yaml\n")
	check := []string{"check", "--cpu", "24Kc", "-n", "20", "--rounds", "2", "--seed", "1", "--known", "known.yaml"}
	for text, told := range map[string]bool{"": true, "# nothing is left\n": true, "---\n": true, "[]\n": false, "# none\n[]\n": false} {
		put(t, dir, "known.yaml", text)
		for _, args := range [][]string{
			check,
			append(check, "--until-covered", "--max-images", "2", "--pattern", "ADDU,TGE"),
			{"reduce", "--cpu", "24Kc", "-n", "20", "--rounds", "2", "--seed", "1", "--known", "known.yaml"},
			{"regress", "set.yaml", "--known", "known.yaml", "--quiet"},
			{"campaign", "set.yaml", "-o", "r.jsonl", "--resume", "--known", "known.yaml", "--quiet"},
			{"campaign", "named.yaml", "-o", "n.jsonl", "--resume", "--quiet"},
		} {
			r := command("", args...)
			if args[0] != "check" {
				require.Zero(t, r.code, r.err)
			}
			want := ""
			if told {
				want = "note: known.yaml: no entries of known differences ([] says that there are none)\n"
			}
			said := strings.Join(slices.DeleteFunc(strings.SplitAfter(r.err, "\n"), func(line string) bool { return strings.HasPrefix(line, "image ") }), "")
			assert.Equal(t, want, said, "%v with %q", args, text)
		}
		for _, name := range []string{"r.jsonl", "n.jsonl"} { // of another plan with another text
			require.NoError(t, os.Remove(name))
		}
	}
}
