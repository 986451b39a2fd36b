package arm

import (
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

// TestNoResultIsMasked: of each instruction set in both byte orders, IT blocks among them.
func TestNoResultIsMasked(t *testing.T) {
	for _, r := range []archtest.MaskingRow{
		{Config: arch.Config{CPU: "max", Reserved: true}},
		{Config: arch.Config{CPU: "cortex-a76", Order: "big"}, Programs: 100},
		{Config: arch.Config{CPU: "max", ABI: "eabi", Reserved: true}},
		{Config: arch.Config{CPU: "cortex-a9", ABI: "eabi", Order: "big"}, Programs: 100},
		{Config: arch.Config{CPU: "arm926", ABI: "eabi"}, Programs: 100},
		{Config: arch.Config{CPU: "max", ABI: "thumb", Reserved: true}},
		{Config: arch.Config{CPU: "cortex-a15", ABI: "thumb", Order: "big"}, Programs: 100},
		{Config: arch.Config{CPU: "arm926", ABI: "thumb"}, Programs: 100},
	} {
		r.Test(t, New())
	}
}
