package arm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// execution is an execution state: a register file with its instruction sets, and the ABI that goes with it. Each has a
// machine of its own; what is A64's stands in files whose names begin with a64, what is A32's in those with a32, and what Thumb adds in those with thumb.
type execution struct {
	abi       string
	emulators map[string]string // by byte order
	parts     []isaPart         // in the order in which instruction sets are listed
	reserved  []string          // the tables of opcodes that reserved words are drawn from
	has       func(*model) bool
	big       func(*model) bool   // the model's programs can be big-endian
	user      func(*model) string // the model that QEMU's user mode runs the model's programs on
	machine   func(*model, arch.Config, arch.ByteOrder) (arch.Machine, error)
}

// isaPart is a decode file and the instruction set that it is a part of.
type isaPart struct{ isa, file string }

// executions is the ABIs' table; the first one that a model has is its usual one.
var executions = []execution{
	{
		abi:       "lp64",
		emulators: map[string]string{"little": "qemu-aarch64", "big": "qemu-aarch64_be"},
		parts:     a64Parts,
		reserved:  []string{"a64reserved.decode"},
		has:       func(c *model) bool { return c.features != nil },
		big:       func(*model) bool { return true },
		user:      func(c *model) string { return c.name },
		machine:   newA64,
	},
	{
		abi:       "eabi",
		emulators: map[string]string{"little": "qemu-arm", "big": "qemu-armeb"},
		parts:     a32Parts,
		reserved:  []string{"a32reserved.decode"},
		has:       func(c *model) bool { return c.features32 != nil },
		big:       func(c *model) bool { return c.has32("v6") }, // before that instructions are big-endian, too
		user:      func(c *model) string { return cmp.Or(c.user32, c.name) },
		machine:   newA32,
	},
	{
		abi:       "thumb", // which is EABI; programs begin in Thumb state
		emulators: map[string]string{"little": "qemu-arm", "big": "qemu-armeb"},
		parts:     thumbParts,
		reserved:  []string{"t16reserved.decode", "t32reserved.decode"},
		has:       func(c *model) bool { return c.has32("thumb") },
		big:       func(c *model) bool { return c.has32("v6") },
		user:      func(c *model) string { return cmp.Or(c.user32, c.name) },
		machine:   newThumb,
	},
}

// findExecution is the execution state of an ABI; nil: there is none.
func findExecution(abi string) *execution {
	for i := range executions {
		if executions[i].abi == abi {
			return &executions[i]
		}
	}
	return nil
}

// orders lists a model's byte orders.
func (e *execution) orders(c *model) []string {
	if e.big(c) {
		return []string{"little", "big"}
	}
	return []string{"little"}
}

// isas lists the state's instruction sets.
func (e *execution) isas() []string {
	var out []string
	for _, p := range e.parts {
		if !slices.Contains(out, p.isa) {
			out = append(out, p.isa)
		}
	}
	return out
}

// files lists the decode files of instruction sets.
func (e *execution) files(isas []string) []string {
	var out []string
	for _, isa := range isas {
		for _, p := range e.parts {
			if p.isa == isa {
				out = append(out, p.file)
			}
		}
	}
	return out
}

// selectISAs checks a selection of instruction sets; none is all.
func (e *execution) selectISAs(c *model, want []string) ([]string, error) {
	have := e.isas()
	if len(want) == 0 {
		return have, nil
	}
	var out []string
	for _, isa := range want {
		if !slices.Contains(have, isa) {
			return nil, fmt.Errorf("the %s has no instruction set %q; it has %s", c.name, isa, strings.Join(have, ", "))
		}
		if !slices.Contains(out, isa) {
			out = append(out, isa)
		}
	}
	return out, nil
}
