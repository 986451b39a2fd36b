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
	m := c.example()
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

// Size says how small the image is.
func (c *Case) Size() string {
	if c.Image == nil {
		return "nothing"
	}
	n := count(int64(c.Instructions()), "instruction")
	if c.Whole {
		return fmt.Sprintf("a block of %s, all its %d rounds: no single round shows it", n, c.Image.Program.Rounds)
	}
	places, bits := c.filled()
	switch {
	case bits == 0:
		return n + ", one round, all inputs zero"
	case places == 1:
		return fmt.Sprintf("%s, one round, one input that is not zero, with %s set", n, count(int64(bits), "bit"))
	}
	return fmt.Sprintf("%s, one round, %d inputs that are not zero, with %s set", n, places, count(int64(bits), "bit"))
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
