package archtest

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/anycpu"
	"github.com/risugen/risugen/runtime"
)

// Masking counts what was tried on programs that run on a processor of which nothing is known: see [NoResultIsMasked].
type Masking struct {
	t        *testing.T
	rng      *rand.Rand
	AllBits  bool // programs run until each bit of each output has gone wrong
	Programs int
	// Instructions is how many there were, and Tried how many of them went wrong in some round.
	Instructions, Tried int
	// Bits of outputs went wrong; Ways of branches, Conditions of prefixes, Faults that were or were not.
	Bits, Ways, Conditions, Faults int
	// Open is how many bits went wrong that a manual leaves open: none is seen.
	Open int
	// Untold is how many linked stores were done, and told at each try that they were not. Alike is how many more did so and
	// left the memory as it was, by chance: nothing is seen of that.
	Untold, Alike int
	// Partly is of how many outputs not every bit went wrong.
	Partly int
	// Left is how many rounds there was nothing to go wrong in.
	Left int
}

// NoResultIsMasked makes programs for a machine, and runs them on a processor of which nothing is known but what the machine's
// descriptions declare. In each round of each block one instruction goes wrong in one bit, and the block runs on. The
// comparison must find each of these rounds, name that instruction, and find nothing else.
func NoResultIsMasked(t *testing.T, m arch.Machine, o arch.Options, programs int, allBits bool) *Masking {
	t.Helper()
	k := &Masking{t: t, rng: rand.New(rand.NewPCG(o.Seed, 1)), AllBits: allBits}
	for range programs {
		k.program(m, o)
		o.Seed++
	}
	require.Equal(t, k.Instructions, k.Tried, "instructions that never went wrong")
	return k
}

// program tries one program, with as many rounds as it takes for each instruction to go wrong.
func (k *Masking) program(m arch.Machine, o arch.Options) {
	p, err := arch.Generate(anycpu.Wrap(m), o)
	require.NoError(k.t, err)
	if m.Layout().CodeAddr == 0 { // an image would say where blocks stand
		addr := uint64(0x1000)
		for b := range p.Blocks {
			p.Blocks[b].Addr = addr
			addr += m.Layout().BlockSize(&p.Blocks[b])
		}
	}
	cpu, err := anycpu.New(p, o.Seed)
	require.NoError(k.t, err)
	cpu.Cumulative = o.Seed%2 == 0
	r := &maskingRun{Masking: k, p: p, cpu: cpu, want: map[spot]wrong{}}
	for b := range p.Blocks {
		r.choices = append(r.choices, r.choicesOf(b))
		times := map[int]int{}
		for i := range r.choices[b] {
			times[r.choices[b][i].Item] = 0
		}
		r.times = append(r.times, times)
	}
	for round, limit := 0, p.Rounds; round < limit || !r.complete() && round < maxRounds; round++ {
		r.round(uint32(round))
		p.Rounds = round + 1
	}
	r.compare()
	k.Programs++
	for _, choices := range r.choices {
		for i := range choices {
			if choices[i].times < choices[i].bits {
				k.Partly++
			}
		}
	}
	for b := range p.Blocks {
		for _, times := range r.times[b] {
			if k.Instructions++; times > 0 {
				k.Tried++
			}
		}
	}
}

// appendMarker appends the record that a stream begins or ends with.
func appendMarker(dst []byte, p *arch.Program, kind arch.RecordKind) []byte {
	h, payload := arch.RecordHeader{Kind: kind, Block: uint32(len(p.Blocks)), Round: uint32(p.Rounds)}, []byte(nil)
	if kind == arch.RecordStart {
		h.Block, h.Round, h.Length, payload = arch.RecordVersion, 0, arch.DigestSize, make([]byte, arch.DigestSize)
	}
	at := len(dst)
	dst = append(dst, make([]byte, arch.RecordHeaderSize)...)
	h.Put(dst[at:], p.Machine.Layout().Order)
	return append(dst, payload...)
}

// spot is a round of a block.
type spot struct {
	block int
	round uint32
}

// wrong is what went wrong in a round.
type wrong struct {
	anycpu.Flip
	from, last int  // the items one of which is to be named: more than one where a comparison cannot tell
	unseen     bool // it need not be seen
	hidden     bool // it must not be seen
	told       bool // a linked store was done and told at each try that it was not: that is a finding, and nothing to compare
}

// maskingRun is one program on its way.
type maskingRun struct {
	*Masking
	p       *arch.Program
	cpu     *anycpu.CPU
	choices [][]choice    // by block
	times   []map[int]int // by block: how often each instruction went wrong of which something can
	records [2][][]byte   // of each side, by round, those of all blocks
	want    map[spot]wrong
}

// maxRounds bounds the rounds of a program.
const maxRounds = 1 << 12

