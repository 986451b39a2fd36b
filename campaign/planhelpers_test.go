package campaign

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// models is a catalog of three CPU models; vectors are what One lacks.
type models struct{}

func (models) CPUs() []arch.CPU {
	cpu := func(name string, abis ...string) arch.CPU {
		c := arch.CPU{Name: name}
		for _, abi := range abis {
			for _, order := range []string{"little", "big"} {
				c.Variants = append(c.Variants, arch.Variant{ABI: abi, Order: order, Emulator: "emu-" + order + " -cpu " + name})
			}
		}
		return c
	}
	return []arch.CPU{cpu("One", "narrow"), cpu("Two", "narrow", "wide"), cpu("Three", "wide")}
}

func (models) Check(p Params) error {
	for _, name := range p.Patterns {
		if name == "(" {
			return errors.New("pattern ( is no regular expression")
		}
		if strings.HasPrefix(name, "V") && p.CPU == "One" {
			return fmt.Errorf("pattern %q matches none", name)
		}
	}
	return nil
}

func (models) CheckTarget(command string) error {
	_, err := runtime.ParseTarget(command)
	return err
}

// load makes a plan of a file's text.
func load(text string, options ...Option) (*Plan, error) {
	return Load(Input{
		Name: "c.yaml", Text: []byte(text), Options: options, Catalog: models{}, Tool: "risugen test",
		ReadFile: func(name string) ([]byte, error) {
			if name == "known.yaml" {
				return []byte("- {id: x, cpus: [One], patterns: [ADD], kinds: [result], text: wrong}\n"), nil
			}
			return nil, os.ErrNotExist
		},
	})
}

func mustLoad(t testing.TB, text string, options ...Option) *Plan {
	t.Helper()
	p, err := load(text, options...)
	require.NoError(t, err)
	return p
}

// smallPlan has n jobs.
func smallPlan(t testing.TB, n int) *Plan {
	return mustLoad(t, fmt.Sprintf("matrix: {cpus: One, seeds: 1-%d}", n))
}

func idsOf(jobs []Job) []string {
	var out []string
	for i := range jobs {
		out = append(out, jobs[i].ID)
	}
	slices.Sort(out)
	return out
}

func inDir(t testing.TB, name string) string { return filepath.Join(t.TempDir(), name) }
