// Package needtool finds the real programs that tests run: a missing one skips the test at a desk and
// fails it in CI, where a silent skip would hide that nothing was tested.
package needtool

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Path returns the path of a program.
func Path(t testing.TB, name string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err == nil {
		return p
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing, and CI must have it", name)
	}
	t.Skipf("%s is not installed (scripts/install-tools installs it)", name)
	return ""
}

// AnyPath returns the path of the first of some programs that is there, each as good as the others.
func AnyPath(t testing.TB, names ...string) string {
	t.Helper()
	for _, name := range names[:len(names)-1] {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return Path(t, names[len(names)-1])
}

// Slow skips a test that needs seconds when tests run with -short.
func Slow(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("slow; left out by -short")
	}
}

// otherQEMU names the directory of another release of QEMU than the installed one.
const otherQEMU = "RISUGEN_OTHER_QEMU"

// OtherQEMU returns the path of a program of another release of QEMU: from the directory that RISUGEN_OTHER_QEMU
// names, or from where scripts/install-tools puts it.
func OtherQEMU(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv(otherQEMU)
	if cache, err := os.UserCacheDir(); dir == "" && err == nil {
		dir = filepath.Join(cache, "risugen", "other-qemu")
	}
	return Path(t, filepath.Join(dir, name))
}

// Dir makes sure that a folder is there, which a script of ours fills.
func Dir(t testing.TB, path, script string) {
	t.Helper()
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing, and CI must have it", path)
	}
	t.Skipf("no %s (%s makes it)", path, script)
}

// Miss says that something is not allowed or not there on this machine: it skips the test at a desk and fails it in CI.
func Miss(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("CI must have it: "+format, args...)
	}
	t.Skipf(format, args...)
}
