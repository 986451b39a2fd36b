package runtime

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/screen"
)

// rowOf is a row of a report's table.
func rowOf(r *Report, name string) string {
	for _, row := range r.Rows() {
		if row.Name == name {
			return row.Text
		}
	}
	return ""
}

// TestMismatchesRow: what is known to differ is no difference, and is told.
func TestMismatchesRow(t *testing.T) {
	for _, c := range []struct {
		records, differ, known int64
		want                   string
	}{
		{583872, 960, 960, "none of 583,872 records differ, but for 960 that are known to"},
		{583872, 960, 900, "60 of 583,872 records differ, and 900 are known to"},
		{583872, 960, 0, "960 of 583,872 records differ"},
		{9, 0, 0, "none of 9 records differ"}, {1, 0, 0, "none of 1 record differs"}, {1, 1, 0, "1 of 1 record differs"}, {9, 1, 0, "1 of 9 records differs"},
	} {
		assert.Equal(t, c.want, rowOf(&Report{Records: c.records, Mismatches: c.differ, KnownMismatches: c.known}, "mismatches"))
	}
}

// TestTableWidth: a table is as wide as a page without a screen, and many patterns of something are few names and a number.
func TestTableWidth(t *testing.T) {
	r := &Report{CPU: "a", Emulated: map[string]int64{"A": 1, "B": 9, "C": 2, "D": 3, "E": 9, "F": 4}, Descriptions: []string{"own.decode", KnownOverlay + "dies"}}
	r.Targets.Master = strings.Repeat("word ", 60) + strings.Repeat("x", 300)
	assert.Contains(t, rowOf(r, "emulated"), "(B 9, E 9, F 4, D 3 and 2 more)")
	assert.Equal(t, "own.decode", rowOf(r, "descriptions"))
	assert.Contains(t, rowOf(r, "kept out"), "by the known difference dies")
	assert.Equal(t, "0 in 0 blocks of 0 rounds each", rowOf(r, "instructions"))
	assert.Equal(t, "1 in 1 block of 1 round", rowOf(&Report{Instructions: 1, Blocks: 1, Rounds: 1, Records: 1}, "instructions"))
	var b bytes.Buffer
	require.NoError(t, r.Text(&b, false))
	letters := 0
	for line := range strings.Lines(b.String()) {
		letters += strings.Count(line, "x")
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), screen.Width(&b))
	}
	assert.GreaterOrEqual(t, letters, 300, "nothing is cut off")
}

// TestWordText: words have all of their digits.
func TestWordText(t *testing.T) {
	assert.Equal(t, "0x003ce3c2", (&Where{Word: 0x3ce3c2, Width: 32}).WordText())
	assert.Equal(t, "0x00af", (&Where{Word: 0xaf, Width: 16}).WordText())
	assert.Equal(t, "0x1f", (&Where{Word: 0x1f, Width: -4}).WordText())
	m := &Mismatch{Kind: KindResult, Where: Where{Word: 0x3ce3c2, Width: 32}}
	assert.Contains(t, m.Text(), "word 0x003ce3c2,")
}
