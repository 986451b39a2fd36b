package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/lint"
)

// lintFlags are the options of lint.
type lintFlags struct {
	decode                   decodetree.Options
	overlays, features       []string
	arch                     string
	strict, patterns, asJSON bool
}

func (a *app) lintCommand() *cobra.Command {
	var f lintFlags
	cmd := &cobra.Command{
		Use:   "lint SPEC...",
		Short: "Check decode files and their blocks",
		Long: `Check decode files and their blocks, each file by itself: errors, and what cannot be meant so, such as patterns that
earlier ones hide, conditions that never hold and definitions that nothing uses. docs/language.md lists the checks.

No CPU model is needed. Register classes, states, signals and features may have any names, and a feature may be there
or not; --arch knows the names of an architecture, and --features says which features the CPU has.

Exit codes: 0 nothing or warnings, 1 warnings with --strict, 2 errors.`,
		Example: `  risugen lint arch/mips/*.decode
  risugen lint --strict --arch mips --patterns arch/mips/msa.decode
  risugen lint -w 16 target/arm/t16.decode --overlay t16.overlay`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.features == nil && cmd.Flags().Changed("features") {
				f.features = []string{}
			}
			return a.lint(args, f)
		},
	}
	fl := cmd.Flags()
	addWidthFlags(cmd, &f.decode)
	fl.StringArrayVar(&f.overlays, "overlay", nil, "file of blocks to add to the decode files (repeatable)")
	fl.StringVar(&f.arch, "arch", "", "architecture whose names blocks may use (default: any names)")
	fl.StringSliceVar(&f.features, "features", nil, "features of the CPU; it lacks all others (default: any CPU)")
	noneIsMeant(cmd, "features")
	fl.BoolVar(&f.strict, "strict", false, "exit code 1 where there are warnings")
	fl.BoolVar(&f.patterns, "patterns", false, "print a table of patterns and how many legal words each has")
	fl.BoolVar(&f.asJSON, "json", false, "print findings and patterns as a JSON object")
	complete(cmd, "arch", archNames)
	return cmd
}

func archNames() []string {
	var names []string
	for _, a := range arches {
		names = append(names, a.Name())
	}
	return names
}

func (a *app) lint(files []string, f lintFlags) error {
	opt := lint.Options{Decode: f.decode, Count: f.patterns || f.asJSON}
	var err error
	if opt.Vocabulary, err = vocabularyOf(f.arch, files, f.features); err != nil {
		return err
	}
	var all bool
	if opt.Overlays, all = a.sources(f.overlays); !all {
		return said(exitError)
	}
	sources, all := a.sources(files)
	r := lint.Files(sources, opt)
	if f.asJSON {
		err = a.lintJSON(r)
	} else {
		err = a.lintText(r, f.patterns)
	}
	switch {
	case err != nil:
		return err
	case !all || r.Count(lint.Error) > 0:
		return said(exitError)
	case f.strict && r.Count(lint.Warning) > 0:
		return said(exitMismatch)
	}
	return nil
}

// maxSource is more than decode files and overlays may have, in bytes: the rest of an endless file is not
// waited for.
const maxSource = 17 << 20

// sources reads files. It tells of each that cannot be read, and reports false if there is one.
func (a *app) sources(files []string) (out []lint.Source, all bool) {
	all = true
	for _, file := range files {
		text, err := readStart(file)
		if err != nil {
			fmt.Fprintf(a.stderr, "risugen: %s\n", err)
			all = false
			continue
		}
		out = append(out, lint.Source{Name: filepath.Clean(file), Text: text})
	}
	return out, all
}

func readStart(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSource))
}

// vocabularyOf is what blocks of files may name: with no architecture anything, with no features those of any CPU. The first
// file's name tells an architecture's execution states apart.
func vocabularyOf(name string, files, features []string) (constraints.Vocabulary, error) {
	v := constraints.Vocabulary{Open: true}
	if name != "" {
		i := slices.IndexFunc(arches, func(a arch.Arch) bool { return a.Name() == name })
		if i < 0 {
			return v, fmt.Errorf("unknown architecture %q; known are %s", name, strings.Join(archNames(), ", "))
		}
		v = arch.FileVocabulary(arches[i], slices.Concat(files, []string{""})[0])
	}
	if features == nil {
		return v, nil
	}
	v.Features = map[string]bool{}
	for _, known := range v.Free {
		v.Features[known] = false
	}
	for _, f := range features {
		if _, known := v.Features[f]; !known && !v.Open {
			return v, fmt.Errorf("unknown feature %q; known are %s", f, strings.Join(v.Free, ", "))
		}
		v.Features[f] = true
	}
	v.Free = nil
	return v, nil
}
