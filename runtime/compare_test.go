package runtime

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/internal/needtool"
)

func TestAgreement(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, arch.Options{Seed: 5, Count: 2000, BlockLen: 12, Rounds: 16})
		s := toyStream(t, img, nil)
		r, err := runBytes(t, img, s, s)
		require.NoError(t, err)
		require.False(t, r.Failed(), "%+v", r.Findings)
		require.Equal(t, len(img.Program.Blocks), r.Blocks)
		require.Equal(t, r.Patterns, r.Covered, "%v", r.Uncovered)
		require.Equal(t, 2000, r.Instructions)
		require.Positive(t, r.Faults, "TZ traps now and then")
		require.Equal(t, r.Faults, r.DeclaredFaults)
		require.Equal(t, r.Faults, r.FaultsBySignal["SIGTRAP"]+r.FaultsBySignal["SIGILL"], "the latter in forbidden slots")
		require.LessOrEqual(t, r.Executions, int64(2000*16))
		require.Greater(t, r.Executions, int64(2000*16*9/10))
	})
}

// TestFlippedBit flips one bit at a time of either stream: in a payload it is a mismatch, in a header an
// error or, where a fault is described, a difference.
func TestFlippedBit(t *testing.T) {
	needtool.Slow(t)
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, small(3))
		s := toyStream(t, img, nil)
		rng := rand.New(rand.NewPCG(1, 1))
		for n := range 1500 {
			bad := bytes.Clone(s)
			bit := rng.IntN(8 * len(s))
			bad[bit/8] ^= 1 << (bit % 8)
			m, a := s, bad
			if n%2 == 0 {
				m, a = bad, s
			}
			r, err := runBytes(t, img, m, a)
			if err == nil && len(r.Inconclusive) > 0 { // a linked store's flag is 0 now, and memory changed
				require.Zero(t, r.Mismatches)
				require.Equal(t, FindingStored, r.Findings[0].Kind)
				continue
			}
			if err == nil {
				require.EqualValues(t, 1, r.Mismatches+r.CodeDiffers, "bit %d", bit)
				require.Equal(t, r.Mismatches == 1, r.Failed())
			}
		}
	})
}

// TestAttribution makes one instruction of the apprentice go wrong, in one round: it must be named, with
// the values that it ran with.
func TestAttribution(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, arch.Options{Seed: 9, Count: 150, BlockLen: 10, Rounds: 4})
		p := img.Program
		good := toyStream(t, img, nil)
		tried := 0
		for b := range p.Blocks {
			for _, res := range p.Effects(&p.Blocks[b]).Results {
				if m := wrongResult(t, img, good, b, res); m != nil {
					tried++
				}
			}
		}
		require.Greater(t, tried, 100)
	})
}

// wrongResult flips a bit of one register or memory result and returns the mismatch, or nil where the
// block faults before.
func wrongResult(t *testing.T, img *Image, good []byte, block int, res arch.Result) *Mismatch {
	p := img.Program
	it := &p.Blocks[block].Items[res.Item]
	in := p.Machine.Set().Insns[it.Insn]
	if res.Operand < 0 || res.Wrote.Kind == arch.StatePlace {
		return nil
	}
	const round = 2
	var before, after toy.CPU
	hit := false
	bad := toyStream(t, img, func(s *toy.Step) {
		if s.Block != block || s.Round != round {
			return
		}
		if s.Index < res.Item {
			before = *s.CPU
		}
		if s.Index == res.Item && !hit {
			hit, after = true, *s.CPU
			flipPlace(s.CPU, res.Place)
		}
	})
	if !hit {
		return nil
	}
	r, err := runBytes(t, img, good, bad)
	require.NoError(t, err)
	require.EqualValues(t, 1, r.Mismatches)
	require.Len(t, r.MismatchList, 1)
	m := r.MismatchList[0]
	require.Equal(t, KindResult, m.Kind)
	require.Equal(t, in.Name(), m.Pattern)
	require.Equal(t, []int{block, round, res.Item}, []int{m.Block, int(m.Round), m.Item})
	require.Equal(t, in.Disassemble(it.Word, uint64(m.Address)), m.Disassembly)
	require.True(t, strings.Contains(m.Source, ".decode:"))
	checkInputs(t, img, m, res.Item > 0, &before)
	found := false
	for _, d := range m.Outputs {
		if d.Place == p.Machine.Layout().PlaceName(res.Place) {
			found = d.Master != d.Apprentice
			if res.Place.Class == 0 && res.Place.Kind == arch.RegisterPlace {
				require.Equal(t, hex32(after.R[res.Place.Num]), d.Master)
			}
		}
	}
	require.True(t, found || res.Place.Kind == arch.MemoryPlace)
	return m
}

