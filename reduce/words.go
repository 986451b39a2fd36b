package reduce

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/runtime"
)

// what says in a sentence's end what a kind of difference is.
var what = map[string]string{
	runtime.KindResult:     "the result differs",
	runtime.KindFault:      "the faults differ",
	runtime.KindUndeclared: "something differs that no instruction declares as an output",
	runtime.KindStray:      "control left the block",
}

// example is the difference as the reduced image shows it or, where there is none, as it was found.
func (c *Case) example() *runtime.Mismatch {
	if c.Shown != nil {
		return c.Shown
	}
	return c.Mismatch
}

// Title says what is the matter.
func (c *Case) Title() string {
	m, tests := c.example(), c.tests()
	if (m == nil || m.Item < 0) && len(tests) == 1 {
		kind := c.kind()
		if m != nil {
			kind = what[m.Kind]
		}
		return fmt.Sprintf("%s: `%s`: %s", tests[0].pattern, tests[0].text, kind)
	}
	switch {
	case m == nil && c.Finding != nil && len(c.Finding.Candidates) == 1:
		return fmt.Sprintf("%s: %s", c.Finding.Candidates[0], c.Finding.Kind)
	case m == nil && c.Finding != nil:
		return strings.TrimSpace(c.Finding.Kind + " " + c.Finding.Place)
	case m == nil:
		return c.Name
	case m.Item < 0:
		return fmt.Sprintf("%s: %s", c.Name, what[m.Kind])
	}
	return fmt.Sprintf("%s: `%s`: %s", m.Pattern, m.Disassembly, what[m.Kind])
}

// kind names what a finding is.
func (c *Case) kind() string {
	if c.Finding == nil {
		return ""
	}
	return strings.TrimSpace(c.Finding.Kind + prefixed(": ", c.Finding.Place))
}

// test is an instruction under test of the reduced image.
type test struct {
	item                        int
	text, word, pattern, source string
}

// fewTests is up to how many instructions are named one by one.
const fewTests = 4

// tests lists the instructions under test, if they are few.
func (c *Case) tests() []test {
	if c.Image == nil || c.Whole || c.Instructions() > fewTests {
		return nil
	}
	var out []test
	b, set := c.block(), c.Image.Program.Machine.Set()
	at := b.Addr
	for i := range b.Items {
		it := &b.Items[i]
		if it.Kind.UnderTest() {
			in := set.Insns[it.Insn]
			out = append(out, test{i, in.Disassemble(it.Word, at), fmt.Sprintf("0x%0*x", 2*int(it.Size), it.Word), in.Name(), sourceOf(in)})
		}
		at += uint64(it.Size)
	}
	return out
}

// others are the instructions under test of the reduced image beside the one that a difference is laid at.
func (c *Case) others(m *runtime.Mismatch) []test {
	var out []test
	for _, t := range c.tests() {
		if t.item != m.Item {
			out = append(out, t)
		}
	}
	return out
}

// Size says how small the image is.
func (c *Case) Size() string {
	if c.Image == nil {
		return "nothing"
	}
	n := count(int64(c.Instructions()), "instruction")
	switch {
	case c.Whole && c.Wavers:
		return fmt.Sprintf("%s, %d rounds", n, c.Image.Program.Rounds)
	case c.Whole:
		return fmt.Sprintf("%s, %d rounds: no single round shows it", n, c.Image.Program.Rounds)
	}
	places, bits := c.filled()
	if c.Stopped {
		n = fmt.Sprintf("(given up after %d images, there may be less) %s", c.Runs, n)
	}
	switch {
	case bits == 0:
		return n + ", one round, all inputs zero"
	case places == 1:
		return fmt.Sprintf("%s, one round, one input that is not zero, with %s set", n, count(int64(bits), "bit"))
	}
	return fmt.Sprintf("%s, one round, %d inputs that are not zero, with %s set", n, places, count(int64(bits), "bit"))
}

// wavering says how unsteady a difference is.
func (c *Case) wavering() string {
	if c.Showed == c.Times {
		return fmt.Sprintf("it comes and goes among rounds, though it showed in each of %d runs", c.Times)
	}
	return fmt.Sprintf("it comes and goes, and showed in %d of %d runs", c.Showed, c.Times)
}

// foundAs tells the instructions as they were found, if their words have been made simpler.
func (c *Case) foundAs() string {
	if len(c.Found) == 0 || len(c.Found) > fewTests {
		return ""
	}
	return ", found as " + strings.Join(c.Found, "; ")
}

func count(n int64, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

func fields(args []runtime.Argument) string {
	var b strings.Builder
	for i, a := range args {
		b.WriteString([]string{"; ", " "}[min(i, 1)])
		fmt.Fprintf(&b, "%s=%d", a.Name, a.Value)
	}
	return b.String()
}

// quote quotes a word where a shell would take it apart.
func quote(w string) string {
	if w != "" && strings.Trim(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@%") == "" {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}
