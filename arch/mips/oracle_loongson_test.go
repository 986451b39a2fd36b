package mips

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/risugen/risugen/internal/needtool"
)

// TestBinutilsAgreesOnLoongson is about what Loongson's CPUs add. binutils tells their generations apart, and
// so do the dialects: one word has several names, or is several instructions.
func TestBinutilsAgreesOnLoongson(t *testing.T) {
	for _, d := range loongsons {
		d.check(t)
	}
}

var loongsons = []dialect{
	{
		name: "loongson2e", files: []string{"loongson2.decode", "lmmi.decode"},
		features: []string{"loongson2e", "lfp", "lmmi", "fpu", "fr1", "ps"},
		objdump:  "mips:loongson_2e", as: []string{"-march=loongson2e", "-mabi=64"},
	},
	{
		name: "loongson2f", files: []string{"loongson2.decode", "lmmi.decode"},
		features: []string{"loongson2f", "lfp", "lmmi", "fpu", "fr1", "ps"},
		objdump:  "mips:loongson_2f", options: "loongson-mmi",
		as: []string{"-march=loongson2f", "-mabi=64", "-mloongson-mmi"},
	},
	{
		name: "gs464", files: []string{"loongson2.decode", "lmmi.decode", "loongson3a.decode"},
		features: []string{"loongson3a", "lbound", "lmmi", "lcam", "fpu", "fr1"},
		objdump:  "mips:gs464", options: "loongson-mmi,loongson-ext,loongson-cam",
		as: []string{"-march=gs464", "-mabi=64", "-mloongson-mmi", "-mloongson-ext", "-mloongson-cam"},
	},
	{
		name: "gs464e", files: []string{"loongson2.decode", "lmmi.decode", "loongson3a.decode"},
		features: []string{"loongson3a", "lbound", "lext2", "lmmi", "lcam", "fpu", "fr1"},
		objdump:  "mips:gs464e", options: "loongson-mmi,loongson-ext,loongson-ext2,loongson-cam",
		as: []string{"-march=gs464e", "-mabi=64", "-mloongson-mmi", "-mloongson-ext", "-mloongson-ext2", "-mloongson-cam"},
	},
	{
		name: "gs264e", files: []string{"loongson2.decode", "lmmi.decode", "loongson3a.decode"},
		features: []string{"loongson3a", "lbound", "lext2", "lmmi", "lcam", "fpu", "fr1"},
		objdump:  "mips:gs264e", options: "loongson-mmi,loongson-ext,loongson-ext2,loongson-cam",
		as: []string{"-march=gs264e", "-mabi=64", "-mloongson-mmi", "-mloongson-ext", "-mloongson-ext2", "-mloongson-cam"},
	},
}

// loongsonBases are the architecture levels that the CPUs add to; the other CPUs' instructions are among
// those of GS464E.
var loongsonBases = map[string]string{"loongson2e": "mips:4000", "loongson2f": "mips:4000", "gs464e": "mips:isa64r2"}

// pairedSingle is what objdump knows for Loongson-2F and not for other MIPS III CPUs, and what is no
// instruction of Loongson's own: the FPU's arithmetic on pairs.
var pairedSingle = regexp.MustCompile(`^(add|sub|mul|abs|neg|mov|c\.[a-z]+)\.ps `)

// noName is how objdump prints a word that it knows no instruction for; c1 and its like stand for any
// operation of a coprocessor.
var noName = regexp.MustCompile(`^(\.word|c[0-3]) `)

// TestLoongsonIsComplete goes through objdump's opcode map. What it has a name for on a CPU of Loongson's and
// not on others of the same level is in our files, under the same name; what is in our files is nothing that
// the others have.
func TestLoongsonIsComplete(t *testing.T) {
	needtool.Slow(t)
	words := loongsonWords()
	for _, d := range loongsons {
		if loongsonBases[d.name] == "" {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			set, base := d.set(t), d
			base.objdump, base.options = loongsonBases[d.name], ""
			before, after := base.dump(t, "big", words), d.dump(t, "big", words)
			ours, others := 0, 0
			for i, w := range words {
				theirs, in := after[i], set.Decode(w)
				added := theirs != before[i] && !noName.MatchString(theirs)
				switch {
				case in != nil && added:
					ours++
					text := d.normal(in.Disassemble(w, wordsAddr+uint64(4*i)))
					if !in.Legal(w) {
						text, _, _ = strings.Cut(text, " ")
						theirs, _, _ = strings.Cut(theirs, " ")
					}
					if text != theirs {
						t.Errorf("%08x: ours %q, objdump %q", w, text, theirs)
					}
				case in != nil:
					t.Errorf("%08x: ours %q, objdump %q on all CPUs", w, in.Name(), theirs)
				case added && d.name == "loongson2f" && pairedSingle.MatchString(theirs):
					others++
				case added:
					t.Errorf("%08x: objdump %q is not ours", w, theirs)
				}
			}
			t.Logf("%d words: %d of our files, %d of others", len(words), ours, others)
		})
	}
}

// loongsonWords are words of all opcodes; of those below which there are functions, words of all functions:
// each value of the upper register field with each of the lower eleven bits, the fields between zero or not.
func loongsonWords() []uint64 {
	rng := rand.New(rand.NewPCG(31, 32))
	var out []uint64
	for op := range uint64(64) {
		n := 1024
		switch op {
		case 0x00, 0x01, 0x10, 0x11, 0x12, 0x13, 0x1c, 0x1f, 0x32, 0x36, 0x3a, 0x3e:
			n = 1 << 16
		}
		for i := range n {
			between := []uint64{0, 0x1f0000, 0xf800, 0x1ff800}[rng.IntN(4)]
			out = append(out, op<<26|uint64(i>>11)<<21|uint64(i)&0x7ff|rng.Uint64()&between)
		}
	}
	return out
}
