package main

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

const testSource = "../../testdata/test_mips.s"

// codeVariant is a CPU, how the smoke test is assembled for it, and about how many patterns it then holds.
type codeVariant struct {
	cpu      string
	as       string // beside the byte order
	patterns int
}

// codeVariants are those that the head of the source lists.
func codeVariants(t *testing.T) []codeVariant {
	least := map[string]int{
		"24Kc": 90, "24Kf": 165, "74Kf": 320, "P5600": 400, "mips32r6-generic": 180, "5KEc": 130, "MIPS64R2-generic": 265,
		"I6400": 450, "Loongson-2F": 250, "Loongson-3A4000": 560,
	}
	src, err := os.ReadFile(testSource)
	require.NoError(t, err)
	var out []codeVariant
	for _, m := range regexp.MustCompile(`(?m)^#   (\S+) +(-m.*)$`).FindAllStringSubmatch(string(src), -1) {
		if n := least[m[1]]; n > 0 {
			out = append(out, codeVariant{m[1], m[2], n})
		}
	}
	require.Len(t, out, len(least))
	return out
}

// assemble makes an object file of source text.
func assemble(t *testing.T, order, source string, options ...string) string {
	t.Helper()
	return assembleBy(t, "mips-linux-gnu-as", order, source, options...)
}

// assembleBy makes an object file of source text by an assembler.
func assembleBy(t *testing.T, assembler, order, source string, options ...string) string {
	t.Helper()
	object := filepath.Join(t.TempDir(), "test.o")
	flag := map[string]string{"little": "-EL", "big": "-EB"}[order]
	as := exec.Command(needtool.Path(t, assembler), append(options, flag, "-o", object)...)
	as.Stdin = strings.NewReader(source)
	out, err := as.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Empty(t, string(out), "the assembler warns")
	return object
}

// smokeTest makes an object file of the smoke test.
func smokeTest(t *testing.T, v codeVariant, order string) string {
	t.Helper()
	src, err := os.ReadFile(testSource)
	require.NoError(t, err)
	return assemble(t, order, string(src), strings.Fields(v.as)...)
}

// codeReport is what the tests need of a report.
type codeReport struct {
	Patterns, Covered, Instructions int
	Uncovered                       []string
	MismatchList                    []struct {
		Kind, Pattern, Text string
		Candidates          []string
	} `json:"mismatch_list"`
}

// TestSmokeTestIsClean: all that the file has of a CPU is run and agrees, in both byte orders.
func TestSmokeTestIsClean(t *testing.T) {
	needtool.Slow(t)
	for _, v := range codeVariants(t) {
		for _, order := range []string{"little", "big"} {
			t.Run(v.cpu+"-"+order, func(t *testing.T) {
				t.Parallel()
				r := command("", "check", "--cpu", v.cpu, "--order", order, "--code", smokeTest(t, v, order), "--rounds", "16", "--seed", "1", "--json")
				require.Empty(t, r.err)
				require.Zero(t, r.code, r.out)
				var report codeReport
				require.NoError(t, json.Unmarshal([]byte(r.out), &report))
				assert.Empty(t, report.Uncovered)
				assert.Equal(t, report.Patterns, report.Covered)
				assert.GreaterOrEqual(t, report.Patterns, v.patterns)
				t.Logf("%d instructions of %d patterns", report.Instructions, report.Patterns)
			})
		}
	}
}

// TestSmokeTestDiffers runs release 2 on a CPU of release 1: what is named is new in release 2, and each such
// instruction is named.
func TestSmokeTestDiffers(t *testing.T) {
	needtool.Slow(t)
	i := slices.IndexFunc(codeVariants(t), func(v codeVariant) bool { return v.cpu == "24Kc" })
	object := smokeTest(t, codeVariants(t)[i], "little")
	r := command("", "check", "--cpu", "24Kc", "--code", object, "--seed", "1", "--block", "1", "--apprentice", "qemu-mipsel -cpu 4Kc", "--json")
	require.Equal(t, 1, r.code, r.err)
	var report codeReport
	require.NoError(t, json.Unmarshal([]byte(r.out), &report))
	var named []string
	for _, m := range report.MismatchList {
		named = append(named, m.Pattern)
	}
	slices.Sort(named)
	assert.Equal(t, []string{"EXT", "INS", "ROTR", "ROTRV", "SEB", "SEH", "WSBH"}, slices.Compact(named))
}

