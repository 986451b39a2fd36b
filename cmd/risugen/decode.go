package main

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

func (a *app) decodeCommand() *cobra.Command {
	var opt decodetree.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "decode SPEC [WORD...]",
		Short: "Decode instruction words by a decode file",
		Long: `Decode instruction words, in hexadecimal, by a decode file. Without words on the command line they are read
from standard input, one a line. Prints a line for each: the word, the pattern and its arguments, or - where
nothing matches (which is no error). Of the blocks in the file only constraints count.

With --varinsnwidth a word is as wide as it has digits.`,
		Example: `  risugen decode arch/mips/msa.decode 7871800e
  objdump -d file.o | awk '/^ +[0-9a-f]+:/{print $2}' | risugen decode arch/mips/msa.decode`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			d, err := newDecoder(args[0], opt, a.stdout, asJSON)
			if err != nil {
				return err
			}
			return d.all(args[1:], a.stdin)
		},
	}
	addWidthFlags(cmd, &opt)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object a line")
	return cmd
}

// decoder prints decoded words.
type decoder struct {
	spec   *decodetree.Spec
	accept func(*decodetree.Pattern, uint64) bool
	out    *bufio.Writer
	json   bool
	args   []int64
	line   []byte
}

func newDecoder(file string, opt decodetree.Options, out io.Writer, asJSON bool) (*decoder, error) {
	src, err := readText(file)
	if err != nil {
		return nil, err
	}
	spec, err := decodetree.Parse(filepath.Clean(file), src, opt)
	if err != nil {
		return nil, err
	}
	accept, err := constraints.Conditions(spec)
	if err != nil {
		return nil, err
	}
	return &decoder{spec: spec, accept: accept, out: bufio.NewWriterSize(out, 1<<16), json: asJSON}, nil
}

// all decodes the words given or, if there are none, those of the input.
func (d *decoder) all(words []string, in io.Reader) (err error) {
	defer func() {
		if e := d.out.Flush(); err == nil {
			err = e
		}
	}()
	for i, w := range words {
		if err := d.one(w); err != nil {
			return fmt.Errorf("word %d: %w", i+1, err)
		}
	}
	if len(words) > 0 {
		return nil
	}
	sc := bufio.NewScanner(flushing{in, d.out})
	for n := 1; sc.Scan(); n++ {
		text := strings.TrimSpace(sc.Text())
		if text == "" {
			continue
		}
		if err := d.one(text); err != nil {
			return fmt.Errorf("standard input:%d: %w", n, err)
		}
	}
	return sc.Err()
}

// flushing is input that has all answers so far written out before it is waited for.
type flushing struct {
	io.Reader
	out *bufio.Writer
}

func (f flushing) Read(p []byte) (int, error) {
	if err := f.out.Flush(); err != nil {
		return 0, err
	}
	return f.Reader.Read(p)
}

// one decodes a word and prints a line.
func (d *decoder) one(text string) error {
	digits := strings.TrimPrefix(strings.TrimPrefix(text, "0x"), "0X")
	word, err := strconv.ParseUint(digits, 16, 64)
	width := d.spec.Options.InsnWidth
	if err != nil || word>>(width-1)>>1 != 0 {
		return fmt.Errorf("%q is not a hexadecimal number of %d bits", text, width)
	}
	if d.spec.Options.VarInsnWidth {
		if 4*len(digits) > width {
			return fmt.Errorf("%q has more than %d bits", text, width)
		}
		word <<= width - 4*len(digits)
	}
	p := d.spec.Decode(word, d.accept)
	d.args = d.args[:0]
	if p != nil {
		d.args = p.Extract(word, d.args)
	}
	write := d.text
	if d.json {
		write = d.object
	}
	d.line = write(d.line[:0], text, p)
	d.out.Write(d.line) // an error stays in the writer until Flush
	return nil
}

// text appends "WORD PATTERN ARG=VALUE ..." or "WORD -".
func (d *decoder) text(b []byte, text string, p *decodetree.Pattern) []byte {
	b = append(b, text...)
	if p == nil {
		return append(b, " -\n"...)
	}
	b = append(append(b, ' '), p.Name...)
	for i := range p.Args {
		b = append(append(b, ' '), p.Args[i].Name...)
		b = strconv.AppendInt(append(b, '='), d.args[i], 10)
	}
	return append(b, '\n')
}

// object appends {"word":"...","pattern":"...","args":{"...":0}}, with the word alone where nothing matches.
// Words are digits and names are identifiers: nothing needs escaping.
func (d *decoder) object(b []byte, text string, p *decodetree.Pattern) []byte {
	b = append(append(append(b, `{"word":"`...), text...), '"')
	if p == nil {
		return append(b, "}\n"...)
	}
	b = append(append(append(b, `,"pattern":"`...), p.Name...), '"')
	for i := range p.Args {
		sep := ","
		if i == 0 {
			sep = `,"args":{`
		}
		b = append(append(append(append(b, sep...), '"'), p.Args[i].Name...), `":`...)
		b = strconv.AppendInt(b, d.args[i], 10)
	}
	if len(p.Args) > 0 {
		b = append(b, '}')
	}
	return append(b, "}\n"...)
}