// checkInputs compares what the report says of inputs with what the interpreter saw.
func checkInputs(t *testing.T, img *Image, m *Mismatch, stepped bool, before *toy.CPU) {
	if !stepped {
		return // the hook has not seen the state before the first word
	}
	for _, v := range m.Inputs {
		var num int
		if v.Place == "status" && v.Value != "" { // acc is copied as a hash of both halves
			require.Equal(t, hex32(before.Status), v.Value, "status of %s", m.Disassembly)
		}
		if v.Value == "" || !scan(v.Place, "r%d", &num) {
			continue
		}
		require.Equal(t, hex32(before.R[num]), v.Value, "%s of %s", v.Place, m.Disassembly)
	}
}

func flipPlace(c *toy.CPU, p arch.Place) {
	switch {
	case p.Kind == arch.MemoryPlace:
		c.Mem[16*int(p.Num)+5] ^= 4
	case p.Class == 0:
		c.R[p.Num] ^= 1 << 9
	default:
		c.V[p.Num] ^= 1 << 33
	}
}

// TestWrongPattern makes every ADD wrong: one entry, with a count.
func TestWrongPattern(t *testing.T) {
	img := toyImage(t, "big", arch.Options{Seed: 2, Count: 1000, BlockLen: 10, Rounds: 8})
	good := toyStream(t, img, nil)
	bad := toyStream(t, img, func(s *toy.Step) {
		if s.Word>>24 == 1 {
			s.CPU.R[s.Word>>20&15] ^= 1
		}
	})
	r, err := runBytes(t, img, good, bad)
	require.NoError(t, err)
	require.True(t, r.Failed())
	counts := map[string]int64{}
	for _, m := range r.MismatchList {
		counts[m.Pattern] += m.Count
	}
	require.Greater(t, counts["ADD"], int64(50))
	// An ADD into r0 is no result, and where the flipped one is an input the other's result differs too.
	require.Greater(t, counts["ADD"]*10, r.Mismatches*9, "%v", counts)
	js, err := json.Marshal(r)
	require.NoError(t, err)
	for _, field := range []string{"patterns", "covered", "instructions", "executions", "blocks", "faults", "mismatches",
		"seconds", "executions_per_second", "seed", "targets", "mismatch_list", "findings", "code_differences"} {
		require.Contains(t, string(js), `"`+field+`":`)
	}
	for _, colored := range []bool{false, true} {
		var text strings.Builder
		require.NoError(t, r.Text(&text, colored))
		require.Equal(t, colored, strings.Contains(text.String(), "\x1b["))
		require.Contains(t, text.String(), "ADD")
		require.Contains(t, text.String(), "^")
	}
}

// TestFaultOnOneSide turns a check into a fault: one mismatch of kind fault, and nothing else shifts.
func TestFaultOnOneSide(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, small(4))
		p, l := img.Program, img.Program.Machine.Layout()
		s := toyStream(t, img, nil)
		block, item := findTest(t, p, "ADD")
		bad := bytes.Clone(s)
		at, h := recordAt(t, img, s, block, 1)
		require.Equal(t, arch.RecordCheck, h.Kind)
		h.Kind, h.Signal, h.Code, h.PC = arch.RecordFault, l.Signals["SIGSEGV"], 1, p.Blocks[block].Addr+uint64(4*item)
		h.Put(bad[at:], l.Order)
		r, err := runBytes(t, img, s, bad)
		require.NoError(t, err)
		require.EqualValues(t, 1, r.Mismatches)
		m := r.MismatchList[0]
		require.Equal(t, []any{KindFault, "ADD", block, item}, []any{m.Kind, m.Pattern, m.Block, m.Item})
		require.Nil(t, m.Master)
		require.Equal(t, "SIGSEGV", m.Apprentice.Signal)
		require.Len(t, r.Findings, 1, "ADD declares no fault")
		require.Equal(t, roleApprentice, r.Findings[0].Target)

		r, err = runBytes(t, img, bad, bad)
		require.NoError(t, err)
		require.Zero(t, r.Mismatches)
		require.True(t, r.Failed(), "a fault that is not declared fails although both agree")
		require.Equal(t, FindingFault, r.Findings[0].Kind)
		require.Contains(t, r.Findings[0].Text, "ADD raised SIGSEGV on both targets")

		other := bytes.Clone(bad)
		h.Code = 2
		h.Put(other[at:], l.Order)
		r, err = runBytes(t, img, bad, other)
		require.NoError(t, err)
		require.Zero(t, r.Mismatches)
		require.EqualValues(t, 1, r.CodeDiffers)
		require.Len(t, r.CodeList, 1)

		h.PC++
		h.Put(bad[at:], l.Order)
		_, err = runBytes(t, img, s, bad)
		require.ErrorContains(t, err, "the harness failed")
	})
}

// TestLateFaultOfAnother: behind an instruction that cannot raise what a system may raise there, that is the harness's fault.
func TestLateFaultOfAnother(t *testing.T) {
	o := small(4)
	o.Select.Patterns = []string{"ADD"}
	img := toyImage(t, "little", o)
	l, b := img.Program.Machine.Layout(), &img.Program.Blocks[0]
	s := toyStream(t, img, nil)
	bad := bytes.Clone(s)
	at, h := recordAt(t, img, s, 0, 1)
	h.Kind, h.Signal, h.PC = arch.RecordFault, l.Signals[l.AlignFault], b.Addr+uint64(4*len(b.Items))
	h.Put(bad[at:], l.Order)
	_, err := runBytes(t, img, s, bad)
	require.ErrorContains(t, err, "the harness failed")
}

