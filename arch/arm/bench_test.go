package arm

import (
	"sync"
	"testing"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

var imageConfigs = map[string]arch.Config{
	"a64":   {CPU: "cortex-a72"},
	"a32":   {CPU: "cortex-a15", ABI: "eabi"},
	"thumb": {CPU: "cortex-a15", ABI: "thumb"},
}

func BenchmarkImageA64(b *testing.B)   { archtest.BenchmarkImage(b, New(), imageConfigs["a64"]) }
func BenchmarkImageA32(b *testing.B)   { archtest.BenchmarkImage(b, New(), imageConfigs["a32"]) }
func BenchmarkImageThumb(b *testing.B) { archtest.BenchmarkImage(b, New(), imageConfigs["thumb"]) }

func TestGeneratesWithoutAllocating(t *testing.T) {
	for name, c := range imageConfigs {
		t.Run(name, func(t *testing.T) { archtest.GeneratesWithoutAllocating(t, New(), c) })
	}
}

func TestTakesMemoryOfImages(t *testing.T) {
	for name, c := range imageConfigs {
		t.Run(name, func(t *testing.T) { archtest.TakesMemoryOfImages(t, New(), c) })
	}
}

// forget drops what was read of the decode files.
func forget() { library, loadThumbOps = arch.NewLibrary(files), sync.OnceValues(newThumbOps) }

func BenchmarkStart(b *testing.B) {
	archtest.BenchmarkStart(b, New(), forget, arch.Config{CPU: "cortex-a72"}, arch.Config{CPU: "cortex-a15", ABI: "eabi"},
		arch.Config{CPU: "cortex-a15", ABI: "thumb"})
}
