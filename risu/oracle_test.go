package risu

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The oracle is Perl: constraints are run as they are written, in a program made of them and of words to
// try them on.

// perlPrelude defines what RISU's modules give to blocks. What emits code does nothing here.
const perlPrelude = `use strict; no warnings;
sub sextract { my ($v, $n) = @_; my $s = $v & (1 << ($n - 1)); return ($v ^ $s) - $s; }
sub is_pow_of_2 { my ($v) = @_; return $v > 0 && !($v & ($v - 1)); }
sub ctz { my ($v) = @_; my $n = 0; while ($v > 1) { $n++; $v >>= 1; } return $n; }
sub write_mov_ccr {} sub write_mov_di {} sub write_movb_di {}
sub check { my ($f, @words) = @_; print map({ $f->($_) ? 1 : 0 } @words), "\n"; }
`

// perlVerdicts gives, for each pattern, what Perl says about its words: a string of 0 and 1. Fixed bits
// and what the mode implies are not asked.
func perlVerdicts(t *testing.T, f *File, words [][]uint64) []string {
	t.Helper()
	interpreter := needTool(t, "perl")
	var prog strings.Builder
	prog.WriteString(perlPrelude)
	for i, p := range f.Patterns {
		block := "{ 1 }"
		if p.Constraints != nil {
			block = p.Constraints.Text
		}
		prog.WriteString("check(sub { my ($word) = @_;")
		for _, field := range p.Fields {
			fmt.Fprintf(&prog, " my ($%s) = ($word >> %d) & %d;", field.Name, field.Low, lowBits(field.Len))
		}
		fmt.Fprintf(&prog, " do %s },", block)
		for _, w := range words[i] {
			fmt.Fprintf(&prog, "%d,", w)
		}
		prog.WriteString(");\n")
	}
	file := filepath.Join(t.TempDir(), "check.pl")
	require.NoError(t, os.WriteFile(file, []byte(prog.String()), 0o600))
	out, err := exec.Command(interpreter, file).Output()
	require.NoError(t, err)
	verdicts := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	require.Len(t, verdicts, len(f.Patterns))
	return verdicts
}

// implied reports whether the mode and the fixed bits let the word through.
func (f *File) implies(p *Pattern, word uint64) bool {
	bare := *p
	bare.Constraints = nil
	ok, _ := f.Accepts(&bare, word)
	return ok
}

// tally counts what a comparison saw.
type tally struct {
	patterns, words, accepted, unsure int
}

// compareWithPerl wants Perl, Accepts and the converted file to take the same words for each pattern.
// Where Accepts gives an error, because a block emits code, the other two are compared.
func compareWithPerl(t *testing.T, f *File, c *converted, perPattern int) tally {
	t.Helper()
	rng := seeded(t)
	words := make([][]uint64, len(f.Patterns))
	for i, p := range f.Patterns {
		words[i] = sampleWords(rng, p, perPattern)
	}
	verdicts := perlVerdicts(t, f, words)
	n := tally{patterns: len(f.Patterns)}
	for i, p := range f.Patterns {
		for j, w := range words[i] {
			want := verdicts[i][j] == '1' && f.implies(p, w)
			got, err := f.Accepts(p, w)
			if err != nil {
				n.unsure++
			} else {
				require.Equal(t, want, got, "Accepts %s 0x%x", p.FullName(), w)
			}
			require.Equal(t, want, c.takes(c.patterns[i], c.word(p, w)), "converted %s 0x%x", p.FullName(), w)
			n.words++
			if want {
				n.accepted++
			}
		}
	}
	return n
}
