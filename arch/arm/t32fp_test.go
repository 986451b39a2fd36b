package arm

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/oracle"
)

var update = flag.Bool("update-t32", false, "write t32vfp.decode and t32neon.decode")

// TestT32FPIsMadeOfA32: floating point and Advanced SIMD of T32 are the same instructions under other prefixes, so that
// their files are made of A32's, and are what would be made now.
func TestT32FPIsMadeOfA32(t *testing.T) {
	for from, made := range map[string]func(string) string{"a32vfp.decode": t32VFPOf, "a32neon.decode": t32NeonOf} {
		src, err := os.ReadFile(from)
		require.NoError(t, err)
		to, want := "t32"+from[3:], made(string(src))
		if *update {
			require.NoError(t, os.WriteFile(to, []byte(want), 0o600))
		}
		got, err := os.ReadFile(to)
		require.NoError(t, err)
		assert.Equal(t, want, string(got), "go test ./arch/arm -run T32FPIsMade -update-t32")
	}
}

const t32Head = `# T32: NAME
#
# Made of a32FILE.decode, which has names, fields and sources, by
# go test ./arch/arm -run T32FPIsMade -update-t32
#
# An instruction is a word: its first halfword is the upper half. Its condition is that of the IT block that it stands in: there
# (it) it reads the flags, and its results keep their old values. What came with ARMv8 and its extensions, and arithmetic
# of half precision, is UNPREDICTABLE there. Before ARMv8 SP is no operand of a move.

`

// rewrites replace texts that regular expressions match, one after the other.
type rewrites []struct {
	old *regexp.Regexp
	new string
}

func rewrite(pairs ...string) (out rewrites) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, rewrites{{regexp.MustCompile(pairs[i]), pairs[i+1]}}...)
	}
	return out
}

func (r rewrites) apply(s string) string {
	for _, x := range r {
		s = x.old.ReplaceAllString(s, x.new)
	}
	return s
}

// vfpRewrites make a condition of a field the IT block's.
var vfpRewrites = rewrite(
	`%cond +28:4\n`, ``,
	`conditional \{ %cond < 14; \}`, `conditional { it; }`,
	`(?m)^#!   conditions: .*\n`, ``,
	`(?m)^(@\S+ +)cond:4`, `${1}....  `,
	`(?m)^(\s*[A-Z]\S* +)\.\.\.\. 11`, `${1}1110 11`,
	`(?m)^(&\S+ +)cond `, `${1}`,
	` cond=14`, ``,
	`\{cond\|[^}]*\}`, ``,
	` constraints \{ cond != 15; \}`, ``,
	`if cond != 14`, `if it`,
	` unpredictable \{ *\}`, ``,
	`\brt(2?) == 15;`, `rt$1 == 15; rt$1 == 13 && !v8;`,
	`pc_plus_imm\(8 \+`, `pc_plus_imm(4 +`,
)

// neonRewrites move the bit U, which also is Q or the first of an immediate.
var neonRewrites = rewrite(
	`(%imm8 +)24:1`, `${1}28:1`,
	`(?m)^(@\S+ +)\.\.\.\. \.\.\. u:1`, `${1}... u:1 ....`,
	`(?m)^(\s*[A-Z]\S* +)1111 001([01.])`, `${1}111$2 1111`,
	`(?m)^(\s*[A-Z]\S* +)1111 0100`, `${1}1111 1001`,
)

// halfOnly is what makes a word UNPREDICTABLE under any condition.
var halfOnly = regexp.MustCompile(`unpredictable \{ cond != 14;`)

var requirement = rewrite(`requires \{ `, `requires { thumb2 && `)

func t32VFPOf(src string) string {
	head := strings.NewReplacer("NAME", "floating point", "FILE", "vfp").Replace(t32Head)
	return t32Of(src, head, func(d *definition) {
		outside := strings.HasPrefix(d.text, "@") && !strings.Contains(d.text, "cond:4") || halfOnly.MatchString(d.text)
		d.text = vfpRewrites.apply(halfOnly.ReplaceAllString(d.text, "unpredictable {"))
		if outside {
			d.requireOutside()
		}
	})
}

func t32NeonOf(src string) string {
	head := strings.NewReplacer("NAME", "Advanced SIMD", "FILE", "neon").Replace(t32Head)
	return t32Of(src, head, func(d *definition) {
		d.text = neonRewrites.apply(d.text)
		d.text = operandsBlock.ReplaceAllStringFunc(d.text, inITBlock)
		d.refuseNew()
	})
}

