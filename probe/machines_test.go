package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/random"
)

// machine is one that tests probe on: with an instruction that names no register that matters.
type machine struct {
	arch    arch.Arch
	config  arch.Config
	nothing string
}

var (
	p5600   = machine{mips.New(), arch.Config{CPU: "P5600"}, "SLL rd=0 rt=0 sa=1"}
	dsp     = machine{mips.New(), arch.Config{CPU: "74Kf"}, "SLL rd=0 rt=0 sa=1"}
	n64     = machine{mips.New(), arch.Config{CPU: "mips64dspr2", ABI: "n64", Order: "big"}, "SLL rd=0 rt=0 sa=1"}
	a64     = machine{arm.New(), arch.Config{CPU: "cortex-a76"}, "ADD_shift rd=31 rn=31 rm=31"}
	a64big  = machine{arm.New(), arch.Config{CPU: "max", ABI: "lp64", Order: "big"}, "ADD_shift rd=31 rn=31 rm=31"}
	a32     = machine{arm.New(), arch.Config{CPU: "cortex-a15", ABI: "eabi"}, "0xe1a00000"}
	thumb   = machine{arm.New(), arch.Config{CPU: "cortex-a15", ABI: "thumb"}, "0xbf00"}
	old     = machine{arm.New(), arch.Config{CPU: "arm1176", ABI: "eabi"}, "0xe1a00000"}
	n32     = machine{mips.New(), arch.Config{CPU: "I6400", ABI: "n32"}, "SLL rd=0 rt=0 sa=1"}
	allKind = []machine{p5600, dsp, n64, n32, a64, a64big, a32, thumb, old}
)

func (m *machine) name() string {
	return strings.Join([]string{m.config.CPU, m.config.ABI, m.config.Order}, "-")
}

func (m *machine) prober(t testing.TB) *Prober {
	made, err := m.arch.Machine(m.config)
	require.NoError(t, err)
	return New(made, false)
}

// emulator is the command that runs a machine's images.
func (m *machine) emulator(t testing.TB, p *Prober) string {
	c := p.m.Config()
	for _, cpu := range m.arch.CPUs() {
		if cpu.Name == c.CPU {
			v, _ := cpu.Variant(c.ABI, c.Order)
			return v.Emulator
		}
	}
	require.Fail(t, "no emulator", c.CPU)
	return ""
}

// TestEveryNameCanBeSet gives the place of each name of each machine a value, alone, and finds it there when the round begins;
// states one that images begin rounds with.
func TestEveryNameCanBeSet(t *testing.T) {
	for _, m := range allKind {
		t.Run(m.name(), func(t *testing.T) {
			p := m.prober(t)
			rng := random.New(1, 2)
			names, refused := 0, 0
			var cases []*Case
			for _, name := range slices.Sorted(mapKeys(p.Names.byName)) {
				c := toyCase(t, p, m.nothing)
				place, err := p.Names.lookup(name)
				require.NoError(t, err)
				value := randomValue(rng, p, place)
				require.NoError(t, p.Set(c, "$"+strings.ToUpper(name), "0x"+hexOf(value)), name)
				if _, err := p.prepareCase(c); err != nil {
					refused++
					require.Regexp(t, "reads as zero|leave .* alone|where the stack of images' signals", err.Error())
					continue
				}
				names++
				cases = append(cases, c)
			}
			for chunk := range slices.Chunk(cases, MaxBatch) {
				b, err := p.Build(chunk, "test")
				require.NoError(t, err)
				for i, c := range chunk {
					for _, place := range c.In.places() {
						assert.Equal(t, hexOf(c.In.cells[place].bytes), hexOf(b.before(i, place)), "%s", c.inNames)
					}
				}
			}
			assert.Greater(t, names, 30)
			assert.LessOrEqual(t, refused, 10, "registers that are no operands, under all their names")
		})
	}
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// randomValue is a value for a place: of a state one that a round may begin with.
func randomValue(rng *random.Rand, p *Prober, place place) []byte {
	var out []byte
	for _, part := range place.parts {
		_, size := p.l.Span(part.Place)
		whole := make([]byte, size)
		for i := range whole {
			whole[i] = byte(rng.Uint32())
		}
		if part.Place.Kind == arch.StatePlace {
			window := p.states.window()
			for i := range window {
				window[i] = byte(rng.Uint32())
			}
			v := p.states.value(int(part.Place.Num), rng.Uint32N(p.states.period), false, window)
			for i := range whole {
				whole[i] = byte(v >> (8 * i))
			}
		}
		out = append(out, whole[part.First:part.First+part.Size]...)
	}
	return out
}

// TestStatesBeginAsAsked draws what all states begin with in some round, asks for these values, and gets them.
func TestStatesBeginAsAsked(t *testing.T) {
	for _, m := range allKind {
		p := m.prober(t)
		rng := random.New(3, 4)
		for range 50 {
			window := p.states.window()
			for i := range window {
				window[i] = byte(rng.Uint32())
			}
			want, phase := map[int]uint64{}, rng.Uint32N(p.states.period)
			for s := range p.l.States {
				if rng.IntN(3) > 0 {
					want[s] = p.states.value(s, phase, false, window)
				}
			}
			b, err := p.states.begin(want)
			require.NoError(t, err, "%s: %x", m.name(), want)
			got := p.states.window()
			b.put(got)
			for s, v := range want {
				require.Equal(t, v, p.states.value(s, b.phase, b.traps, got), p.l.States[s].Name)
			}
		}
	}
}

func TestStatesThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		m    machine
		set  []string
		want string
	}{
		{p5600, []string{"msacsr=0x7c"}, "msacsr cannot begin with 0x0000007c: its bits 0x7c are clear at the start of every round of an image, " +
			"which clears flags that stay set so that their setting is seen; let an instruction before it in a sequence set them: CTCMSA"},
		{p5600, []string{"fcsr=0x000c007c"}, "before it in a sequence set them: CTC1"},
		{p5600, []string{"fcsr=1"}, "fcsr cannot begin with 0x00000001: its bits 0xc0000 are always set"},
		{p5600, []string{"msacsr=1", "fcsr=0x000c0002"}, "fcsr and msacsr cannot have these values at once"},
		{dsp, []string{"dspcontrol=0x10000"}, "dspcontrol cannot begin with 0x00010000: its bits 0x10000 are clear"},
		{dsp, []string{"dspcontrol=0x10000"}, "set them: WRDSP"},
		{a64, []string{"fpsr=0x08000000"}, "set them: MSR_FPSR"},
		{a32, []string{"fpscr=0x08000000"}, "set them: VMSR"},
		{thumb, []string{"q=0x08000000"}, "set them: MSR_reg"},
		{n64, []string{"hi1=0x100000000"}, "hi1 cannot begin with 0x0000000100000000: no round of an image begins with this combination"},
		{a64, []string{"nzcv=1"}, "nzcv cannot begin with 0x00000001: its bits 0x1 are clear at the start of every round of an image"},
		{a32, []string{"q=0x08000000"}, "q cannot begin with 0x08000000: its bits 0x8000000 are clear"},
		{a32, []string{"q=0x08000000"}, "set them: MSR_reg"},
	} {
		p := c.m.prober(t)
		_, err := p.Build([]*Case{toyCase(t, p, c.m.nothing, c.set...)}, "test")
		require.ErrorContains(t, err, c.want)
	}
}

