package decodetree

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/qemutree"
)

// The oracle is QEMU's own script: the C decoder that it makes of a file is compiled with translator
// functions that report what they were called with, and both are asked about the same words.

// qemuWords is how many words each decoder is asked about.
const qemuWords = "RISUGEN_QEMU_WORDS"

// TestQEMUDecodesOurFiles: every file of ours passes QEMU's script as it is, and is decoded alike.
func TestQEMUDecodesOurFiles(t *testing.T) {
	script := qemuScript(t)
	var files []string
	for _, glob := range []string{"../arch/*/*.decode", "../risu/testdata/*.decode", "testdata/[^e]*.decode"} {
		found, err := filepath.Glob(glob)
		require.NoError(t, err)
		require.NotEmpty(t, found, glob)
		files = append(files, found...)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			compareDecoders(t, script, file, ownOptions(src))
		})
	}
}

// TestQEMUDecodesItsFiles does the same with QEMU's files.
func TestQEMUDecodesItsFiles(t *testing.T) {
	script := qemuScript(t)
	files := qemutree.Files(t, "target")
	for _, file := range qemutree.Files(t, "tests", "decode") {
		if strings.HasPrefix(filepath.Base(file), "succ_") {
			files = append(files, file)
		}
	}
	for _, file := range files {
		t.Run(qemutree.Name(file), func(t *testing.T) {
			width := qemutree.WidthOf(file)
			compareDecoders(t, script, file, Options{InsnWidth: width.Bits, VarInsnWidth: width.Variable})
		})
	}
}

func qemuScript(t *testing.T) string {
	t.Helper()
	tree := os.Getenv(qemutree.Variable)
	if tree == "" {
		t.Skipf("%s names no QEMU source tree", qemutree.Variable)
	}
	return filepath.Join(tree, "scripts", "decodetree.py")
}

var widthComment = regexp.MustCompile(`--(var)?insnwidth=(\d+)`)

// ownOptions reads the first lines' "# options: width=16 var" or "# To be read with --insnwidth=16".
func ownOptions(src []byte) Options {
	if m := widthComment.FindSubmatch(src[:min(len(src), 300)]); m != nil {
		width, _ := strconv.Atoi(string(m[2]))
		return Options{InsnWidth: width, VarInsnWidth: len(m[1]) > 0}
	}
	return optionsOf(src)
}

func compareDecoders(t *testing.T, script, file string, opt Options) {
	src, err := os.ReadFile(file)
	require.NoError(t, err)
	spec, err := Parse(filepath.Base(file), src, opt)
	require.NoError(t, err)
	text, err := os.ReadFile(script)
	require.NoError(t, err)
	skipWhatTheScriptLacks(t, string(text), spec)
	script = filepath.Join(t.TempDir(), "decodetree.py")
	require.NoError(t, os.WriteFile(script, []byte(mend(string(text))), 0o600))
	c := newQEMUDecoder(t, spec, runScript(t, script, file, spec.Options))
	words, err := strconv.Atoi(os.Getenv(qemuWords))
	if err != nil {
		words = 20000
	}
	c.compare(t, words)
}

func skipWhatTheScriptLacks(t *testing.T, text string, spec *Spec) {
	t.Helper()
	if spec.Options.InsnWidth == 8 {
		t.Skip("QEMU's script has no words of 8 bits")
	}
	named := func(b Binding) bool { return len(refs(b.Field)) > 0 }
	uses := slices.ContainsFunc(spec.Patterns, func(p *Pattern) bool { return slices.ContainsFunc(p.Args, named) })
	if uses && !strings.Contains(text, "class NamedField") {
		t.Skip("QEMU's script has no named fields before release 8.1")
	}
}

// mend changes what QEMU's releases 8.1 to 10.0 do with a signed named field, "%f x:s4": they take it for
// one, and then look for a number in "s4".
func mend(script string) string {
	const broken = `            # Signed named field
            subtoks = t.split(':')
            n = subtoks[0]
            le = int(subtoks[1])
`
	return strings.Replace(script, broken, strings.Replace(broken, "subtoks[1]", "subtoks[1][1:]", 1), 1)
}

// runScript gives the C file that QEMU's script makes.
func runScript(t *testing.T, script, file string, opt Options) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "decode.c.inc")
	flag := fmt.Sprintf("--insnwidth=%d", opt.InsnWidth)
	if opt.VarInsnWidth {
		flag = fmt.Sprintf("--varinsnwidth=%d", opt.InsnWidth)
	}
	report, err := exec.Command(needtool.Path(t, "python3"), script, flag, "-o", out, file).CombinedOutput()
	require.NoError(t, err, "QEMU's script refuses %s: %s", file, report)
	return out
}

// qemuDecoder is a running C decoder.
type qemuDecoder struct {
	spec    *Spec
	names   []string // of patterns, each once; numbers stand for them
	numbers map[string]int
	in      *bufio.Writer
	out     *bufio.Reader
	hits    []int // of patterns
	args    []int64
	buf     [8 * 64]byte
}