// round runs a round of each block, in which something goes wrong: what has gone wrong least often.
func (r *maskingRun) round(round uint32) {
	for b := range r.p.Blocks {
		good, err := r.cpu.Run(b, round, nil)
		require.NoError(r.t, err)
		r.records[0] = append(r.records[0], r.cpu.AppendRecord(nil, &good))
		best, times := (*choice)(nil), r.times[b]
		for i := range r.choices[b] {
			if c := &r.choices[b][i]; c.possible(&good) && (best == nil || r.sooner(c, best, times)) {
				best = c
			}
		}
		if best == nil {
			r.Left++
			r.records[1] = append(r.records[1], r.records[0][len(r.records[0])-1])
			continue
		}
		w := best.next()
		times[best.Item]++
		r.note(b, &w, &good)
		bad, err := r.cpu.Run(b, round, &w.Flip)
		require.NoError(r.t, err)
		if bad.GaveUp && !good.GaveUp {
			r.gaveUp(b, round, &w, bad.Payload)
		}
		r.want[spot{b, round}] = w
		r.records[1] = append(r.records[1], r.cpu.AppendRecord(nil, &bad))
	}
}

// sooner reports whether something is to go wrong before something else: the instruction that went wrong less often or, where all bits
// are to, what lacks a greater share of them.
func (r *maskingRun) sooner(c, best *choice, times map[int]int) bool {
	if n, m := times[c.Item], times[best.Item]; n != m && (!r.AllBits || min(n, m) == 0) {
		return n < m
	}
	return c.times*best.bits < best.times*c.bits
}

// complete reports whether all instructions have gone wrong, and all bits where that is asked for.
func (r *maskingRun) complete() bool {
	for b := range r.p.Blocks {
		for _, times := range r.times[b] {
			if times == 0 {
				return false
			}
		}
		for i := range r.choices[b] {
			if c := &r.choices[b][i]; r.AllBits && c.times < c.bits {
				return false
			}
		}
	}
	return true
}

// stream is a side's records in the order of an image.
func (r *maskingRun) stream(side int) []byte {
	out := appendMarker(nil, r.p, arch.RecordStart)
	for b := range r.p.Blocks {
		for round := range r.p.Rounds {
			out = append(out, r.records[side][round*len(r.p.Blocks)+b]...)
		}
	}
	return appendMarker(out, r.p, arch.RecordEnd)
}

// compare has the streams compared, and wants what went wrong to be found, and no more.
func (r *maskingRun) compare() {
	found := map[spot]int{}
	img := &runtime.Image{Program: r.p}
	report, err := runtime.Run(context.Background(), img, Bytes{r.stream(0)}, Bytes{r.stream(1)}, runtime.Options{
		Observe: func(b runtime.Blame) { found[spot{b.Block, b.Round}] = b.Item },
	})
	require.NoError(r.t, err)
	told := map[string]bool{}
	for at, w := range r.want {
		item, seen := found[at]
		delete(found, at)
		switch {
		case w.hidden && seen:
			r.t.Errorf("%s: what is left open is seen: item %d is named", r.describe(at, &w), item)
		case w.told:
			r.Untold++
			told[r.insn(at.block, w.Item).Name()] = true
		case w.hidden || w.unseen && !seen:
		case !seen:
			r.t.Errorf("%s is not seen", r.describe(at, &w))
		case item < w.from || item > w.last:
			r.t.Errorf("%s, but %s is named", r.describe(at, &w), itemText(r.p, at.block, item))
		}
	}
	for at, item := range found {
		r.t.Errorf("seed %d block %d round %d: item %d is named where nothing went wrong", r.p.Seed, at.block, at.round, item)
	}
	r.checkReport(report, told)
	if r.t.Failed() {
		r.t.FailNow()
	}
}

// checkReport looks at what the report says: another instruction than that which went wrong is not named alone, and nobody did
// what the descriptions do not allow but for one that did not fault, or told that it was not done.
func (r *maskingRun) checkReport(report *runtime.Report, told map[string]bool) {
	for _, m := range report.MismatchList {
		if w := r.want[spot{m.Block, m.Round}]; m.Item != w.Item {
			require.Contains(r.t, m.Candidates, r.insn(m.Block, w.Item).Name(), "%s: %d is named\n%s", r.describe(spot{m.Block, m.Round}, &w), m.Item, r.listing(m.Block))
		}
	}
	for _, f := range report.Findings {
		w := r.want[spot{f.Block, f.Round}]
		if f.Kind == runtime.FindingStored {
			delete(told, f.Candidates[0])
		} else if w.Use != anycpu.Fault && !r.p.Blocks[f.Block].Traps {
			r.t.Errorf("seed %d: %s", r.p.Seed, f.Text)
		}
	}
	require.Empty(r.t, told, "seed %d: what is to be found of linked stores", r.p.Seed)
}

// insn is the instruction of an item under test.
func (r *maskingRun) insn(block, item int) *constraints.Insn {
	return r.p.Machine.Set().Insns[r.p.Blocks[block].Items[item].Insn]
}