// TestWordsOfAllPatterns: each word that is drawn is found again by its pattern's name and its arguments.
func TestWordsOfAllPatterns(t *testing.T) {
	for _, m := range allKind {
		p := m.prober(t)
		rng := random.New(5, 6)
		asked := 0
		for _, in := range p.m.Set().Patterns() {
			for range 5 {
				word, ok := in.DrawAny(rng)
				if !ok || !in.Legal(word) || word&in.Pattern.UndefMask != 0 {
					continue
				}
				text := textOf(in.Pattern, word)
				got, notes, err := Words(p.m, p.Names, text)
				require.NoError(t, err, text)
				require.Len(t, got, 1)
				assert.Empty(t, notes)
				asked++
				same := p.decode(got[0].Word)
				assert.True(t, got[0].Word == word || same != nil && textOf(same.Pattern, got[0].Word) == text,
					"%s: %#x, %s gives %#x", m.name(), word, text, got[0].Word)
			}
		}
		assert.Greater(t, asked, 100)
	}
}

func textOf(p *decodetree.Pattern, word uint64) string {
	text := p.Name
	for i, v := range p.Extract(word, nil) {
		text += fmt.Sprintf(" %s=%d", p.Args[i].Name, v)
	}
	return text
}

func TestBadWords(t *testing.T) {
	p := p5600.prober(t)
	for text, want := range map[string]string{
		"":                                 "column 1: an instruction is missing",
		"ADDU rd=1;":                       "column 11: an instruction is missing",
		"NOSUCH":                           `column 1: "NOSUCH" is no pattern of this CPU (risugen list`,
		"ADDS df=1":                        `"ADDS" is no pattern of this CPU; there are ADDS_A, ADDS_S, ADDS_U`,
		"CRC32B rd=1":                      `"CRC32B" is no pattern of this CPU`,
		"ADDU rd=1 rz=2":                   `column 11: ADDU has no argument "rz": its arguments are rd, rs, rt`,
		"ADDU rd=32":                       "column 6: ADDU: argument rd = 32 does not fit 5 bits unsigned",
		"ADDU rd=-1":                       "column 6: ADDU: argument rd = -1 does not fit 5 bits unsigned",
		"ADDU rd=x":                        `column 6: "x" is no value for argument rd`,
		"ADDU rd":                          `column 6: "" is no value for argument rd`,
		"ADDU rd=1 rd=2":                   "column 11: argument rd is given twice",
		"ADDU rd=99999999999999999999":     "is no value for argument rd",
		"rd=1":                             `"rd=1" stands where a pattern's name must`,
		"0x":                               `"0x" is no instruction word of 32 bits`,
		"0x123456789":                      "is no instruction word of 32 bits",
		"0x11111111111111111":              "is no instruction word of 32 bits",
		"0x78 rd=1":                        `column 6: "rd" follows a word, which has no arguments`,
		strings.Repeat("ADDU;", 70):        "more than 64 instructions",
		"SAT_S df=1 m=16":                  "SAT_S: argument df = 1 must be 0",
		"ADDU rd=1 ; ADDU rd=1 rs=1 rt=77": "column 28: ADDU: argument rt = 77",
	} {
		_, _, err := Words(p.m, p.Names, text)
		require.ErrorContains(t, err, want, text)
	}
	p = (&machine{mips.New(), arch.Config{CPU: "4Kc"}, ""}).prober(t)
	_, _, err := Words(p.m, p.Names, "SEB rd=1 rt=2")
	require.ErrorContains(t, err, "column 1: this CPU lacks SEB (mips32r5.decode:")
	_, _, err = Words(thumb.prober(t).m, p.Names, "0x123456789")
	require.ErrorContains(t, err, "is no instruction word of 32 bits")
}

