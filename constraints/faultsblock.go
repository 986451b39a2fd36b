package constraints

import (
	"slices"

	"github.com/risugen/risugen/constraints/syntax"
)

// Must says whether the words of a pattern must raise a fault.
type Must uint8

const (
	MayRun       Must = iota // what Faults lists is possible
	AlwaysFaults             // each word raises one of Faults
	// UnlessEmulated: so it does in the architecture, but an operating system may do the instruction's work.
	UnlessEmulated
)

// faultLabels are the words before a statement of a faults block.
var faultLabels = []string{"always", "emulated"}

func (b *builder) faults(s *source) error {
	for _, st := range s.block.Stmts {
		label, err := b.faultLabel(s, st)
		if err != nil {
			return err
		}
		names, err := b.words(s, &syntax.Stmt{Pos: st.Pos, Text: st.Text, Values: st.Values, If: st.If})
		if err != nil {
			return err
		}
		if err := b.addFaults(s, st, label, names); err != nil {
			return err
		}
	}
	return nil
}

// faultLabel returns the word before a statement, or "".
func (b *builder) faultLabel(s *source, st *syntax.Stmt) (string, error) {
	if len(st.Labels) == 0 {
		return "", nil
	}
	l := st.Labels[0]
	if len(st.Labels) > 1 || len(l.Args) > 0 || !slices.Contains(faultLabels, l.Name) {
		return "", b.errorf(s, l.Pos.Offset, "faults: expected always or emulated before the colon")
	}
	return l.Name, nil
}

// addFaults adds the signals of a statement.
func (b *builder) addFaults(s *source, st *syntax.Stmt, label string, names []string) error {
	in := b.insn
	for _, n := range names {
		if !b.set.vocab.signal(n) {
			return b.errorf(s, st.Pos.Offset, "unknown signal %s%s", n, b.set.vocab.known(b.set.vocab.Signals...))
		}
	}
	must := map[string]Must{"": MayRun, "always": AlwaysFaults, "emulated": UnlessEmulated}[label]
	if len(in.Faults) > 0 && must != in.Must {
		return b.errorf(s, st.Pos.Offset, "faults: signals that every word raises cannot stand beside others")
	}
	in.Must = must
	in.Faults = append(in.Faults, names...)
	return nil
}

// MayFault reports whether a signal is a legitimate result of the instruction where its addresses are aligned.
func (in *Insn) MayFault() bool { return len(in.Faults) > 0 }

// HasFault reports whether the named signal is a legitimate result of the instruction where its addresses are
// aligned.
func (in *Insn) HasFault(signal string) bool { return slices.Contains(in.Faults, signal) }
