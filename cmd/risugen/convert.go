package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/risu"
	"github.com/risugen/risugen/runtime"
)

// convertFlags are the options of convert.
type convertFlags struct {
	risu     risu.Options
	decode   decodetree.Options
	features []string
}

func (a *app) convertCommand() *cobra.Command {
	var f convertFlags
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Convert RISU's pattern files to annotated decode files and back",
		Long: `Convert a .risu file to a decode file with blocks, or a decode file to a .risu file, by the files' endings. OUT may
be - for standard output.

What cannot be said in the other language is listed on standard error, with positions. Where that would change what is
generated, nothing is written without --lossy.`,
		Example: `  risugen convert aarch64.risu aarch64.decode
  risugen convert arch/mips/msa.decode msa.risu --mode mips`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return a.convert(args[0], args[1], f) },
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.risu.Lossy, "lossy", false, "write what can be converted")
	fl.StringVar(&f.risu.Mode, "mode", "", "to .risu: what its .mode says (mips, arm.a32, arm.thumb, aarch64.a64, …)")
	fl.StringSliceVar(&f.features, "features", nil, "to .risu: features of the CPU, for requires blocks (default: every pattern)")
	noneIsMeant(cmd, "features")
	fl.BoolVar(&f.risu.AllRegisters, "all-registers", false, "to .risu: rename fields for which the mode implies fewer registers")
	addWidthFlags(cmd, &f.decode)
	return cmd
}

// addWidthFlags adds the options that QEMU's decodetree script has for the width of words.
func addWidthFlags(cmd *cobra.Command, opt *decodetree.Options) {
	cmd.Flags().IntVarP(&opt.InsnWidth, "insnwidth", "w", 0, "width of a word in bits: a multiple of 8 up to 64 (default 32, or 16 where a file's definitions have 16)")
	cmd.Flags().BoolVar(&opt.VarInsnWidth, "varinsnwidth", false, "words have different widths, up to --insnwidth")
}

func (a *app) convert(in, out string, f convertFlags) error {
	if f.features != nil {
		f.risu.Features = map[string]bool{}
		for _, name := range f.features {
			f.risu.Features[name] = true
		}
	}
	src, err := readText(in)
	if err != nil {
		return err
	}
	var data []byte
	var losses []risu.Loss
	switch from, to := filepath.Ext(in), filepath.Ext(out); {
	case from == ".risu" && (to == ".decode" || out == "-"):
		data, losses, err = convertToDecode(in, src, f)
	case from == ".decode" && (to == ".risu" || out == "-"):
		data, losses, err = convertToRisu(in, src, f)
	default:
		return fmt.Errorf("cannot convert %s to %s: one must end in .risu and the other in .decode", in, out)
	}
	if err != nil {
		return err
	}
	for _, l := range losses {
		fmt.Fprintf(a.stderr, "%s: lost: %s\n", l.Pos, l.What)
	}
	if out == "-" {
		_, err = a.stdout.Write(data)
		return err
	}
	return runtime.WriteDocument(out, data)
}

func convertToDecode(name string, src []byte, f convertFlags) ([]byte, []risu.Loss, error) {
	file, err := risu.Parse(name, src)
	if err != nil {
		return nil, nil, err
	}
	return risu.ToDecode(file, f.risu)
}

func convertToRisu(name string, src []byte, f convertFlags) ([]byte, []risu.Loss, error) {
	spec, err := decodetree.Parse(name, src, f.decode)
	if err != nil {
		return nil, nil, err
	}
	return risu.FromDecode(spec, f.risu)
}
