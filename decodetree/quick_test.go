package decodetree

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requireQuickAgrees makes sure that what the quick reader takes has no fault by the grammar, and is the same by it. It tells
// whether the reader took it.
func requireQuickAgrees(t *testing.T, src []byte) bool {
	t.Helper()
	got := &source{file: "f"}
	head, ok := quickParse("f", src, func(s *statement) { got.stmts = append(got.stmts, s.clone()) })
	if !ok {
		return false
	}
	got.head = head
	errs := new(faults)
	want := parse("f", src, errs)
	require.NoError(t, errs.err())
	require.Equal(t, want, got)
	return true
}

// clone is the statement as the grammar makes it, where empty lists are nil.
func (s *statement) clone() *statement {
	out := *s
	if out.notes = slices.Clone(s.notes); len(out.notes) == 0 {
		out.notes = nil
	}
	switch {
	case s.Field != nil:
		out.Field = &fieldStmt{Name: s.Field.Name, Items: append([]fieldItem(nil), s.Field.Items...)}
	case s.ArgSet != nil:
		out.ArgSet = &argSetStmt{Name: s.ArgSet.Name, Items: append([]argItem(nil), s.ArgSet.Items...)}
	case s.General != nil:
		out.General = &generalStmt{Mark: s.General.Mark, Name: s.General.Name, Items: append([]element(nil), s.General.Items...)}
	}
	return &out
}

// ownFiles are the description files of the architectures, which programs read at their start.
func ownFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../arch/*/*.decode")
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	return files
}

// The architectures' files never come to the grammar.
func TestQuickReadsOwnFiles(t *testing.T) {
	for _, file := range ownFiles(t) {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.True(t, requireQuickAgrees(t, src), file)
	}
}

func TestQuickReads(t *testing.T) {
	for _, text := range []string{
		"", "\n", "# a", "#! a\n#! b", "p 01.-", "p\t0 \\\n  1 # x\n#! y", "p 0 \\ # c\n 1 #! n\n", "%f 0:s4 x:2 !function=g\n",
		"&a b c:s5x d:s5 !extern\n{\n  p 01.- b:s5 c=-1 %f d=%f @m &a\n}\n", "%f", "&f", "@f", "0101 0101", "42 1", "_x 1", "%0_ 3:s5",
		"p 1 #! operands { ä: in gpr; }\r\n", "p 1 # ü\n", "[\n  {\n    p 1\n    #! x\n  }\n]\n", "p 1 \\\n\nq 0", "&x a:b a\n",
	} {
		assert.True(t, requireQuickAgrees(t, []byte(text)), "%q", text)
	}
}

// What is left to the grammar: faults, and what is right but nobody writes.
func TestQuickDeclines(t *testing.T) {
	for _, text := range []string{
		"p 01x", " p 01", "p 1 \\", "\\\np 1", "p 1\\\n1", "p \\ 1", "{ p", "{", "}", "]\n[\n", "{\np 1\n}", "%f 0", "%f !func=x", "%f x:y", "%f :3",
		"&a 1", "&a b:", "&a !intern", "p b:", "p b=", "p b:s", "p b=x", "p b=0x1", "p b=+1", "p b=--1", "p b", "p =1", "p &", "p é", "p 1 \x01 1",
		"p 1 a:5=3", "p 01a:5", "@", "%", "!x", "p:1",
	} {
		_, ok := quickParse("f", []byte(text), func(*statement) {})
		assert.False(t, ok, "%q", text)
	}
}

// FuzzQuick: what the quick reader takes, the grammar takes for the same.
func FuzzQuick(f *testing.F) {
	files, err := filepath.Glob("testdata/*.decode")
	require.NoError(f, err)
	for _, file := range append(files, ownFiles(f)...) {
		src, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(src[:min(len(src), 4000)])
	}
	f.Add([]byte("{\n  p 01.- b:s5 c=-1 %f \\\n d=%f @m &a #! x\n}\n&a b c:s5x !extern\n%f 0:s4 x:2 !function=g\n"))
	f.Fuzz(func(t *testing.T, src []byte) { requireQuickAgrees(t, src) })
}
