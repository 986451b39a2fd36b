package campaign

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOutputIsNotOverwritten: merging replaces an empty file and results of the same campaign, and nothing else.
func TestOutputIsNotOverwritten(t *testing.T) {
	p := smallPlan(t, 4)
	m := merge(t, shards(t, p, 1, clean)...)
	others := read1(t, shards(t, smallPlan(t, 9), 1, clean)[0])
	for want, text := range map[string]string{
		":1: it is no line of a campaign's results: it is not overwritten": "my notes\n",
		": it is no results file of a campaign: it is not overwritten":     "my notes",
		"it holds results of another campaign":                             string(others),
	} {
		out := inDir(t, "out.jsonl")
		require.NoError(t, os.WriteFile(out, []byte(text), 0o600))
		assert.ErrorContains(t, writeMerged(m, out), want)
		assert.Equal(t, text, string(read1(t, out)))
	}
	fresh := inDir(t, "fresh.jsonl")
	require.NoError(t, writeMerged(m, fresh))
	half := read1(t, shards(t, p, 2, clean)[0])
	for _, text := range [][]byte{nil, half, half[:20]} {
		out := inDir(t, "out.jsonl")
		require.NoError(t, os.WriteFile(out, text, 0o600))
		require.NoError(t, writeMerged(m, out))
		assert.Equal(t, read1(t, fresh), read1(t, out))
	}
}

// TestOutputIsLocked: from before results are read until they are written, no campaign can begin to write the file; and
// one that came into its place unlocked is not replaced.
func TestOutputIsLocked(t *testing.T) {
	p := smallPlan(t, 2)
	h := p.Header("c.yaml", "risugen test", Shard{})
	path := shards(t, p, 1, clean)[0]
	o, err := OpenOutput(path)
	require.NoError(t, err)
	_, _, _, err = resume(path, h, StoreOptions{})
	assert.ErrorContains(t, err, "another campaign is writing it")
	m := merge(t, path)
	require.NoError(t, m.Write(o))
	o.Close()
	s, _, ids, err := resume(path, h, StoreOptions{})
	require.NoError(t, err)
	assert.Len(t, ids, 2)
	_, err = OpenOutput(path)
	assert.EqualError(t, err, path+": a campaign is writing it: write to another file")
	require.NoError(t, s.Close())

	o, err = OpenOutput(path)
	require.NoError(t, err)
	defer o.Close()
	require.NoError(t, os.Rename(path, path+".old"))
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	assert.ErrorContains(t, m.Write(o), "removed or replaced meanwhile")
	none := inDir(t, "none.jsonl")
	o, err = OpenOutput(none)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(none, nil, 0o600))
	assert.ErrorContains(t, m.Write(o), "was made by somebody else meanwhile")
}
