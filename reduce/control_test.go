package reduce_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/reduce"
	"github.com/risugen/risugen/runtime"
)

// TestDiesOfAnything: no instruction is blamed for the death of a target that runs no image at all.
func TestDiesOfAnything(t *testing.T) {
	wrong := &toyTarget{dies: func(*runtime.Image, int, uint32) bool { return true }}
	out, err := reduce.Run(context.Background(), toyImage(t, "little", usual), reduce.Options{
		Targets: [2]runtime.Target{&toyTarget{}, wrong}, Tool: "test", Stall: time.Minute, KeepGoing: 10,
	})
	require.ErrorContains(t, err, "does nothing fails, too, so that no instruction is to blame: apprentice")
	assert.Empty(t, out.Cases)
}

// TestDeathSaysWhere: the image that a target dies of writes its records at once, so that a run goes on behind the death and
// needs no other image, which cannot be made of a part.
func TestDeathSaysWhere(t *testing.T) {
	wrong := &toyTarget{dies: func(img *runtime.Image, block int, round uint32) bool { // of a block with all its rounds
		for _, it := range img.Program.Blocks[block].Items {
			if it.Kind.UnderTest() && opcode(uint32(it.Word), opMAC) {
				return round == 3
			}
		}
		return false
	}}
	out := reduced(t, toyImage(t, "little", usual), wrong)
	require.NotEmpty(t, out.Cases)
	for _, c := range out.Cases {
		require.Equal(t, reduce.StateBlock, c.State(), "%v", c.Tried)
		report, err := runtime.Run(context.Background(), c.Image, &toyTarget{}, wrong, runtime.Options{Stall: time.Minute, KeepGoing: 10})
		require.NoError(t, err)
		require.True(t, report.Failed())
	}
}
