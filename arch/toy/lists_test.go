package toy

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

func memoryOptions(seed uint64) arch.Options {
	return arch.Options{
		Seed: seed, Count: 2000, BlockLen: 10, Rounds: 2, EdgeShare: 0.3,
		Select: arch.Selection{Patterns: []string{"LW.?", "S[WH][XA]?", "LHA", "LD[PM]", "STM", "V(LD|ST)", "PUSH", "POP"}},
	}
}

// TestAccessesStayInside runs many programs of loads and stores alone: nothing faults, and a store changes
// no byte outside of its window. Base, index and destination are the same register in all combinations that
// the file allows.
func TestAccessesStayInside(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(12) {
		p := generate(t, orders[seed%2], memoryOptions(seed))
		code, err := p.Machine.Emit(p)
		require.NoError(t, err)
		in, err := NewInterpreter(p.Machine.Layout().Order)
		require.NoError(t, err)
		var before []byte
		in.Hook = func(s *Step) {
			it := &p.Blocks[s.Block].Items[s.Index]
			if it.Kind == arch.Test {
				if a := requireInside(t, p, it, s); a%4 != 0 {
					seen[p.Machine.Set().Insns[it.Insn].Name()+" misaligned within 8 bytes"]++
				}
				for w := range 4 {
					if w != int(it.Window) && len(before) > 0 {
						require.Equal(t, before[16*w:16*w+16], s.CPU.Mem[16*w:16*w+16], "window %d after word %08x", w, it.Word)
					}
				}
			}
			before = append(before[:0], s.CPU.Mem...)
		}
		for b := range p.Blocks {
			for round := range p.Rounds {
				before = before[:0]
				h, _, err := in.Round(memoryOf(code), b, round)
				require.NoError(t, err)
				require.Equal(t, arch.RecordCheck, h.Kind, "block %d round %d: signal %d at %#x", b, round, h.Signal, h.PC)
			}
			for i := range p.Blocks[b].Items {
				if it := &p.Blocks[b].Items[i]; it.Kind == arch.Test {
					count(seen, p.Machine.Set().Insns[it.Insn], it.Word)
				}
			}
		}
	}
	for _, what := range []string{"SWX base is index", "VLD base is index", "VST base is index", "SWX base is data", "LW base is destination",
		"LDM base is destination", "LDP base is destination", "LDM written back", "STM written back", "STM a whole window", "PUSH base is data", "LHA base is 13", "SWA base is 13", "SWA base 13 is index", "SWA misaligned within 8 bytes"} {
		require.NotZero(t, seen[what], what)
	}
}

// requireInside computes the address from the registers before the word and finds it in the memory block.
func requireInside(t *testing.T, p *arch.Program, it *arch.Item, s *Step) (addr uint64) {
	in := p.Machine.Set().Insns[it.Insn]
	args := in.Pattern.Extract(it.Word, nil)
	addr, ok := in.Address(it.Word, args, func(_, num int) (uint64, bool) { return uint64(s.Before.R[num]), true })
	require.True(t, ok)
	a, off := in.Access(it.Word, args), uint32(addr)-memAddr
	require.Less(t, off, uint32(64), "%s %08x", in.Name(), it.Word)
	require.LessOrEqual(t, off%16+uint32(a.Size), uint32(16), "%s %08x", in.Name(), it.Word)
	require.True(t, a.Aligned(addr))
	return addr
}