// TestConditionsLeftOut: an instruction of A32 that is written without a condition is always executed. In others a field of that name
// is what zeros stand for.
func TestConditionsLeftOut(t *testing.T) {
	for _, c := range []struct {
		m          machine
		text, note string
		want       uint64
	}{
		{a32, "ADD_reg rd=1 rn=2 rm=3", "ADD_reg: taken for what is left out: cond=14 s=0 imm5=0 shift=0", 0xe0821003},
		{a32, "ADD_reg rd=1 rn=2 rm=3 cond=0", "ADD_reg: taken for what is left out: s=0 imm5=0 shift=0", 0x00821003},
		{a32, "ADD_reg cond=1 rd=1 rn=2 rm=3 s=0 imm5=0 shift=0", "", 0x10821003},
		{a64, "CSEL sf=0 rd=1 rn=2 rm=3", "CSEL: taken for what is left out: cond=0", 0x1a830041},
	} {
		p := c.m.prober(t)
		words, notes, err := Words(p.m, p.Names, c.text)
		require.NoError(t, err)
		require.Equal(t, c.want, words[0].Word, c.text)
		require.Equal(t, c.note, strings.Join(notes, "\n"))
	}
	p := a32.prober(t)
	_, _, err := Words(p.m, p.Names, "ADD_reg cond=16 rd=1")
	require.ErrorContains(t, err, "column 9: ADD_reg: argument cond = 16 does not fit")
}

func TestWords(t *testing.T) {
	p := p5600.prober(t)
	for text, want := range map[string]uint64{
		"ADDS_S df=1 wd=1 ws=2 wt=3":            0x79231050,
		"adds_s df=0x1 wd=w1 ws=$w2 wt=3":       0x79231050,
		"  0x7923_1050  ":                       0x79231050,
		"ADDIU rt=v0 rs=sp imm=-16":             0x27a2fff0,
		"SAT_S df=2 wd=1 ws=2 m=31":             0x785f104a,
		"SAT_S df=2 wd=1 ws=2 m=31 ; ADDU":      0x785f104a,
		"ADDU   rd=1 \t rs=2     rt=3         ": 0x00430821,
	} {
		got, _, err := Words(p.m, p.Names, text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got[0].Word, text)
	}
	th := thumb.prober(t)
	got, _, err := Words(th.m, th.Names, "0xbf08; 0x3305; 0xf103_0305")
	require.NoError(t, err)
	assert.Equal(t, []arch.Given{{Word: 0xbf08, Size: 2}, {Word: 0x3305, Size: 2, Offset: 2}, {Word: 0xf1030305, Size: 4, Offset: 4}}, got)
}

// FuzzWords: whatever stands there, reading it ends in words or in an error, which says where.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"ADDS_S df=1 wd=1 ws=2 wt=3", "0x78;0x", "ADDIU imm=-1", "SAT_S m=3; ;", "a=b", "IT firstcond=0 mask=8"} {
		f.Add(s)
	}
	probers := []*Prober{p5600.prober(f), thumb.prober(f)}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range probers {
			words, _, err := Words(p.m, p.Names, text)
			if (err == nil) != (len(words) > 0) {
				t.Fatalf("%q: %d words and %v", text, len(words), err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "column ") && !strings.HasPrefix(err.Error(), "there are more") {
				t.Fatalf("%q: %v", text, err)
			}
		}
	})
}

// FuzzCases: whatever a file of cases holds, reading it ends in cases or in an error.
func FuzzCases(f *testing.F) {
	f.Add(toyCases)
	f.Add(`{"insn": "ADD", "in": {"r1": "1", "r1": "2"}}`)
	f.Add(`{"word": "0x01", "out": {"mem+4": "00", "v1": "w:1"}, "fault": "SIGILL"}`)
	p := toyProber(f, "big", false)
	f.Fuzz(func(t *testing.T, text string) {
		cases, err := p.ReadCases("f", strings.NewReader(text), true)
		if err == nil && len(cases) == 0 {
			t.Fatal("neither cases nor an error")
		}
		if err != nil || len(cases) > MaxBatch {
			return
		}
		if b, err := p.Build(cases, "test"); err == nil && len(b.Image.Program.Blocks) != len(cases) {
			t.Fatal("cases without a block")
		}
	})
}
