package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
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
	src, err := os.ReadFile(file)
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
	sc := bufio.NewScanner(in)
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
	if d.json {
		return d.object(text, p)
	}
	d.text(text, p)
	return nil
}

func (d *decoder) text(text string, p *decodetree.Pattern) {
	b := append(d.line[:0], text...)
	b = append(b, ' ')
	if p == nil {
		b = append(b, '-')
	} else {
		b = append(b, p.Name...)
		for i := range p.Args {
			b = append(b, ' ')
			b = append(b, p.Args[i].Name...)
			b = append(b, '=')
			b = strconv.AppendInt(b, d.args[i], 10)
		}
	}
	d.line = append(b, '\n')
	d.out.Write(d.line) // an error stays in the writer until Flush
}

// decoded is a line of decode --json.
type decoded struct {
	Word    string           `json:"word"`
	Pattern string           `json:"pattern,omitempty"` // empty: nothing matches
	Args    map[string]int64 `json:"args,omitempty"`
}

func (d *decoder) object(text string, p *decodetree.Pattern) error {
	o := decoded{Word: text}
	if p != nil {
		o.Pattern, o.Args = p.Name, map[string]int64{}
		for i := range p.Args {
			o.Args[p.Args[i].Name] = d.args[i]
		}
	}
	return json.NewEncoder(d.out).Encode(o)
}
