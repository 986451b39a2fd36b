package mips

import (
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

// TestNoResultIsMasked: of each instruction set, in both widths and byte orders, with and without hazards.
func TestNoResultIsMasked(t *testing.T) {
	for _, r := range []archtest.MaskingRow{
		{Config: arch.Config{CPU: "P5600", Reserved: true}},
		{Config: arch.Config{CPU: "74Kf", Order: "big"}},
		{Config: arch.Config{CPU: "Loongson-3A4000"}},
		{Config: arch.Config{CPU: "20Kc", Order: "big"}},
		{Config: arch.Config{CPU: "Octeon68XX"}},
		{Config: arch.Config{CPU: "VR5432", Order: "big"}},
		{Config: arch.Config{CPU: "I6400", Order: "big", Reserved: true}, Programs: 100},
		{Config: arch.Config{CPU: "mips64dspr2"}, Programs: 100},
		{Config: arch.Config{CPU: "R4000", ABI: "n32"}, Programs: 100},
	} {
		r.Test(t, New())
	}
}
