package archtest

import (
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
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
	forms   []string // patterns by form
}

func (r *swapRow) name() string { return r.cpu + "-" + r.variant.ABI + "-" + r.variant.Order }

// rows goes through all models.
func (s *Swaps) rows(t *testing.T) []*swapRow {
	var out []*swapRow
	done := map[string]bool{}
	for _, cpu := range s.Arch.CPUs() {
		for _, abi := range cpu.ABIs() {
			m, err := s.Arch.Machine(arch.Config{CPU: cpu.Name, ABI: abi})
			require.NoError(t, err)
			for _, order := range cpu.Orders() {
				v, _ := cpu.Variant(abi, order)
				row := &swapRow{cpu: cpu.Name, variant: v}
				for _, in := range m.Set().Insns {
					if f := s.form(m, in, order); arch.Schedulable(in, m.Layout()) && !done[f] {
						done[f] = true
						row.forms = append(row.forms, f)
					}
				}
				if len(row.forms) > 0 {
					out = append(out, row)
				}
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
	fmt.Fprint(&b, in.Name(), " ", in.Pattern.Pos, " ", in.Encodings(), " words")
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
	nop     uint64
	command []string            // the emulator's
	wanted  []*constraints.Insn // the row's patterns
	bug     []string            // per instruction: the entry of known.yaml for which it is not drawn, or faults; or ""
}

func (s *Swaps) machine(t *testing.T, r *swapRow) *swapMachine {
	command := strings.Fields(r.variant.Emulator)
	command[0] = needtool.Path(t, command[0])
	config := arch.Config{CPU: r.cpu, ABI: r.variant.ABI, Order: r.variant.Order}
	plain, err := s.Arch.Machine(config)
	require.NoError(t, err)
	bugs := s.emulatorBugs(t, r, command[0])
	for _, k := range bugs {
		if k.Overlay != "" {
			config.Sources = append(config.Sources, arch.Source{Name: k.ID, Kind: arch.OverlaySource, Text: []byte(k.Overlay)})
		}
	}
	out := &swapMachine{command: command}
	out.Machine, err = s.Arch.Machine(config)
	require.NoError(t, err)
	nop, err := out.Glue().Nop(nil)
	require.NoError(t, err)
	out.nop = nop[0].Bits
	for i, in := range out.Set().Insns {
		out.bug = append(out.bug, s.bugOf(out, in, bugs))
		if slices.Contains(r.forms, s.form(plain, plain.Set().Insns[i], r.variant.Order)) {
			out.wanted = append(out.wanted, in)
		}
	}
	return out
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
func (s *Swaps) emulatorBugs(t *testing.T, r *swapRow, emulator string) []*runtime.Known {
	all, err := runtime.ParseKnown(s.Arch.Known())
	require.NoError(t, err)
	version, err := exec.Command(emulator, "--version").Output()
	require.NoError(t, err)
	return slices.DeleteFunc(all, func(k *runtime.Known) bool {
		return !matchesWhole(k.CPUs, r.cpu) || !regexp.MustCompile(k.Targets).MatchString(r.variant.Emulator) ||
			!regexp.MustCompile(k.Versions).Match(version)
	})
}

var wholeCache = map[string]*regexp.Regexp{}

// matchesWhole reports whether one of some regular expressions matches a whole name.
func matchesWhole(exprs []string, name string) bool {
	return slices.ContainsFunc(exprs, func(e string) bool {
		re := wholeCache[e]
		if re == nil {
			re = regexp.MustCompile("^(?:" + e + ")$")
			wholeCache[e] = re
		}
		return re.MatchString(name)
	})
}
