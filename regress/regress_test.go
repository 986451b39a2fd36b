package regress

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mattn/go-shellwords"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

var (
	image   = &campaign.Params{CPU: "24Kc", ABI: "o32", Order: "big"}
	variant = arch.Variant{Emulator: "qemu-mips -cpu 24Kc"}
)

func usual(name string) bool { return name == "qemu-mips" || name == "qemu-mipsel" }

// TestSides: what may be given for a side, and the command that comes of it.
func TestSides(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's a build")
	require.NoError(t, os.Mkdir(dir, 0o700))
	t.Chdir(filepath.Dir(dir))
	for _, c := range []struct {
		given   []string
		command string
		one, ok bool
	}{
		{[]string{dir}, Quote(dir+"/qemu-mips") + " -cpu 24Kc", false, true},
		{[]string{"it's a build"}, `'it'\''s a build/qemu-mips' -cpu 24Kc`, false, true},
		{[]string{"b/qemu-mips"}, "b/qemu-mips -cpu 24Kc", false, true},
		{[]string{"b/qemu-mipsel", "c/qemu-mips"}, "c/qemu-mips -cpu 24Kc", false, true},
		{[]string{"b/qemu-mipsel"}, "", false, false},
		{[]string{"new/{emulator} {}"}, "new/qemu-mips -cpu 24Kc {}", false, true},
		{[]string{"{program}-new -cpu {cpu},x={abi}-{order}"}, "qemu-mips-new -cpu 24Kc,x=o32-big", false, true},
		{[]string{"ssh:board"}, "ssh:board", true, true},
	} {
		s, err := ParseSide(c.given, usual)
		require.NoError(t, err, c.given)
		command, ok := s.Command(image, variant)
		assert.Equal(t, c.command, command)
		assert.Equal(t, c.ok, ok)
		assert.Equal(t, c.one, s.OfOneModel(), c.given)
		assert.NotEmpty(t, s.String())
	}
	command, ok := Installed().Command(image, variant)
	assert.Equal(t, "qemu-mips -cpu 24Kc true", command+" "+map[bool]string{true: "true"}[ok])
}

// FuzzQuote: a word stays one, and as it was.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"a", "a b", "it's", `\`, `"`, "$x", "a\nb", "~", "{}", "日本", "`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if word == "" || strings.ContainsRune(word, 0) || !utf8.ValidString(word) { // the library that splits has runes
			return
		}
		words, err := shellwords.Parse(Quote(word))
		require.NoError(t, err)
		require.Equal(t, []string{word}, words)
	})
}

func TestSets(t *testing.T) {
	list := Sets()
	require.NotEmpty(t, list)
	assert.Equal(t, Default, list[0].Name)
	for _, s := range list {
		assert.NotEmpty(t, s.About)
		assert.NotContains(t, s.About, "\n")
		found, ok := FindSet(s.Name)
		assert.True(t, ok)
		assert.Equal(t, s, found)
	}
	_, ok := FindSet("none")
	assert.False(t, ok)
	assert.Equal(t, "One two", firstSentence("# One\n# two. three.\n\nmatrix:\n# x"))
}

const listText = `
- {id: seen, cpus: [.*], patterns: [A], kinds: [result], text: t}
- {id: other, cpus: [.*], patterns: [B], kinds: [result], text: t}
- {id: over, cpus: [.*], patterns: [B], overlay: x, text: t}
`

// summary adds results up: of a plan of so many jobs.
func summary(t *testing.T, jobs int, allowStale bool, results ...*campaign.Result) *Summary {
	t.Helper()
	known, err := runtime.ParseKnown("k.yaml", []byte(listText))
	require.NoError(t, err)
	s := NewSummary(&campaign.Header{Jobs: jobs}, func(*campaign.Params) string { return "risugen check" },
		[]List{{Entries: known, Stale: true}}, allowStale)
	for i, r := range results {
		r.ID, r.Index = string(rune('a'+i)), i
		s.Add(r)
	}
	s.Finish()
	return s
}

func result(cpu string, status campaign.Status, change func(*campaign.Result)) *campaign.Result {
	r := &campaign.Result{Status: status}
	r.CPU = cpu
	if change != nil {
		change(r)
	}
	return r
}

func sawAndNot(r *campaign.Result) {
	r.KnownSeen = []*runtime.KnownSeen{{ID: "seen", Count: 3}}
	r.KnownUnseen = []string{"other"}
}

