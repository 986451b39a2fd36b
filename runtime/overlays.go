package runtime

import (
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// Overlays are those of the entries that keep words out of a machine's images for a pair of targets, which have patterns of theirs.
// Those for images that have blocks with traps are there if traps is set.
func Overlays(m arch.Machine, known []*Known, targets TargetPair, traps bool) []arch.Source {
	var out []arch.Source
	for _, k := range known {
		if k.Traps && !traps {
			continue
		}
		leaves := func(in *constraints.Insn) bool { return k.LeavesOut(m.Config().CPU, in.Name(), targets) }
		if slices.ContainsFunc(m.Set().Patterns(), leaves) {
			out = append(out, arch.Source{Name: KnownOverlay + k.ID, Kind: arch.OverlaySource, Text: []byte(k.Overlay)})
		}
	}
	return out
}
