package archtest

import (
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// swapRow is a model in one ABI and byte order, and the patterns of which no row before it has the form that they
// have there.
type swapRow struct {
	cpu     string
	variant arch.Variant
	names   []string // of all patterns that the model has
	wanted  []int    // patterns, by their index in the machine's set
}

func (r *swapRow) name() string { return r.cpu + "-" + r.variant.ABI + "-" + r.variant.Order }

// rows finds models that have all forms of all patterns between them: first the one that has the most, then always the one
// that has the most of what is left.
func (s *Swaps) rows(t *testing.T) []*swapRow {
	all := s.allForms(t)
	var out []*swapRow
	done := map[string]bool{}
	left := func(m *modelForms) int {
		m.forms = slices.DeleteFunc(m.forms, func(f modelForm) bool { return done[f.form] })
		return len(m.forms)
	}
	for {
		var best *modelForms
		for _, m := range all {
			if n := left(m); n > 0 && (best == nil || n > len(best.forms)) {
				best = m
			}
		}
		if best == nil {
			return out
		}
		row := best.swapRow
		for _, f := range best.forms {
			if !done[f.form] {
				done[f.form] = true
				row.wanted = append(row.wanted, f.insn)
			}
		}
		out = append(out, &row)
	}
}

// modelForms is what a model has in one ABI and byte order.
type modelForms struct {
	swapRow
	forms []modelForm
}

type modelForm struct {
	form string
	insn int
}

// allForms goes through all models.
func (s *Swaps) allForms(t *testing.T) []*modelForms {
	var out []*modelForms
	for _, cpu := range s.Arch.CPUs() {
		for _, abi := range cpu.ABIs() {
			m, err := s.Arch.Machine(arch.Config{CPU: cpu.Name, ABI: abi})
			require.NoError(t, err)
			for _, order := range cpu.Orders() {
				v, ok := cpu.Variant(abi, order)
				if !ok {
					continue
				}
				model := &modelForms{swapRow: swapRow{cpu: cpu.Name, variant: v}}
				for _, in := range m.Set().Insns {
					model.names = append(model.names, in.Name())
					if arch.Schedulable(in, m.Layout()) {
						model.forms = append(model.forms, modelForm{s.form(m, in, order), in.Index})
					}
				}
				out = append(out, model)
			}
		}
	}
	return out
}

// form is a pattern as a machine has it: where it stands, how many words it has, its operands and how wide they
// are; the byte order if it touches memory, and what else the architecture
// tells forms apart by.
func (s *Swaps) form(m arch.Machine, in *constraints.Insn, order string) string {
	var b strings.Builder
	fmt.Fprint(&b, in.Label(), " ", in.Pattern.Pos, " ", in.Encodings(), " words")
	for i := range in.Operands {
		op, l := &in.Operands[i], m.Layout()
		fmt.Fprintf(&b, ", %s: %s", op.Name, op.Role)
		switch {
		case op.Kind == constraints.MemoryOperand:
			fmt.Fprintf(&b, " %s", order)
		case op.Kind == constraints.StateOperand && op.State < len(l.States):
			fmt.Fprintf(&b, " %d", l.States[op.State].Bytes)
		case op.Kind != constraints.StateOperand && op.Class < len(l.Classes):
			fmt.Fprintf(&b, " %d", l.Classes[op.Class].Bytes)
		}
	}
	if s.Form != nil {
		b.WriteString(s.Form(m, in))
	}
	return b.String()
}

// swapMachine is the machine of a row, made for its emulator: without the words that the emulator does not
// survive.
type swapMachine struct {
	arch.Machine
	nop     arch.Word
	command []string            // the emulator's
	wanted  []*constraints.Insn // the row's patterns
	bug     []string            // per instruction: the entry of known.yaml for which it is not drawn, or faults; or ""
}

func (s *Swaps) machine(t *testing.T, r *swapRow) *swapMachine {
	command := commandOf(t, r.variant)
	bugs := emulatorBugs(t, s.Arch, r.cpu, r.variant, command[0])
	out := &swapMachine{Machine: survivable(t, s.Arch, r.cpu, r.variant, bugs), command: command}
	nop, err := out.Glue().Nop(nil)
	require.NoError(t, err)
	require.Len(t, nop, 1)
	out.nop = nop[0]
	for _, in := range out.Set().Insns {
		out.bug = append(out.bug, s.bugOf(out, in, bugs))
	}
	for _, i := range r.wanted { // overlays change no numbers
		out.wanted = append(out.wanted, out.Set().Insns[i])
	}
	return out
}

// commandOf is the emulator that usually runs images of a variant.
func commandOf(t *testing.T, v arch.Variant) []string {
	t.Helper()
	command := strings.Fields(v.Emulator)
	command[0] = needtool.Path(t, command[0])
	return command
}

// survivable is the machine of a model without the words that an emulator with some bugs does not survive.
func survivable(t *testing.T, a arch.Arch, cpu string, v arch.Variant, bugs []*runtime.Known) arch.Machine {
	t.Helper()
	config := arch.Config{CPU: cpu, ABI: v.ABI, Order: v.Order}
	m, err := a.Machine(config)
	require.NoError(t, err)
	for _, k := range bugs {
		if k.Overlay != "" && slices.ContainsFunc(m.Set().Insns, func(in *constraints.Insn) bool { return matchesWhole(k.Patterns, in.Name()) }) {
			config.Sources = append(config.Sources, arch.Source{Name: k.ID, Kind: arch.OverlaySource, Text: []byte(k.Overlay)})
		}
	}
	if len(config.Sources) == 0 {
		return m
	}
	m, err = a.Machine(config)
	require.NoError(t, err)
	return m
}

// bugOf is the entry for which a pattern is not drawn, raises a fault that it must not, or changes what the
// results of others are seen in; or "".
func (s *Swaps) bugOf(m *swapMachine, in *constraints.Insn, bugs []*runtime.Known) string {
	for _, k := range bugs {
		leftOut := k.Overlay != "" && !arch.Schedulable(in, m.Layout())
		if matchesWhole(k.Patterns, in.Name()) && (leftOut || slices.Contains(k.Kinds, runtime.FindingFault) || s.Unsettles != nil && s.Unsettles(k)) {
			return k.ID
		}
	}
	return ""
}

// emulatorBugs are the entries of known.yaml for a CPU on an emulator.
func emulatorBugs(t *testing.T, a arch.Arch, cpu string, v arch.Variant, emulator string) []*runtime.Known {
	t.Helper()
	all, err := runtime.ParseKnown(a.Known())
	require.NoError(t, err)
	version, err := exec.Command(emulator, "--version").Output()
	require.NoError(t, err)
	return slices.DeleteFunc(all, func(k *runtime.Known) bool {
		return !matchesWhole(k.CPUs, cpu) || !regexp.MustCompile(k.Targets).MatchString(v.Emulator) ||
			!regexp.MustCompile(k.Versions).Match(version)
	})
}

// wholeCache holds *regexp.Regexp by expression.
var wholeCache sync.Map

// matchesWhole reports whether one of some regular expressions matches a whole name.
func matchesWhole(exprs []string, name string) bool {
	return slices.ContainsFunc(exprs, func(e string) bool {
		re, ok := wholeCache.Load(e)
		if !ok {
			re, _ = wholeCache.LoadOrStore(e, regexp.MustCompile("^(?:"+e+")$"))
		}
		return re.(*regexp.Regexp).MatchString(name)
	})
}
