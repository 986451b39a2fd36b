package measure

import (
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/semantics"
)

func BenchmarkCapped(b *testing.B) {
	for b.Loop() {
		_, err := Run(tables(), machineOf, func(m *semantics.Mistake) bool {
			return m.Pattern == "DOTP_S" || m.Pattern == "DIV" || m.Pattern == "MUL_Q"
		}, Options{Seed: 1, Seeds: 1, Cap: 200000, BlockLen: 24, Rounds: 64, Edges: arch.DefaultEdgeShare, Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
	}
}
