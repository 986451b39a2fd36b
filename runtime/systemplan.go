package runtime

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// systemPlan is how a guest is started.
type systemPlan struct {
	command []string // without what names the guest's own files
	kernel  string
	busybox string
	modules []string // in the order in which they are loaded
}

// plan chooses what an image needs.
func (s *System) plan(img *Image) (*systemPlan, error) {
	booter, ok := img.Program.Machine.(arch.Booter)
	if !ok {
		return nil, fmt.Errorf("nothing is known of kernels for %s", img.Program.Machine.Config().Arch)
	}
	sys := booter.System(s.Options["cpu"])
	sys.Files = cmp.Or(s.Options["files"], sys.Files)
	p := &systemPlan{}
	if err := p.findFiles(sys, s.Options["kernel"], s.Options["busybox"]); err != nil {
		return nil, err
	}
	p.command = []string{sys.Emulator}
	if words := s.Options["qemu"]; words != "" {
		var err error
		if p.command, err = splitCommand(words); err != nil {
			return nil, err
		}
	}
	p.command = append(p.command, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-m", cmp.Or(s.Options["memory"], sys.Memory), "-serial", "stdio")
	if board := cmp.Or(s.Options["board"], sys.Board); board != "" {
		p.command = append(p.command, "-machine", board)
	}
	if sys.CPU != "" {
		p.command = append(p.command, "-cpu", sys.CPU)
	}
	// A kernel that is in trouble reboots at once, which ends the emulator.
	words := append([]string{"panic=-1", "oops=panic"}, sys.Append...)
	if more := s.Options["append"]; more != "" {
		words = append(words, more)
	}
	p.command = append(p.command, "-kernel", p.kernel, "-append", strings.Join(words, " "))
	return p, nil
}

// findFiles finds kernel, modules and BusyBox: those given, or those that scripts/fetch-system has got.
func (p *systemPlan) findFiles(sys arch.System, kernel, busybox string) error {
	p.kernel, p.busybox = kernel, busybox
	if kernel == "" || busybox == "" {
		dir, err := systemFiles(sys)
		if err != nil {
			return err
		}
		if kernel == "" {
			p.kernel = filepath.Join(dir, "kernel")
			if p.modules, err = filepath.Glob(filepath.Join(globQuote(dir), "modules", "*.ko")); err != nil {
				return err
			}
			slices.Sort(p.modules)
		}
		p.busybox = cmp.Or(busybox, filepath.Join(dir, "busybox"))
	}
	for _, path := range []string{p.kernel, p.busybox} {
		if _, err := os.Stat(path); err != nil {
			return err
		}
	}
	return nil
}

// globQuote quotes what has a meaning in patterns for file names.
func globQuote(path string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`).Replace(path)
}

// systemFiles is the folder of what was fetched for a system.
func systemFiles(sys arch.System) (string, error) {
	if sys.Files == "" {
		return "", fmt.Errorf("no kernel to fetch boots there (%s): give kernel=FILE,busybox=FILE", sys.Reason)
	}
	store, err := SystemStore()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(store, sys.Files)
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("no %s: \"scripts/fetch-system %s\" gets kernel and BusyBox from Debian", dir, sys.Files)
	}
	return dir, nil
}

// SystemStore is where scripts/fetch-system puts what it gets.
func SystemStore() (string, error) {
	if dir := os.Getenv("RISUGEN_SYSTEM"); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", errors.New("no folder for kernels is known: set RISUGEN_SYSTEM to one")
	}
	return filepath.Join(cache, "risugen", "system"), nil
}
