//go:build linux

package arm

import (
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

func TestRecordsGoThroughMemory(t *testing.T) {
	for _, c := range []struct {
		emulator string
		config   arch.Config
	}{
		{"qemu-aarch64", arch.Config{CPU: "cortex-a72"}},
		{"qemu-aarch64_be", arch.Config{CPU: "cortex-a72", Order: "big"}},
		{"qemu-arm", arch.Config{CPU: "cortex-a15", ABI: "eabi"}},
		{"qemu-armeb", arch.Config{CPU: "max", ABI: "thumb", Order: "big"}},
	} {
		t.Run(c.config.CPU+" "+c.config.ABI, func(t *testing.T) {
			archtest.RecordsGoThroughMemory(t, New(), c.emulator, c.config, arch.Options{Seed: 1, Count: 2000, BlockLen: 24, Rounds: 64})
		})
	}
}
