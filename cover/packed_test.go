package cover

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPacked: a packed set is the same when it is unpacked, is short, and has no line break.
func TestPacked(t *testing.T) {
	s := randomSet(t, 3)
	packed, err := Packed{s}.MarshalText()
	require.NoError(t, err)
	require.NotContains(t, string(packed), "\n")
	require.Less(t, len(packed), len(text(t, s))/2)
	var got Packed
	require.NoError(t, got.UnmarshalText(packed))
	require.Equal(t, text(t, s), text(t, got.Set))
	for _, bad := range []string{"", "?", string(packed[:len(packed)/2/4*4]), base64.StdEncoding.EncodeToString([]byte("nonsense"))} {
		require.ErrorContains(t, new(Packed).UnmarshalText([]byte(bad)), "coverage file is damaged", bad)
	}
}

// TestSets: sets of an architecture are merged, and those of others stand beside them, whatever came first.
func TestSets(t *testing.T) {
	other := randomSet(t, 2)
	other.Arch = "abacus"
	var all, back Sets
	list := []*Set{randomSet(t, 1), other, randomSet(t, 3)}
	before := text(t, list[0])
	for i := range list {
		require.NoError(t, all.Add(list[i]))
		require.NoError(t, back.Add(list[len(list)-1-i]))
	}
	require.Len(t, all, 2)
	require.Equal(t, text(t, other), text(t, all[0]))
	require.Equal(t, text(t, merged(t, list[0], list[2])), text(t, all[1]))
	for i := range all {
		require.Equal(t, text(t, all[i]), text(t, back[i]))
	}
	require.Equal(t, before, text(t, list[0]))
	wrong := copied(t, other)
	for name := range wrong.Descriptions {
		wrong.Descriptions[name] = strings.Repeat("0", 16)
	}
	require.ErrorContains(t, all.Add(wrong), "made by another text")
}
