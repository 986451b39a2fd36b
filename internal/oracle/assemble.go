package oracle

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// Assemble gives our text to the assembler, and lists what it refuses or makes another word of.
func (d *Dialect) Assemble(t *testing.T, order string, cs []Case) (bad []string) {
	dir := t.TempDir()
	obj, bin := filepath.Join(dir, "o"), filepath.Join(dir, "bin")
	_, flag := byteOrder(order)
	as := exec.Command(needtool.Path(t, d.Prefix+"as"), append([]string{flag, "-o", obj}, d.As...)...)
	as.Stdin = strings.NewReader(d.source(cs))
	if out, err := as.CombinedOutput(); err != nil {
		return d.refused(string(out), cs)
	}
	if d.Link {
		linked := filepath.Join(dir, "linked")
		out, err := exec.Command(needtool.Path(t, d.Prefix+"ld"), flag, "-e", "0", fmt.Sprintf("-Ttext=%#x", d.Address), "-o", linked, obj).CombinedOutput()
		require.NoError(t, err, "%.2000s", out)
		obj = linked
	}
	out, err := exec.Command(needtool.Path(t, d.Prefix+"objcopy"), "-O", "binary", "-j", ".text", obj, bin).CombinedOutput()
	require.NoError(t, err, string(out))
	words, err := os.ReadFile(bin)
	require.NoError(t, err)
	o, _ := byteOrder(order)
	words = append(words, make([]byte, slot)...) // what fills the last slot
	require.GreaterOrEqual(t, len(words), int(d.at(len(cs))-d.Address-d.lead()))
	for i, c := range cs {
		w := d.word(o, words[d.at(i)-d.Address:])
		if want := c.Word &^ c.Insn.Pattern.UndefMask; w != want && !d.excused(c, w, d.at(i)) {
			bad = append(bad, fmt.Sprintf("%s: %08x: %q assembles to %08x", c.Insn, want, c.Text, w))
		}
	}
	return bad
}

// excused reports whether the assembler may make a word of a case that is not the case's own.
func (d *Dialect) excused(c Case, w, pc uint64) bool {
	if d.Unlinked != nil && d.Unlinked(c) || d.Other != nil && d.Other(c, w) {
		return true
	}
	return d.Synonyms[c.Insn.Name()] != "" && c.Insn.Legal(w) && d.Normal(c.Insn.Disassemble(w, pc)) == c.Text
}

// branchTarget is the last operand of a branch, and address one that is an address and no immediate.
var (
	branchTarget = regexp.MustCompile(`0x[0-9a-f]+$`)
	address      = regexp.MustCompile(`, 0x[0-9a-f]+$|^\S+ 0x[0-9a-f]+$`)
)

// source is the assembler's input: one line for each case, behind those of Head.
func (d *Dialect) source(cs []Case) string {
	var src strings.Builder
	src.WriteString(d.Head)
	for i, c := range cs {
		text := c.Text
		switch {
		case d.Link && address.MatchString(text):
			text = branchTarget.ReplaceAllStringFunc(text, func(to string) string {
				n, _ := strconv.ParseUint(to, 0, 64)
				return fmt.Sprintf(".%+d", int64(n-d.at(i)))
			})
		case !d.Link && c.Insn.Branch != nil && !c.Insn.Branch.Absolute:
			off := c.Insn.BranchOffset(c.Word, c.Insn.Pattern.Extract(c.Word, nil))
			text = branchTarget.ReplaceAllString(text, fmt.Sprintf(".%+d", off))
		}
		if d.Line != nil {
			text = d.Line(c, text)
		}
		src.WriteString(d.align() + text + "\n")
	}
	return src.String()
}

var errorLine = regexp.MustCompile(`^[^:]*:(\d+): (.*)$`)

// refused names the cases that the assembler's messages are about.
func (d *Dialect) refused(messages string, cs []Case) (bad []string) {
	head := strings.Count(d.Head, "\n")
	for _, line := range strings.Split(messages, "\n") {
		m := errorLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		if i := n - head - 1; i >= 0 && i < len(cs) {
			bad = append(bad, fmt.Sprintf("%s: %08x: %q: the assembler says: %s", cs[i].Insn, cs[i].Word, cs[i].Text, m[2]))
		}
	}
	if len(bad) == 0 {
		bad = append(bad, fmt.Sprintf("the assembler fails: %.2000s", messages))
	}
	return bad
}