// TestCodeOfAFile: flat words and an object file make one image, also by standard input, and what the file holds is
// listed.
func TestCodeOfAFile(t *testing.T) {
	dir := t.TempDir()
	var flat []byte
	for _, w := range []uint32{0x00a62021, 0x8ca70010, 0x10a4fff0, 0} { // addu; lw $7,16($5); beq $5,$4; nop
		flat = binary.BigEndian.AppendUint32(flat, w)
	}
	file, img := filepath.Join(dir, "words.bin"), filepath.Join(dir, "words.img")
	require.NoError(t, os.WriteFile(file, flat, 0o600))
	args := []string{"gen", "--cpu", "24Kf", "--order", "big", "--seed", "5", "-o"}
	r := command("", append(args, img, "--code", file)...)
	require.Zero(t, r.code, r.err)
	assert.Contains(t, r.out, "4 instructions of 4 patterns in 1 blocks")
	made, err := os.ReadFile(img)
	require.NoError(t, err)
	r = command(string(flat), append(args, "-", "--code", "-")...)
	require.Zero(t, r.code, r.err)
	assert.Equal(t, string(made), r.out)
	r = command("", "list", img)
	var tests []string
	for _, line := range strings.Split(r.out, "\n") {
		if f := strings.Fields(line); len(f) > 6 && f[4] == "test" {
			tests = append(tests, f[3]+" "+f[5]+" "+f[6])
		}
	}
	require.Len(t, tests, 4)
	assert.Equal(t, []string{"0x00a62021 ADDU addu", "0x8ca70010 LW lw"}, tests[:2])
	assert.Regexp(t, `^0x10a4.... BEQ beq$`, tests[2])
	assert.NotEqual(t, "0x10a4fff0 BEQ beq", tests[2], "a branch is aimed")
	assert.Equal(t, "0x00000000 SLL sll", tests[3])
}

// TestCodeThatCannotRun: each word is named with its place and why, and --code-skip counts them.
func TestCodeThatCannotRun(t *testing.T) {
	object := assemble(t, "little", `
		.set noreorder
		.set noat
		addu $4, $5, $6
		lui $4, %hi(f)
		sync
		lw $5, 0($0)
		.word 0xffffffff
		seb $4, $5
		addu $4, $5, $6
		ext $4, $5, 0, 1
		.word 0x7ca5ff80
		move $27, $4
		jal f
		nop
`, "-mips32r2")
	lines := []string{
		`+0x4: word 0x3c040000, lui $4,0x0: a relocation says that a linker is to change it`,
		`+0x8: word 0x0000000f, sync: SYNC (AT) is no instruction that images hold: it is of the group system`,
		`+0xc: word 0x8c050000, lw $5,0($0): AT: no address can be put into operand base`,
		`+0x10: word 0xffffffff: it is no instruction of this CPU`,
		`+0x20: word 0x7ca5ff80, ext $5,$5,0x1e,0x20: AT: the word is unpredictable`,
		`+0x24: word 0x0080d825, or $27,$4,$0: AT: images do not use $27`,
	}
	var want strings.Builder
	for _, line := range lines {
		want.WriteString(object + ": .text" + line + "\n")
	}
	want.WriteString("--code-skip leaves such words out\n")
	r := command("", "gen", "--cpu", "24Kc", "--code", object, "-o", filepath.Join(t.TempDir(), "x.img"))
	require.Equal(t, 2, r.code)
	at := regexp.MustCompile(`mips32r5\.decode:\d+:\d+`) // the description may grow
	assert.Equal(t, "risugen: "+want.String(), at.ReplaceAllString(r.err, "AT"))
	r = command("", "gen", "--cpu", "24Kc", "--code", object, "--code-skip", "-o", filepath.Join(t.TempDir(), "x.img"))
	require.Zero(t, r.code, r.err)
	assert.Equal(t, "note: 6 of 12 words are left out\nnote:   1 are no instruction that the CPU has\nnote:   1 are still to be changed by a linker\n"+
		"note:   1 are of patterns that images do not hold\nnote:   1 are reserved or unpredictable\nnote:   2 cannot be given what they need\n", r.err)
	assert.Contains(t, r.out, "6 instructions")
	r = command("", "gen", "--cpu", "4Kc", "--code", object, "-o", filepath.Join(t.TempDir(), "x.img"))
	assert.Contains(t, r.err, ".text+0x14: word 0x7c052420: it is no instruction of this CPU, which lacks SEB (mips32r5.decode:")
	r = command("", "gen", "--cpu", "24Kc", "--code", object, "--code-skip", "--json", "-o", filepath.Join(t.TempDir(), "x.img"))
	assert.Contains(t, r.out, `"left_out":{"are`)
}

