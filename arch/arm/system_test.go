package arm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestSystem: kernel and board go with the CPU that is asked for, whatever the image was made for.
func TestSystem(t *testing.T) {
	for _, c := range []struct {
		cpu, abi, order, asked string
		emulator, board, files string
	}{
		{"cortex-a57", "lp64", "little", "", "qemu-system-aarch64", "virt", "arm64-arm64"},
		{"max", "lp64", "little", "", "qemu-system-aarch64", "virt,mte=on", "arm64-arm64"},
		{"max", "eabi", "little", "", "qemu-system-arm", "virt,highmem=off", "armhf-armmp"},
		{"cortex-a7", "eabi", "little", "", "qemu-system-arm", "virt,highmem=off", "armhf-armmp"},
		{"cortex-a7", "eabi", "little", "Cortex-A53", "qemu-system-aarch64", "virt", "arm64-arm64"},
		{"cortex-a7", "eabi", "little", "cortex-a9", "qemu-system-arm", "virt,highmem=off", ""},
		{"cortex-a7", "eabi", "little", "unheard-of", "qemu-system-arm", "virt,highmem=off", "armhf-armmp"},
		{"cortex-a72", "eabi", "little", "", "qemu-system-aarch64", "virt", "arm64-arm64"},
		{"cortex-a72", "eabi", "big", "", "qemu-system-aarch64", "virt", ""},
		{"arm926", "eabi", "little", "", "qemu-system-arm", "virt,highmem=off", ""},
	} {
		m, err := New().Machine(arch.Config{CPU: c.cpu, ABI: c.abi, Order: c.order})
		require.NoError(t, err)
		s := m.(arch.Booter).System(c.asked)
		assert.Equal(t, []string{c.emulator, c.board, c.files}, []string{s.Emulator, s.Board, s.Files}, "%+v", c)
		assert.Equal(t, c.files == "", s.Reason != "", "%+v", c)
	}
}

// TestUserModels: a model that user mode lacks runs on one that has all of its features.
func TestUserModels(t *testing.T) {
	for i := range models {
		c := &models[i]
		if c.user32 == "" {
			continue
		}
		stand := findModel(c.user32)
		require.NotNil(t, stand)
		assert.Subset(t, stand.features32, c.features32, c.name)
		for _, v := range c.describe().Variants {
			if v.ABI == "eabi" {
				assert.Contains(t, v.Emulator, " -cpu "+c.user32)
			}
		}
	}
}
