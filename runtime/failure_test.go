package runtime

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestFailure: of a run that ended early the report says so, and counts what stood behind faults in what was compared alone.
func TestFailure(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 1, Count: 400, BlockLen: 10, Rounds: 4})
	s := toyStream(t, img, nil)
	whole, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	require.Empty(t, whole.Failure)
	require.EqualValues(t, whole.Instructions*whole.Rounds, whole.Executions+whole.BehindFaults)

	at, _ := recordAt(t, img, s, 3, 2)
	r, err := runBytes(t, img, s, s[:at])
	require.Error(t, err)
	assert.Equal(t, err.Error(), r.Failure)
	assert.EqualValues(t, 14, r.Records)
	assert.EqualValues(t, whole.Records-14, r.RecordsLeft)
	due := 0
	for b := range img.Program.Blocks[:4] {
		due += img.Program.Blocks[b].Tests() * []int{4, 4, 4, 2}[b]
	}
	assert.EqualValues(t, due, r.Executions+r.BehindFaults)
	var text bytes.Buffer
	require.NoError(t, r.Text(&text, false))
	for _, want := range []string{
		"│ 14 of 220 records came before the run failed │ │ how │ apprentice (fake): ended early after block 3 round 1 ",
		"│ not run │ 206 records of 52 blocks │", "in 55 blocks of 4 rounds each; 3 of the blocks were compared to their end",
	} {
		assert.Contains(t, strings.Join(strings.Fields(text.String()), " "), strings.TrimSpace(want))
	}
}

// TestFailureBeforeAnything: nothing was compared, and nothing stood behind a fault.
func TestFailureBeforeAnything(t *testing.T) {
	img := toyImage(t, "little", small(1))
	r, err := runBytes(t, img, toyStream(t, img, nil), nil)
	require.Error(t, err)
	assert.NotEmpty(t, r.Failure)
	assert.Zero(t, r.Records+r.Executions+r.BehindFaults)
}