// findTest finds a block that never faults and, in it, an instruction.
func findTest(t *testing.T, p *arch.Program, name string) (block, item int) {
	set := p.Machine.Set()
	for b := range p.Blocks {
		found, faults := -1, false
		for i, it := range p.Blocks[b].Items {
			if it.Kind == arch.Test {
				faults = faults || set.Insns[it.Insn].MayFault()
				if set.Insns[it.Insn].Name() == name {
					found = i
				}
			}
		}
		if found >= 0 && !faults {
			return b, found
		}
	}
	require.FailNow(t, "no such instruction")
	return 0, 0
}

// TestUndeclaredChange lets XOR change a register that it only reads, on both sides.
func TestUndeclaredChange(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, arch.Options{Seed: 6, Count: 1500, BlockLen: 6, Rounds: 4})
		s := toyStream(t, img, func(s *toy.Step) {
			if s.Word>>24 == 3 {
				s.CPU.V[5] ^= 1
			}
		})
		r, err := runBytes(t, img, s, s)
		require.NoError(t, err)
		require.Zero(t, r.Mismatches)
		require.True(t, r.Failed())
		f := r.Findings[0]
		require.Equal(t, []string{FindingChange, bothSides, "v5"}, []string{f.Kind, f.Target, f.Place})
		require.Contains(t, f.Text, "v5 changed on both targets")
		good := toyStream(t, img, nil)
		r, err = runBytes(t, img, good, s)
		require.NoError(t, err)
		require.Positive(t, r.Mismatches)
		require.Equal(t, roleApprentice, r.Findings[0].Target)
		require.Equal(t, KindUndeclared, undeclaredOf(r).Kind)
	})
}

func undeclaredOf(r *Report) *Mismatch {
	for _, m := range r.MismatchList {
		if m.Kind == KindUndeclared {
			return m
		}
	}
	return &Mismatch{}
}

// TestUndeclaredState: a changed state has every pattern of its block as candidate, and those of several
// blocks narrow the circle.
func TestUndeclaredState(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 6, Count: 4000, BlockLen: 6, Rounds: 2})
	s := toyStream(t, img, func(s *toy.Step) {
		if s.Word>>24 == 3 {
			s.CPU.Status ^= 0x8000
		}
	})
	r, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	require.Equal(t, "status", r.Findings[0].Place)
	require.Equal(t, []string{"XOR"}, r.Findings[0].Candidates)
}

// TestZeroRegister: a register that must read as zero is held to it.
func TestZeroRegister(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, _ := recordAt(t, img, s, 1, 1)
	s[at+arch.RecordHeaderSize+16] = 1
	r, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	require.Len(t, r.Findings, 1)
	require.Equal(t, "r0", r.Findings[0].Place)
}

// TestNeverChanged lets every SUB do nothing on both sides.
func TestNeverChanged(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 8, Count: 6000, BlockLen: 8, Rounds: 40})
	var before toy.CPU
	s := toyStream(t, img, func(s *toy.Step) {
		if s.Word>>24 == 2 && s.Index > 0 {
			s.CPU.R = before.R
		}
		if s.Word>>24 == 2 && s.Index == 0 { // its destination keeps the round's input
			r := int(s.Word >> 20 & 15)
			w := img.Program.PoolWindow(&img.Program.Blocks[s.Block], uint32(s.Round))
			if r > 0 {
				s.CPU.R[r] = img.Program.Machine.Layout().Order.Uint32(w[64+4*r:])
			}
		}
		before.R = s.CPU.R
	})
	r, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	require.Equal(t, []string{"SUB"}, r.Uncovered)
	require.Len(t, r.Findings, 1)
	require.Equal(t, FindingConstant, r.Findings[0].Kind)
	require.Contains(t, r.Findings[0].Text, "SUB (toy.decode:")
	require.Contains(t, r.Findings[0].Text, "declares rd as an output, but never changed it")
}

// TestBoundedReport: however much differs, the lists are short and the counts are right.
func TestBoundedReport(t *testing.T) {
	img := toyImage(t, "little", small(1))
	good := toyStream(t, img, nil)
	bad := toyStream(t, img, func(s *toy.Step) { s.CPU.V[s.Word%7] ^= 1 << (s.Word % 64) })
	r, err := Run(t.Context(), img, &fake{data: good}, &fake{data: bad}, Options{MaxMismatches: 2})
	require.NoError(t, err)
	require.Len(t, r.MismatchList, 2)
	counted := r.MismatchesLeft
	for _, m := range r.MismatchList {
		counted += m.Count
	}
	require.Equal(t, r.Mismatches, counted)
}