func newQEMUDecoder(t *testing.T, spec *Spec, decoder string) *qemuDecoder {
	t.Helper()
	c := &qemuDecoder{spec: spec, numbers: map[string]int{}, hits: make([]int, len(spec.Patterns))}
	for _, p := range spec.Patterns {
		if _, ok := c.numbers[p.Name]; !ok {
			c.numbers[p.Name] = len(c.names)
			c.names = append(c.names, p.Name)
		}
	}
	c.defineFunctions()
	dir := t.TempDir()
	source, program := filepath.Join(dir, "decoder.c"), filepath.Join(dir, "decoder")
	require.NoError(t, os.WriteFile(source, []byte(c.source(decoder)), 0o600))
	report, err := exec.Command(needtool.Path(t, "cc"), "-O1", "-w", "-o", program, source).CombinedOutput()
	require.NoError(t, err, "%.3000s", report)
	cmd := exec.Command(program)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		in.Close()
		out.Close() // or one that still has answers to give would never end
		cmd.Wait()
	})
	c.in, c.out = bufio.NewWriter(in), bufio.NewReaderSize(out, 1<<20)
	return c
}

// compare draws words, half of them anywhere, half of them of one pattern after the other with what it
// leaves open at random, and of these every eighth with one bit wrong. Those near patterns are decoded
// once more with translators that refuse half of what they are given.
func (c *qemuDecoder) compare(t *testing.T, count int) {
	rng := seeded(t)
	const chunk = 1 << 12
	start, next := time.Now(), 0
	words := make([]uint64, 0, chunk)
	for done := 0; done < count; done += len(words) {
		words = words[:0]
		near := done/chunk%2 == 0 && len(c.spec.Patterns) > 0
		for range min(chunk, count-done) {
			word := rng.Uint64() & lowBits(c.spec.Options.InsnWidth)
			if near {
				word = c.near(rng, next)
				next++
			}
			words = append(words, word)
		}
		c.chunk(t, words, 0)
		if near {
			c.chunk(t, words, rng.Uint32()|1)
		}
	}
	var missed []string
	for i, n := range c.hits {
		if n == 0 && !c.shadowed(c.spec.Patterns[i]) {
			missed = append(missed, c.spec.Patterns[i].Name)
		}
	}
	t.Logf("%d words in %.1f s, %d patterns", count, time.Since(start).Seconds(), len(c.hits))
	if count >= 1e6 {
		require.Empty(t, missed, "patterns that no word was found for")
	}
}

// shadowed reports whether an earlier pattern of the same name, and so of the same translator, has all of
// p's words: which of them it is, blocks may say that QEMU's decoder does not know.
func (c *qemuDecoder) shadowed(p *Pattern) bool {
	return slices.ContainsFunc(c.spec.ByName(p.Name), func(q *Pattern) bool {
		return q.Index < p.Index && q.Matches(p.FixedBits) && q.FixedMask&^p.FixedMask == 0
	})
}

func (c *qemuDecoder) near(rng *rand.Rand, i int) uint64 {
	word := wordOf(rng, c.spec.Patterns[i%len(c.spec.Patterns)])
	if rng.IntN(8) == 0 {
		word ^= 1 << rng.IntN(c.spec.Options.InsnWidth)
	}
	return word
}

// chunk asks both about words.
func (c *qemuDecoder) chunk(t *testing.T, words []uint64, refuse uint32) {
	head := [2]uint32{uint32(len(words)), refuse}
	require.NoError(t, binary.Write(c.in, binary.NativeEndian, head))
	require.NoError(t, binary.Write(c.in, binary.NativeEndian, words))
	require.NoError(t, c.in.Flush())
	accept := c.accept(refuse)
	for _, word := range words {
		p := c.spec.Decode(word, accept)
		if p != nil {
			c.hits[p.Index]++
		}
		c.answer(t, word, p)
	}
}

// answer reads what the C decoder makes of a word, and wants it to be pattern p with its arguments.
func (c *qemuDecoder) answer(t *testing.T, word uint64, p *Pattern) {
	head := c.read(t, 8)
	number, loaded := int32(binary.NativeEndian.Uint32(head)), int(binary.NativeEndian.Uint32(head[4:]))
	name, width, theirs := "", 0, ""
	if p != nil {
		name, width = p.Name, p.Width
	}
	if number >= 0 {
		theirs = c.names[number]
	}
	if name != theirs || number >= 0 && c.spec.Options.VarInsnWidth && loaded != width {
		t.Fatalf("%#x: %s of %d bits, and QEMU says %s of %d", word, name, width, theirs, loaded)
	}
	if p == nil {
		return
	}
	c.args = p.Extract(word, c.args[:0])
	args := c.read(t, 8*len(c.args))
	for i, a := range p.ArgSet.Args {
		convert := plainTypes[a.Type]
		if convert == nil {
			convert = plainTypes["int"]
		}
		if got := int64(binary.NativeEndian.Uint64(args[8*i:])); got != convert(c.args[i]) {
			t.Fatalf("%#x: %s: %s is %d, and QEMU says %d", word, name, a.Name, convert(c.args[i]), got)
		}
	}
}

func (c *qemuDecoder) read(t *testing.T, n int) []byte {
	buf := c.buf[:n]
	if _, err := io.ReadFull(c.out, buf); err != nil {
		t.Fatal(err)
	}
	return buf
}
