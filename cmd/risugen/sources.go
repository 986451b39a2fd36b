package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// sourceFlags name description files that are used instead of a CPU model's own, or added to them.
type sourceFlags struct {
	decode, overlay []string
}

func (f *sourceFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringArrayVar(&f.decode, "decode", nil, "decode file to use instead of the CPU model's own, such as one of an emulator's\nsource tree (repeatable)")
	fl.StringArrayVar(&f.overlay, "overlay", nil, "file of blocks that say what the patterns of decode files touch (repeatable)")
}

// given reports whether any file is named.
func (f *sourceFlags) given() bool { return len(f.decode)+len(f.overlay) > 0 }

// read reads the files. isas are the instruction sets that were asked for.
func (f *sourceFlags) read(isas []string) ([]arch.Source, error) {
	if len(f.decode) > 0 && len(isas) > 0 {
		return nil, errors.New("--isa chooses among the CPU model's own descriptions, which --decode replaces: give one of them")
	}
	var out []arch.Source
	for _, name := range f.decode {
		s, err := readSource(name, arch.DecodeSource)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	for _, name := range f.overlay {
		s, err := readSource(name, arch.OverlaySource)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// readSource reads a file, or as much of something endless as is too much.
func readSource(name string, kind arch.SourceKind) (arch.Source, error) {
	file, err := os.Open(name)
	if err != nil {
		return arch.Source{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, arch.MaxSourceBytes+1))
	return arch.Source{Name: filepath.Clean(name), Kind: kind, Text: text}, err
}

// notDrawn says which patterns are not drawn since nothing says what they touch, or since it cannot be seen;
// "" for none.
func notDrawn(m arch.Machine) string {
	return noteOf(m, arch.Undescribed(m), "no operands block says what they read and write") +
		noteOf(m, arch.Unrecorded(m), "they name registers that this CPU has not, or that images do not record")
}

func noteOf(m arch.Machine, insns []*constraints.Insn, why string) string {
	const shown = 8
	if len(insns) == 0 {
		return ""
	}
	names := insnNames(insns)
	more := ""
	if n := len(names) - shown; n > 0 {
		names, more = names[:shown], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("note: %d of %d patterns are not drawn, since %s: %s%s\n",
		len(insns), len(m.Set().Patterns()), why, strings.Join(names, ", "), more)
}

// insnNames lists the names of instructions; several may share one.
func insnNames(insns []*constraints.Insn) []string {
	out := []string{}
	for _, in := range insns {
		out = append(out, in.Name())
	}
	return out
}
