package mips

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
		{"qemu-mipsel", arch.Config{CPU: "P5600"}},
		{"qemu-mips", arch.Config{CPU: "24Kf", Order: "big"}},
		{"qemu-mips64", arch.Config{CPU: "MIPS64R2-generic", ABI: "n64", Order: "big"}},
		{"qemu-mipsn32el", arch.Config{CPU: "MIPS64R2-generic", ABI: "n32"}},
		{"qemu-mips64el", arch.Config{CPU: "I6400", ABI: "n64"}},
	} {
		t.Run(c.config.CPU+" "+c.config.ABI, func(t *testing.T) {
			archtest.RecordsGoThroughMemory(t, New(), c.emulator, c.config, arch.Options{Seed: 1, Count: 1000, BlockLen: 24, Rounds: 64})
		})
	}
}
