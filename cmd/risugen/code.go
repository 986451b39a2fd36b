package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/codefile"
)

// codeFlags name a file of instructions that an image is made of.
type codeFlags struct {
	file, section string
	skip          bool
	stdin         io.Reader
	stderr        io.Writer
	given         func(flag string) bool // it is on the command line
}

func (f *codeFlags) add(cmd *cobra.Command, a *app) {
	f.stdin, f.stderr, f.given = a.stdin, a.stderr, cmd.Flags().Changed
	fl := cmd.Flags()
	fl.StringVar(&f.file, "code", "", "run the instructions of this file, in their order, instead of random ones: an ELF file,\nwords in the image's byte order, or an image of RISU's generator; - is standard input")
	fl.StringVar(&f.section, "code-section", "", "section of an ELF file to take (default "+codefile.DefaultSection+")")
	fl.BoolVar(&f.skip, "code-skip", false, "leave out words that cannot be run, instead of giving up")
}

// check refuses flags that say what is drawn beside a file that holds it.
func (f *codeFlags) check() error {
	if !f.given("code") {
		for _, flag := range []string{"code-section", "code-skip"} {
			if f.given(flag) {
				return fmt.Errorf("--%s is of no use without --code", flag)
			}
		}
		return nil
	}
	for _, flag := range []string{"numinsns", "pattern", "not-pattern", "edges", "reserved", "fp-traps"} {
		if f.given(flag) {
			return fmt.Errorf("--%s chooses among random instructions, and --code gives the instructions: give one of them", flag)
		}
	}
	return nil
}

// program makes a program of the file's words.
func (f *codeFlags) program(m arch.Machine, o arch.Options) (*arch.Program, arch.Refusals, error) {
	code, err := f.read(m)
	if err != nil {
		return nil, arch.Refusals{}, err
	}
	if code.RISU {
		fmt.Fprintf(f.stderr, "note: %s is a RISU image: its %d instructions under test are taken\n", code.File, len(code.Words))
	}
	if code.Other > 0 {
		fmt.Fprintf(f.stderr, "note: %d bytes of %s are marked as data or as code of another instruction set, and not taken\n", code.Other, code.Section)
	}
	if !f.given("misaligned") { // a word may stand in the file once, and is to be seen at work
		o.MisalignedShare = 0
	}
	p, refused, err := arch.GenerateGiven(m, o, code.Words)
	if refused.Total() > 0 && !f.skip {
		return nil, refused, refusalError(m, code, &refused)
	}
	if refused.Total() > 0 {
		fmt.Fprint(f.stderr, refusalNote(&refused, len(code.Words)))
	}
	if err != nil {
		return nil, refused, fmt.Errorf("%s: %w", code.File, err)
	}
	return p, refused, nil
}

// read reads the file.
func (f *codeFlags) read(m arch.Machine) (*codefile.Code, error) {
	if f.file == "-" {
		return codefile.Read("standard input", f.stdin, f.section, m)
	}
	file, err := os.Open(f.file)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return codefile.Read(f.file, file, f.section, m)
}

// refusalError lists words that cannot be run.
func refusalError(m arch.Machine, code *codefile.Code, refused *arch.Refusals) error {
	const shown = 20
	first := refused.First[:min(shown, len(refused.First))]
	var errs []error
	for _, r := range first {
		word := fmt.Sprintf("word 0x%0*x", 2*r.Size, r.Word)
		if text := m.Disassemble(r.Word, 0); !strings.HasPrefix(text, ".word") {
			word += ", " + text
		}
		errs = append(errs, fmt.Errorf("%s: %s: %s", code.At(r.Offset), word, r.Why))
	}
	if n := refused.Total() - len(first); n > 0 {
		errs = append(errs, fmt.Errorf("%s: and %d more words that cannot be run", code.File, n))
	}
	return errors.Join(append(errs, errors.New("--code-skip leaves such words out"))...)
}

// refusalNote says how many words of what kind are left out.
func refusalNote(refused *arch.Refusals, words int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "note: %d of %d words are left out\n", refused.Total(), words)
	for _, k := range refused.Kinds() {
		fmt.Fprintf(&b, "note:   %d %s\n", refused.Counts[k], k)
	}
	return b.String()
}