// count notes the coincidences of a word.
func count(seen map[string]int, in *constraints.Insn, word uint64) {
	args := in.Pattern.Extract(word, nil)
	a := in.Access(word, args)
	base, index := -1, -1
	for _, u := range in.Uses(nil, word, args) {
		switch u.Operand {
		case in.Memory.Base:
			base = int(u.Num)
		case in.Memory.Index:
			index = int(u.Num)
		}
	}
	if base == 13 {
		seen[in.Name()+" base is 13"]++
	}
	if base == 13 && index == 13 {
		seen[in.Name()+" base 13 is index"]++
	}
	if base == index {
		seen[in.Name()+" base is index"]++
	}
	if in.Memory.WriteBack && len(args) > 1 && args[1] == 1 {
		seen[in.Name()+" written back"]++
	}
	if a.Size == 16 {
		seen[in.Name()+" a whole window"]++
	}
	for _, u := range in.Uses(nil, word, args) {
		same := u.Kind == constraints.UseRegister && u.Class == classR && int(u.Num) == base && u.Operand != in.Memory.Base && u.Operand != in.Memory.Index
		if same && u.Role.Writes() {
			seen[in.Name()+" base is destination"]++
		} else if same {
			seen[in.Name()+" base is data"]++
		}
	}
}

// TestWordsAreUniform: in whole programs immediates that nothing restricts are uniform, and so are the
// registers of sources among those that a block offers.
func TestWordsAreUniform(t *testing.T) {
	o := options(3)
	o.Count = 200_000
	p := generate(t, "little", o)
	l := p.Machine.Layout()
	var high, low, imm3, sources [256]int
	var expected [256]float64 // of sources
	for b := range p.Blocks {
		harness := uint16(1)<<l.Bases[p.Blocks[b].Base] | uint16(1)<<l.Keeps[p.Blocks[b].Base][0]
		for _, it := range p.Blocks[b].Items {
			if it.Kind != arch.Test {
				continue
			}
			switch p.Machine.Set().Insns[it.Insn].Name() {
			case "ORI", "LUI", "LW", "LWP", "LWT":
				high[it.Word>>8&0xff]++
				low[it.Word&0xff]++
			case "ADDI3":
				imm3[it.Word>>4&0xff]++
			case "ADD", "SUB", "XOR", "SHL":
				sources[it.Word>>12&0xff]++
				for pair := range expected {
					if harness>>(pair>>4)&1 == 0 && harness>>(pair&15)&1 == 0 {
						expected[pair] += 1.0 / (14 * 14)
					}
				}
			}
		}
	}
	uniform(t, "upper half of immediates", &high, nil)
	uniform(t, "lower half of immediates", &low, nil)
	uniform(t, "scaled immediates", &imm3, nil)
	uniform(t, "sources", &sources, &expected)
}

// uniform is a chi-square test; without expected counts all are equally likely.
func uniform(t *testing.T, name string, counts *[256]int, expected *[256]float64) {
	sum, total := 0.0, 0
	for _, n := range counts {
		total += n
	}
	for i, n := range counts {
		expect := float64(total) / 256
		if expected != nil {
			expect = expected[i]
		}
		sum += (float64(n) - expect) * (float64(n) - expect) / expect
	}
	// mean 255, standard deviation sqrt(2*255): six of these are never met by chance
	require.InDelta(t, 255, sum, 6*math.Sqrt(2*255), "chi-square of %s, %d words", name, total)
}

// TestEdgeShare: the share asked for is drawn at the edges, and none by default.
func TestEdgeShare(t *testing.T) {
	same := func(share float64) float64 {
		o := options(4)
		o.Count, o.EdgeShare = 40_000, share
		o.Select = arch.Selection{Patterns: []string{"ADD"}}
		p := generate(t, "little", o)
		n := 0
		for b := range p.Blocks {
			for _, it := range p.Blocks[b].Items {
				if it.Kind == arch.Test && it.Word>>16&15 == it.Word>>12&15 {
					n++
				}
			}
		}
		return float64(n) / 40_000
	}
	none, some, all := same(0), same(arch.DefaultEdgeShare), same(1)
	require.InDelta(t, 1.0/14, none, 0.01)
	require.Greater(t, all, 0.25)
	require.InDelta(t, none+(all-none)*arch.DefaultEdgeShare, some, 0.02)
	o := options(1)
	o.EdgeShare = math.NaN()
	_, err := arch.Generate(generate(t, "little", options(1)).Machine, o)
	require.ErrorContains(t, err, "share of edge operands NaN is out of range")
}