// TestVerdict: stale entries fail, and nothing is stale or in agreement while jobs are missing or failed.
func TestVerdict(t *testing.T) {
	states := func(s *Summary) (out []EntryState) {
		for _, e := range s.Entries {
			out = append(out, e.State)
		}
		return out
	}
	s := summary(t, 1, false, result("X", campaign.Known, sawAndNot))
	assert.Equal(t, []EntryState{Seen, Stale, LeavesOut}, states(s))
	assert.Equal(t, 1, s.ExitCode)
	s = summary(t, 1, true, result("X", campaign.Known, sawAndNot))
	assert.Equal(t, 0, s.ExitCode)
	s = summary(t, 2, false, result("X", campaign.Known, sawAndNot))
	assert.Equal(t, []EntryState{Seen, Unseen, LeavesOut}, states(s))
	assert.Equal(t, 2, s.ExitCode)
	s = summary(t, 2, false, result("X", campaign.Differs, sawAndNot), result("Y", campaign.Failed, nil))
	assert.Equal(t, []EntryState{Seen, Unseen, LeavesOut}, states(s))
	assert.Equal(t, 2, s.ExitCode)
	s = summary(t, 2, false, result("X", campaign.Known, sawAndNot), result("Y", campaign.Known, func(r *campaign.Result) {
		r.KnownSeen = []*runtime.KnownSeen{{ID: "other", Count: 1}}
		r.KnownUnseen = []string{"seen"}
	}))
	assert.Equal(t, []EntryState{Seen, Seen, LeavesOut}, states(s), "once is enough")
	assert.Equal(t, 0, s.ExitCode)
	s = summary(t, 1, false, result("X", campaign.Clean, nil))
	assert.Equal(t, []EntryState{NotExercised, NotExercised, LeavesOut}, states(s))
	var b strings.Builder
	require.NoError(t, s.Text(&b, nil))
	assert.Contains(t, b.String(), "not exercised: 2 entries of lists of known differences: seen, other")
}

// TestPatternsOfAllModels: a pattern is covered if it is on one model; reserved words are no patterns of it.
func TestPatternsOfAllModels(t *testing.T) {
	with := func(a, b string) func(*campaign.Result) {
		return func(r *campaign.Result) {
			r.Patterns = []runtime.PatternState{
				{Pattern: "A", Source: "f:1", State: a}, {Pattern: "A", Source: "f:2", State: b}, {Pattern: "R", Source: "r:1", State: runtime.StateRefused},
			}
		}
	}
	s := summary(t, 2, false, result("X", campaign.Clean, with(runtime.StateCovered, runtime.StateNever)), result("Y", campaign.Clean, with(runtime.StateNever, runtime.StateFaulted)))
	assert.Equal(t, []int{2, 1}, []int{s.Patterns, s.Covered})
	assert.Equal(t, []string{"A (f:2)"}, s.Uncovered)
	assert.Equal(t, []int{2, 1, 2, 0}, []int{s.Models[0].Patterns, s.Models[0].Covered, s.Models[1].Patterns, s.Models[1].Covered})
}

// TestReduceHint: what makes an image smaller is told beside what runs it again.
func TestReduceHint(t *testing.T) {
	s := summary(t, 1, false, result("X", campaign.Differs, func(r *campaign.Result) {
		r.Mismatches = []*runtime.Mismatch{{Kind: "result", Count: 2, Where: runtime.Where{Pattern: "A"}}}
	}))
	var b strings.Builder
	require.NoError(t, s.Text(&b, func(again string) string { return "smaller " + again }))
	assert.Contains(t, b.String(), "new: A: result, in X: 2 times in 1 job\n")
	assert.Contains(t, b.String(), "  again: risugen check\n  reduce: smaller risugen check\n")
}

// TestSkippedInVerdict: who skipped jobs reads it in the verdict.
func TestSkippedInVerdict(t *testing.T) {
	s := summary(t, 2, false, result("X", campaign.Clean, nil), result("Y", campaign.Clean, nil))
	require.Contains(t, s.Result, ": 2 jobs, ")
	s.Skipped = []Skipped{{"24Kc", "there is no program a", 3}, {"4Kc", "there is no program b", 1}}
	s.Finish()
	require.Regexp(t, `: 2 of 6 jobs, 4 skipped, .*: agree$`, s.Result)
	require.Equal(t, 4, s.SkippedJobs)
}