// definition is a field, an argument set, a format, a pattern or what stands before the first, with its blocks.
type definition struct {
	text string
	sets map[string]string // the texts of argument sets
}

// t32Of makes a file, definition by definition.
func t32Of(src, head string, change func(*definition)) string {
	at := strings.Index(src, "\n#! groups") + 1
	var out strings.Builder
	out.WriteString(head)
	sets := map[string]string{}
	for _, text := range definitions(src[at:]) {
		d := &definition{text, sets}
		change(d)
		if name, _, _ := strings.Cut(d.text, " "); strings.HasPrefix(name, "&") {
			sets[name] = d.text
		}
		out.WriteString(requirement.apply(d.text))
	}
	return out.String()
}

// definitions cuts a file before each line that is no block's.
func definitions(src string) (out []string) {
	for _, line := range strings.SplitAfter(src, "\n") {
		if len(out) > 0 && strings.HasPrefix(line, "#!") {
			out[len(out)-1] += line
		} else {
			out = append(out, line)
		}
	}
	return out
}

var (
	operandsBlock = regexp.MustCompile(`operands \{([^}]*)\}`)
	unpredictable = regexp.MustCompile(`unpredictable \{ *([^}]*?) *\}`)
	requires      = regexp.MustCompile(`requires \{ *([^}]*?) *\}`)
	ofSet         = regexp.MustCompile(`^@.* (&\S+)`)
	output        = regexp.MustCompile(`^(\S.*): out ([^ ]+)( if (.*))?$`)
)

// inITBlock adds to an operands block that what is written keeps its old value where the instruction is skipped.
func inITBlock(block string) string {
	body := operandsBlock.FindStringSubmatch(block)[1]
	var out []string
	for _, st := range strings.Split(strings.TrimSuffix(strings.TrimSpace(body), ";"), ";") {
		st = strings.TrimSpace(st)
		out = append(out, st)
		m := output.FindStringSubmatch(st)
		if m == nil || m[1] == "mem" || strings.Contains(body, m[1]+": in ") {
			continue
		}
		when := "it"
		if m[4] != "" {
			when += " && (" + m[4] + ")"
		}
		out = append(out, m[1]+": in "+m[2]+" if "+when)
	}
	return "operands { " + strings.Join(append(out, "nzcv: in if it"), "; ") + "; }"
}

// inherited is what the argument set of a format says in a block.
func (d *definition) inherited(block *regexp.Regexp) string {
	if of := ofSet.FindStringSubmatch(d.text); of != nil {
		if m := block.FindStringSubmatch(d.sets[of[1]]); m != nil {
			return m[1]
		}
	}
	return ""
}

// add puts a text before what a block says, or what it would inherit.
func (d *definition) add(name, text string, block *regexp.Regexp) {
	if block.MatchString(d.text) {
		d.text = block.ReplaceAllString(d.text, name+" { "+text+"$1 }")
		return
	}
	d.text += "#! " + name + " { " + strings.TrimSpace(text+d.inherited(block)) + " }\n"
}

// requireOutside says that a definition is not for IT blocks.
func (d *definition) requireOutside() { d.add("requires", "!it && ", requires) }

var (
	newFeature = regexp.MustCompile(`requires \{[^}]*\b(v8fp|fp16|aes|sha1|sha2|rdm|dotprod|fcma|fhm|bf16|i8mm);`)
	newForm    = regexp.MustCompile(`([!\w]+(?: == \d+)?) && (?:!(?:fp16|aes)|\(imm6 < 48)`)
)

// refuseNew adds that what is new is UNPREDICTABLE in an IT block: all of a definition, or some of its words.
func (d *definition) refuseNew() {
	if newFeature.MatchString(d.text) {
		d.requireOutside()
	} else if m := newForm.FindStringSubmatch(d.text); m != nil {
		d.add("unpredictable", "it && "+m[1]+"; ", unpredictable)
	}
}

// TestT32FPLoadsInITBlocks: what remains there has words.
func TestT32FPLoadsInITBlocks(t *testing.T) {
	for _, d := range []*oracle.Dialect{t32VFP, t32Neon} {
		inside := *d
		inside.Vocabulary = a32Names.complete(constraints.Vocabulary{}, knownFeatures32)
		all, some := d.Set(t), inside.Set(t)
		t.Logf("%s: %d patterns, %d in IT blocks", d.Name, len(all.Insns), len(some.Insns))
		assert.Less(t, len(some.Insns), len(all.Insns))
		for _, in := range some.Insns {
			assert.True(t, in.Described, "%s", in)
		}
	}
}
