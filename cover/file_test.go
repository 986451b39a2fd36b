package cover

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestValuesText: lists of numbers are written in one way, which is read again.
func TestValuesText(t *testing.T) {
	for want, v := range map[string]Values{
		"": nil, "0": {0}, "0 1": {0, 1}, "0..2": {0, 1, 2}, "-8..-5 -3 7": {-8, -7, -6, -5, -3, 7},
		"9223372036854775805..9223372036854775807": {1<<63 - 3, 1<<63 - 2, 1<<63 - 1}, "-9223372036854775808 4": {-1 << 63, 4},
	} {
		require.Equal(t, want, v.String())
		var got Values
		require.NoError(t, got.UnmarshalText([]byte(want)))
		require.Equal(t, v, got)
	}
	for _, bad := range []string{" 1", "1  2", "2 1", "1 1", "1..1", "1..2", "3..1", "a", "1..", "0..99999999999", "-9223372036854775808..9223372036854775807", "0..63 100"} {
		require.Error(t, new(Values).UnmarshalText([]byte(bad)), bad)
	}
}

// TestDamagedFiles: no damage goes unseen that would change what is told, and none makes a file half read.
func TestDamagedFiles(t *testing.T) {
	good := text(t, randomSet(t, 5))
	damage := func(old, new string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, new, 1)
	}
	for want, bad := range map[string]string{
		"no coverage file":                    `{"format":"something else"}`,
		"made by another version":             damage("risugen cover 1", "risugen cover 2"),
		"damaged: unexpected end":             good[:len(good)/2],
		"damaged: json: unknown field":        damage(`"arch"`, `"arc"`),
		"is no list of values":                damage(`"legal":"0..`, `"legal":"1 0..`),
		"its values of":                       damage(`"legal":"0..`, `"legal":"5..`),
		"stands in the wrong place":           damage(`{"source":"`, `{"source":"z`),
		"the state":                           damage(`"state":"`, `"state":"x`),
		"damaged: invalid character":          damage(`{"source"`, `?`),
		"negative numbers":                    damage(`"images":`, `"images":-1`),
		"after top-level value":               good + "x",
		"damaged: invalid character 'x' look": "x",
	} {
		_, err := Read(strings.NewReader(bad))
		require.ErrorContains(t, err, want)
	}
}

// TestUpdateIsWhole: processes that write one file at the same time lose nothing of each other.
func TestUpdateIsWhole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.cover")
	var sets []*Set
	var wait sync.WaitGroup
	for seed := range uint64(8) {
		s := randomSet(t, seed)
		sets = append(sets, s)
		wait.Go(func() { require.NoError(t, s.Update(file)) })
	}
	wait.Wait()
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, text(t, merged(t, sets...)), string(got))
	left, err := filepath.Glob(file + "*")
	require.NoError(t, err)
	require.Equal(t, []string{file}, left)
}

// TestUpdateLeavesOthers: a file that cannot be added to stays as it was.
func TestUpdateLeavesOthers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.cover")
	require.NoError(t, os.WriteFile(file, []byte("precious"), 0o600))
	require.ErrorContains(t, randomSet(t, 1).Update(file), "x.cover: the coverage file is damaged")
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "precious", string(got))
	require.ErrorContains(t, randomSet(t, 1).Update(t.TempDir()), "is a directory")
}

// FuzzRead: any text is refused or is a set that is written as it is read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(text(f, randomSet(f, 1))))
	f.Add([]byte(`{"format":"risugen cover 1","arch":"a","descriptions":{},"models":{},"patterns":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		once := text(t, s)
		require.Equal(t, once, text(t, copied(t, s)))
		s.Summary()
		MissingText(s.Missing(), true, 80)
		m := copied(t, s)
		require.NoError(t, m.Merge(s))
		require.NoError(t, m.Check())
	})
}
