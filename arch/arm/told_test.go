package arm

import (
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

func TestEveryWriteIsAResult(t *testing.T) {
	archtest.EveryWriteIsAResult(t, Arch{}, arch.Options{Seed: 3, Count: 2000, BlockLen: 16, Rounds: 1, EdgeShare: 0.2, CondShare: 0.2, MisalignedShare: 0.01})
}
