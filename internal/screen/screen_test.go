package screen

import (
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
)

// TestTime: every length of time looks alike, whatever its size.
func TestTime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.00 s", 4 * time.Millisecond: "0.00 s", 100 * time.Millisecond: "0.10 s", 120 * time.Millisecond: "0.12 s",
		59*time.Second + 994*time.Millisecond: "59.99 s", 59*time.Second + 995*time.Millisecond: "1 min 00 s",
		83450 * time.Millisecond: "1 min 23 s", 3599*time.Second + 600*time.Millisecond: "1 h 00 min",
		time.Hour + 3*time.Minute: "1 h 03 min", 47*time.Hour + 59*time.Minute: "47 h 59 min", 49*time.Hour + time.Minute: "2 d 01 h",
	} {
		assert.Equal(t, want, Took(d), "%d", d)
		assert.Equal(t, want, Seconds(d.Seconds()), "%d", d)
	}
	for d, want := range map[time.Duration]string{
		0: "0 s", 50 * time.Millisecond: "0.05 s", 1500 * time.Millisecond: "1.5 s", 20 * time.Second: "20 s", time.Minute: "1 min",
		61 * time.Second: "1 min 01 s", time.Hour: "1 h", time.Hour + time.Minute: "1 h 01 min", 48 * time.Hour: "2 d 00 h",
	} {
		assert.Equal(t, want, Span(d), "%d", d)
	}
	assert.Equal(t, "59 s", Left(59900*time.Millisecond))
}

// filled is a table with columns of names, of digits and of words.
func filled(t *Table) *Table {
	t.AppendHeader(table.Row{"name", "number", "words"})
	t.AppendRow(table.Row{"a", 1234567, "one two three four five six seven eight nine ten"})
	t.AppendRow(table.Row{"something-longer", 5, "base,fpu,msa,dsp,mips3d"})
	t.AppendFooter(table.Row{"all", 1234572, ""})
	return t
}

func widest(s string) (n int) { return text.LongestLineLen(s) }

// TestFits: a table is as wide as the screen, and no narrower than it must be; all of its text is there, digits whole.
func TestFits(t *testing.T) {
	for _, make := range []func(...Wrapped) *Table{NewTable, NewList} {
		wrapped := []Wrapped{{1, 6}, {3, 10}}
		full, least := widest(filled(make(wrapped...)).In(math.MaxInt)), widest(filled(make(wrapped...)).In(1))
		for width := 25; width < full+5; width++ {
			out := filled(make(wrapped...)).In(width)
			assert.LessOrEqual(t, widest(out), max(min(width, full), least), "%d:\n%s", width, out)
			assert.Greater(t, widest(out), min(width, full)-6, "no narrower than words make it: %d:\n%s", width, out)
			for _, whole := range []string{"1234567", "1234572"} {
				assert.Contains(t, out, whole, width)
			}
			assert.Equal(t, letters("namenumberwordsaonetwothreefourfivesixseveneightninetensomething-longerbase,fpu,msa,dsp,mips3dall"), letters(strings.ToLower(out)), "%d:\n%s", width, out)
		}
	}
	wide := filled(NewTable(Wrapped{3, 10})).In(60)
	assert.Equal(t, 60, widest(wide), wide)
	narrow := filled(NewTable(Wrapped{1, 16}, Wrapped{3, 10})).In(36)
	assert.Equal(t, 37, widest(narrow), "16, 7 and 10 columns and four lines, without blanks:\n%s", narrow)
	assert.Contains(t, narrow, "│something-longer│")
	assert.Contains(t, filled(NewTable(Wrapped{1, 12})).In(76), "│something-longer│", "without blanks it has room")
}

// letters counts letters: where text is broken, and what rows are behind each other, does not matter.
func letters(s string) map[rune]int {
	out := map[rune]int{}
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r == ',' {
			out[r]++
		}
	}
	return out
}

func TestWrap(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"one two three":         "one two\nthree",
		"base,fpu,msa":          "base,fpu,\nmsa",
		"a:b,c,d;e:f,g":         "a:b,c,d;\ne:f,g",
		"abcdefghijklmnopqrstu": "abcdefghij\nklmnopqrst\nu",
		"a,bcdefghijklmnop":     "a,bcdefghi\njklmnop",
		"ein größeres wort":     "ein\ngrößeres\nwort",
		"two\nlines":            "two\nlines",
	} {
		assert.Equal(t, want, Wrap(in, 10), in)
	}
	for _, line := range strings.Split(Wrap("ä ö ü", 0), "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 1, "a width of nothing ends, too")
	}
}

// TestNoScreen: what is no screen has the usual width, and lists are not wrapped.
func TestNoScreen(t *testing.T) {
	assert.Equal(t, 120, Width(io.Discard))
	assert.Equal(t, math.MaxInt, ListWidth(io.Discard))
}
