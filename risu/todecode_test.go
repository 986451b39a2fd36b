package risu

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exactFiles convert without loss.
var exactFiles = []string{"a32.risu", "thumb.risu"}

func testdata(name string) string { return filepath.Join("testdata", name) }

// TestConvertedFilesAgreeWithPerl also sees to it that both answers occur for every block.
func TestConvertedFilesAgreeWithPerl(t *testing.T) {
	for _, name := range exactFiles {
		f := parseFile(t, testdata(name))
		c := convert(t, f, Options{})
		n := compareWithPerl(t, f, c, 2000)
		t.Logf("%s: %+v", name, n)
		assert.Zero(t, n.unsure)
		assert.Greater(t, n.accepted, n.words/10)
		assert.Less(t, n.accepted, n.words)
	}
}

// TestAcceptsAndConvertedAgree needs no Perl.
func TestAcceptsAndConvertedAgree(t *testing.T) {
	rng := seeded(t)
	for _, name := range exactFiles {
		f := parseFile(t, testdata(name))
		c := convert(t, f, Options{})
		for i, p := range f.Patterns {
			taken := 0
			for _, w := range sampleWords(rng, p, 3000) {
				want, err := f.Accepts(p, w)
				require.NoError(t, err)
				require.Equal(t, want, c.takes(c.patterns[i], c.word(p, w)), "%s 0x%x", p.FullName(), w)
				if want {
					taken++
				}
			}
			assert.NotZero(t, taken, p.FullName())
		}
	}
}

// TestFirstPatternWins: a word is decoded as the first pattern in the .risu file that accepts it.
func TestFirstPatternWins(t *testing.T) {
	rng := seeded(t)
	for _, name := range exactFiles {
		f := parseFile(t, testdata(name))
		c := convert(t, f, Options{})
		for _, p := range f.Patterns {
			for _, w := range sampleWords(rng, p, 300) {
				var want string
				for i, q := range f.Patterns {
					if ok, _ := f.Accepts(q, w); ok && q.Width == p.Width {
						want = c.patterns[i].Name
						break
					}
				}
				got := ""
				if d := c.spec.Decode(c.word(p, w), c.accept); d != nil && d.Width == p.Width {
					got = d.Name
				}
				require.Equal(t, want, got, "0x%x", w)
			}
		}
	}
}

func TestConvertedText(t *testing.T) {
	f := parseText(t, `.mode arm.aarch64
# loads
@Load,v8.2
LDR imm 11 size:2 11100100 idx:2 imm:7 0 rn:5 rt:5 { $rn != 31 && $rn != $rt && ($size || !$idx); } \
  !memory { align(1 << $size); reg_plus_imm($rn, $idx == 1 ? 0 : sextract($imm, 7) * 8, $rt); }
#!no block
LDR any 11 if:6 in:24 !memory { reg($if) }
@
B A1 0 x:31
`)
	text, losses, err := ToDecode(f, Options{})
	require.NoError(t, err)
	assert.Empty(t, losses)
	assert.Equal(t, `# Converted from RISU's t.risu, .mode arm.aarch64

{
  # loads
  LDR_imm          11 size:2 11100100 idx:2 imm:7 0 rn:5 rt:5
  #! groups { Load, v8_2; }
  #! constraints { rn != 31; rn != rt; size || !idx; }
  #! operands { rn: in gpr; rt: out gpr; }
  #! memory { size(256); align(1 << size); reg_plus_imm(rn, idx == 1 ? 0 : sextract(imm, 0, 7) * 8); }
  # !no block
  LDR_any          11 if_2:6 in_2:24
  #! groups { Load, v8_2; }
  #! operands { if_2: in gpr; }
  #! memory { size(256); align(16); reg(if_2); }
}
B_A1             0 x:31
`, string(text))
}

func TestLosses(t *testing.T) {
	f := parseFile(t, testdata("lossy.risu"))
	const want = `lossy.risu:3:1: MOVE M68000: its length of 16 bits, since it overlaps a pattern of 32
lossy.risu:6:39: DIV M68000: code emitted by write_mov_di before the instruction
lossy.risu:7:39: RAND M68000: its constraints, so that it accepts more words: rand has no counterpart
lossy.risu:7:49: RAND M68000: a statement with rand before the instruction
lossy.risu:8:43: FRAC M68000: its constraints, so that it accepts more words: Perl divides with fractions; only int(a / b) has a counterpart
lossy.risu:9:37: POST M68000: !post, code after the instruction
lossy.risu:9:69: POST M68000: code emitted by set in !memory
lossy.risu:10:55: BASE M68000: !memory: a register of the address is no field`
	_, losses, err := ToDecode(f, Options{})
	require.Error(t, err)
	for _, l := range losses {
		assert.Contains(t, err.Error(), l.Pos.String()+": cannot be converted: "+l.What)
	}
	text, again, err := ToDecode(f, Options{Lossy: true})
	require.NoError(t, err)
	assert.Equal(t, losses, again)
	load(t, string(text), f.DecodeOptions())
	assert.Equal(t, want, lossText(losses))
}

func TestNoModeIsAnError(t *testing.T) {
	_, _, err := ToDecode(parseText(t, "A B 0 x:31\n"), Options{Lossy: true})
	assert.EqualError(t, err, "t.risu:1:1: no .mode says what the patterns are for")
}

// TestQEMUReadsConvertedFiles runs QEMU's own script.
func TestQEMUReadsConvertedFiles(t *testing.T) {
	script := filepath.Join(tree(t, qemuTree), "scripts", "decodetree.py")
	python := needTool(t, "python3")
	files := []string{testdata("a32.risu"), testdata("thumb.risu"), testdata("lossy.risu")}
	if dir := os.Getenv(risuTree); dir != "" {
		more, err := filepath.Glob(filepath.Join(dir, "*.risu"))
		require.NoError(t, err)
		files = append(files, more...)
	}
	for _, file := range files {
		f := parseFile(t, file)
		text, _, err := ToDecode(f, Options{Lossy: true})
		require.NoError(t, err)
		out := filepath.Join(t.TempDir(), "x.decode")
		require.NoError(t, os.WriteFile(out, text, 0o600))
		args := []string{script, out}
		switch opt := f.DecodeOptions(); {
		case opt.VarInsnWidth:
			args = append(args, "--varinsnwidth=32")
		case opt.InsnWidth == 16:
			args = append(args, "--insnwidth=16")
		}
		report, err := exec.Command(python, args...).CombinedOutput()
		assert.NoError(t, err, "%s: %.500s", file, report)
	}
}

// TestDoublingEnds: expressions whose translation uses an operand twice, nested.
func TestDoublingEnds(t *testing.T) {
	for _, shape := range [][2]string{{"sextract(", ", 3)"}, {"(", "|| 5) + 1"}, {"ctz(", ")"}, {"is_pow_of_2(", ") + 7"}} {
		block := strings.Repeat(shape[0], 60) + "$x" + strings.Repeat(shape[1], 60)
		_, _, err := ToDecode(parseText(t, ".mode arm\nA B 0 x:31 { "+block+" }\n"), Options{})
		if err != nil {
			assert.Contains(t, err.Error(), "large")
		}
	}
	sum := strings.Repeat("$x += $x; ", 60)
	_, _, err := ToDecode(parseText(t, ".mode arm\nA B 0 x:31 { "+sum+" }\n"), Options{})
	assert.ErrorContains(t, err, "has more than 4096 parts")
}