// TestUnpredictableCode: the statement that a word breaks is named.
func TestUnpredictableCode(t *testing.T) {
	word := binary.LittleEndian.AppendUint32(nil, 0x7ca4f7c4) // ins $4,$5,31,0: ends before it begins
	r := command(string(word), "gen", "--cpu", "24Kc", "--code", "-", "-o", filepath.Join(t.TempDir(), "x.img"))
	require.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "standard input+0x0: word 0x7ca4f7c4, ins ")
	assert.Contains(t, r.err, ": mips32r5.decode:")
	assert.Contains(t, r.err, ": the word is unpredictable")
}

func TestCodeFlags(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		return filepath.Join(dir, name)
	}
	flat := file("flat", "\x21\x20\xa6\x00")
	for _, c := range []struct {
		want string
		args []string
	}{
		{"no such file", []string{"--code", filepath.Join(dir, "absent")}},
		{"is a directory", []string{"--code", dir}},
		{"it holds no words", []string{"--code", file("empty", "")}},
		{"the word at offset 0x4 is cut off: 3 of its 4 bytes are there", []string{"--code", file("cut", "\x21\x20\xa6\x00abc")}},
		{"a damaged ELF file", []string{"--code", file("elf", "\x7fELF nonsense")}},
		{"it is no ELF file", []string{"--code", flat, "--code-section", ".text"}},
		{"--numinsns chooses among random instructions", []string{"--code", flat, "-n", "5"}},
		{"--pattern chooses among", []string{"--code", flat, "--pattern", "ADDU"}},
		{"--not-pattern chooses among", []string{"--code", flat, "--not-pattern", "ADDU"}},
		{"--edges chooses among", []string{"--code", flat, "--edges", "0"}},
		{"--reserved chooses among", []string{"--code", flat, "--reserved", "5"}},
		{"--fp-traps chooses among", []string{"--code", flat, "--fp-traps", "1"}},
		{"--code-skip is of no use without --code", []string{"--code-skip"}},
		{"--code-section is of no use without --code", []string{"--code-section", "x"}},
		{"there is no word that can be run", []string{"--code", file("none", "\xff\xff\xff\xff"), "--code-skip"}},
		{"number of rounds 0 is out of range", []string{"--code", flat, "--rounds", "0"}},
	} {
		r := command("", append([]string{"gen", "--cpu", "4Kc"}, c.args...)...)
		assert.Equal(t, 2, r.code, c.args)
		assert.Contains(t, r.err, c.want, c.args)
	}
	r := command("", "check", "--cpu", "4Kc", "--code", flat, "-n", "5")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "--numinsns chooses")
}
