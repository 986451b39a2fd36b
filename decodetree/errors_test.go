package decodetree

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const wantMark = "###"

// TestFaultyFiles wants exactly the errors that stand after "###" on the lines
// they are reported for; "###^" means the line above, for lines that can bear no
// comment. Each expectation is part of the message, and "12: text" gives the
// column too.
func TestFaultyFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/err_*.decode")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src := readTestdata(t, filepath.Base(file))
			spec, err := Parse("f", src, optionsOf(src))
			assert.Nil(t, spec)
			var list ErrorList
			require.ErrorAs(t, err, &list)
			assertWanted(t, wanted(string(src)), list)
		})
	}
}

// wanted gives the expectations by line number.
func wanted(src string) map[int][]string {
	want := map[int][]string{}
	for i, line := range strings.Split(src, "\n") {
		for j, text := range strings.Split(line, wantMark) {
			if j == 0 {
				continue
			}
			at := i + 1
			if above, ok := strings.CutPrefix(text, "^"); ok {
				at, text = i, above
			}
			want[at] = append(want[at], strings.TrimSpace(text))
		}
	}
	return want
}

func assertWanted(t *testing.T, want map[int][]string, got ErrorList) {
	t.Helper()
	for _, e := range got {
		if !take(want, e) {
			t.Errorf("unexpected: %v", e)
		}
	}
	for line, texts := range want {
		for _, text := range texts {
			t.Errorf("line %d: no error %q", line, text)
		}
	}
}

// take removes the first expectation that e fulfils.
func take(want map[int][]string, e *Error) bool {
	full := strings.TrimPrefix(e.Error(), "f:")
	_, full, _ = strings.Cut(full, ":") // line number
	for i, text := range want[e.Pos.Line] {
		if strings.Contains(full, text) {
			want[e.Pos.Line] = append(want[e.Pos.Line][:i:i], want[e.Pos.Line][i+1:]...)
			return true
		}
	}
	return false
}

func TestErrorsAreSortedAndPositioned(t *testing.T) {
	_, err := Parse("dir/x.decode", []byte("p 0\n%f\nq 1 &none\n"), Options{})
	assert.EqualError(t, err, strings.Join([]string{
		`dir/x.decode:1:1: definition has 1 bits, the word has 32`,
		`dir/x.decode:2:1: field %f has neither bits nor a function`,
		`dir/x.decode:3:1: definition has 1 bits, the word has 32`,
		`dir/x.decode:3:5: no argument set &none is defined above`,
	}, "\n"))
	var first *Error
	require.ErrorAs(t, err, &first)
	assert.Equal(t, Pos{"dir/x.decode", 1, 1}, first.Pos)
}

func TestOptionsAreChecked(t *testing.T) {
	for _, width := range []int{-8, 1, 12, 65, 72} {
		_, err := Parse("f", nil, Options{InsnWidth: width})
		assert.ErrorContains(t, err, "multiple of 8", "width %d", width)
	}
}

func TestSizesAreLimited(t *testing.T) {
	nested := strings.Builder{}
	for i := range maxNesting + 2 {
		nested.WriteString(strings.Repeat("  ", i) + "{\n")
	}
	args := "&a"
	for i := range maxArgs + 1 {
		args += " x" + strings.Repeat("y", i%60) + strings.Repeat("z", i/60)
	}
	for name, c := range map[string]struct{ src, want string }{
		"file":    {strings.Repeat("#\n", maxSource/2+1), "larger than"},
		"line":    {"\n#" + strings.Repeat("x", maxLine), "f:2:1: line of 65537 bytes"},
		"nesting": {nested.String(), "f:257:513: groups are nested more than 256 deep"},
		"args":    {args, "more than 256 arguments"},
		"errors":  {strings.Repeat("?\n", maxErrors*2), "too many errors"},
		"bits":    {"p " + strings.Repeat("0", 1000), "definition has 1000 bits"},
		"length":  {"p x:99999999999999999999", "ends beyond"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("f", []byte(c.src), Options{})
			assert.ErrorContains(t, err, c.want)
		})
	}
}