// TestTrashedRegisterIsNotCompared changes what LWT leaves in its base: no record may show it.
func TestTrashedRegisterIsNotCompared(t *testing.T) {
	o := options(6)
	o.Select = arch.Selection{Patterns: []string{"LWT", "MULY", "ADD"}}
	p := generate(t, "big", o)
	changed := map[string]int{}
	out := runProgram(t, p, func(s *Step) {
		it := &p.Blocks[s.Block].Items[s.Index]
		if it.Kind != arch.Test {
			return
		}
		in := p.Machine.Set().Insns[it.Insn]
		args := in.Pattern.Extract(it.Word, nil)
		switch {
		case in.Name() == "LWT":
			s.CPU.R[args[1]] ^= 0x5a5a5a5a
			changed["LWT"]++
		case in.Name() == "MULY" && args[1] == args[2]:
			s.CPU.Acc ^= 0x5a5a5a5a5a
			changed["MULY"]++
		}
	})
	undefined := 0
	for b := range p.Blocks {
		undefined += p.Effects(&p.Blocks[b]).Undefined
	}
	require.Equal(t, (changed["LWT"]+changed["MULY"])/p.Rounds, undefined)
	require.Greater(t, changed["LWT"], 10)
	require.Greater(t, changed["MULY"], 10)
	require.True(t, bytes.Equal(runProgram(t, p, nil), out))
}

// TestInactiveOperandIsLeftAlone: an ADDS that does not set the flag neither saves nor resets it.
func TestInactiveOperandIsLeftAlone(t *testing.T) {
	o := options(8)
	o.Select = arch.Selection{Patterns: []string{"ADDS"}}
	p := generate(t, "little", o)
	for b := range p.Blocks {
		setters := 0
		for _, it := range p.Blocks[b].Items {
			switch {
			case it.Kind == arch.Test && it.Word>>11&1 == 1:
				setters++
			case it.Kind == arch.Save:
				setters--
			}
		}
		require.Contains(t, []int{0, 1}, setters, "block %d: each result but the last is saved", b)
	}
}

// TestAlignedBase: the stack pointer as a base is aligned even where the access is misaligned on purpose; and a word
// of which no base value makes an aligned address is drawn for that alone.
func TestAlignedBase(t *testing.T) {
	for _, share := range []float64{0, 0.5} {
		o := memoryOptions(1)
		o.Select.Patterns, o.MisalignedShare = []string{"LHA"}, share
		p := generate(t, orders[0], o)
		code, err := p.Machine.Emit(p)
		require.NoError(t, err)
		in, err := NewInterpreter(p.Machine.Layout().Order)
		require.NoError(t, err)
		var base uint32 // before the word
		kinds := map[arch.Kind]int{}
		check := func(it *arch.Item) {
			if it.Kind.UnderTest() && it.Word>>16&15 == 13 {
				kinds[it.Kind]++
				require.Zero(t, base%8)
				require.False(t, it.Kind == arch.Test && it.Word&1 == 1, "an odd distance from an even base")
			}
		}
		in.Hook = func(s *Step) {
			check(&p.Blocks[s.Block].Items[s.Index])
			base = s.CPU.R[13]
		}
		for b := range p.Blocks {
			h, _, err := in.Round(memoryOf(code), b, 0)
			require.NoError(t, err)
			if items := p.Blocks[b].Items; h.Kind != arch.RecordCheck { // the hook did not see it
				require.Equal(t, arch.Misaligned, items[len(items)-1].Kind)
				check(&items[len(items)-1])
			}
		}
		require.Positive(t, kinds[arch.Test])
		require.Equal(t, share > 0, kinds[arch.Misaligned] > 0)
	}
}
