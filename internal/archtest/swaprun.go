package archtest

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

var allPairs = flag.Bool("allpairs", false, "swap instructions for all patterns that may stand for them, not only for the most similar: takes an hour")

// swapBatches is how many images of a row there may be. Each has the patterns of which something is open.
const swapBatches = 12

// Test swaps every pattern, in every form in which a model has it, for others.
func (s *Swaps) Test(t *testing.T) {
	needtool.Slow(t)
	require.LessOrEqual(t, len(s.Twins), 64, "there is a bit for each: see sides")
	total := swapTotal{swapped: map[string]bool{}, not: map[string]string{}, used: make([]bool, len(s.Twins))}
	rows := s.rows(t)
	t.Cleanup(func() { // when all rows are done
		if total.rows == len(rows) {
			s.check(t, &total)
		}
	})
	for _, r := range rows {
		t.Run(r.name(), func(t *testing.T) {
			t.Parallel()
			s.run(t, r, &total)
		})
	}
}

// swapTotal is what all rows found.
type swapTotal struct {
	mu                 sync.Mutex // of what stands below
	rows, pairs, apart int
	swapped            map[string]bool   // patterns by name and place
	not                map[string]string // why a pattern was not, on some model
	used               []bool            // entries of Twins
}

// check wants every pattern that a model can draw to be swapped on one of them. What is not is known, for a reason.
func (s *Swaps) check(t *testing.T, c *swapTotal) {
	reasons := map[string][]string{}
	for p, why := range c.not {
		if !c.swapped[p] {
			reasons[why] = append(reasons[why], p)
		}
	}
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("%d not swapped: %s: %s", len(reasons[why]), why, strings.Join(slices.Sorted(slices.Values(reasons[why])), ", "))
	}
	for i, r := range s.Twins {
		assert.True(t, c.used[i] || r.Rare, "all that this entry stands for is told apart: %s, %s", r.One, r.Other)
	}
	t.Logf("%d patterns swapped, %d pairs of %d told apart", len(c.swapped), c.apart, c.pairs)
}

func (a *Swaps) run(t *testing.T, r *swapRow, total *swapTotal) {
	s := newSwapper(a, a.machine(t, r))
	swaps := 0
	for n := range uint64(swapBatches) {
		s.begin(n)
		if names, pairs := s.names(); len(names) > 0 {
			swaps += s.image(t, names, pairs)
			s.findBare()
		}
	}
	total.mu.Lock()
	defer total.mu.Unlock()
	for _, in := range s.m.wanted {
		why := s.notSwapped(in)
		switch {
		case why != "":
			total.not[in.String()] = why
		case s.known(in.Index):
			total.swapped[in.String()] = true
		default:
			t.Errorf("%s: no swap was found", in)
		}
	}
	t.Logf("%d forms, %d swaps", len(s.m.wanted), swaps)
	s.report(t, total)
	total.rows++
}

// report counts pairs, and wants those that were not told apart to be known.
func (s *swapper) report(t *testing.T, total *swapTotal) {
	apart, alike, undecided, own := 0, 0, 0, 0
	for c := range s.tries {
		switch {
		case !c.real():
			own++
		case s.found[c]:
			apart++
		case !s.lost(c):
			undecided++
		default:
			alike++
			in, other := s.m.Set().Insns[c.insn], s.m.Set().Insns[c.other]
			if i := s.rule(c); i >= 0 {
				total.used[i] = true
			} else {
				t.Errorf("%s and %s are not told apart", in, other)
			}
		}
	}
	total.pairs += apart + alike + undecided
	total.apart += apart
	t.Logf("pairs of patterns: %d told apart, %d alike, %d not decided for want of words; %d times a word of its own or nothing in a pattern's place",
		apart, alike, undecided, own)
}

// names lists the wanted patterns of which there is more to try, as Selection takes them, and how many pairs. Where
// one reads code, there are also words that it sign-extends.
func (s *swapper) names() (out []string, pairs int) {
	reads := false
	for i, in := range s.m.Set().Insns {
		if !s.wanted[i] {
			continue
		}
		if n := s.open(i); n > 0 {
			out = append(out, regexp.QuoteMeta(in.Name()))
			pairs += n
			reads = reads || in.Memory != nil && in.Memory.Base < 0
		}
	}
	if slices.Sort(out); reads {
		out = append(out, s.Literals...)
	}
	return slices.Compact(out), pairs
}

// image makes an image of some patterns, does its swaps and notes what was found. It returns how many there were.
// Blocks are long in the first image, for blame to be harder, and few rounds show most; then they are short, for there is one
// swap in each, and rounds are many.
func (s *swapper) image(t *testing.T, names []string, pairs int) int {
	o := arch.Options{Seed: s.batch + 1, Count: 200 + 20*len(names) + 6*pairs, BlockLen: 6, Rounds: 64, Select: arch.Selection{Patterns: []string{strings.Join(names, "|")}}}
	if s.batch == 0 {
		o.BlockLen, o.Rounds = 24, 16
	}
	p, err := arch.Generate(s.m, o)
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	swaps := s.choose(p)
	words := map[uint64]arch.Word{}
	for _, w := range swaps {
		at := ItemAddress(p, w.block, w.item)
		for _, word := range w.words {
			words[at] = word
			at += uint64(word.Size)
		}
	}
	blamed := map[[2]int]string{}
	_, err = runtime.Run(context.Background(), img,
		&runtime.Exec{Command: s.m.command},
		Doctored(t, img, s.m.command, words),
		runtime.Options{Stall: time.Minute, Observe: func(w runtime.Blame) { blamed[[2]int{w.Block, w.Item}] = w.Kind }})
	require.NoError(t, err)
	for _, w := range swaps {
		s.note(t, p, w, blamed)
	}
	for at, kind := range blamed {
		t.Errorf("block %d item %s is blamed (%s), and no swap is to blame: %s", at[0], itemText(p, at[0], at[1]), kind, s.inBlock(p, swaps, at[0]))
	}
	return len(swaps)
}

// note notes whether a swap was found, and takes what it explains out of what is blamed.
func (s *swapper) note(t *testing.T, p *arch.Program, w swap, blamed map[[2]int]string) {
	in, b := s.m.Set().Insns[w.insn], w.block
	if kind := blamed[[2]int{b, w.item}]; kind == runtime.KindFault && !in.MayFault() && in.Memory == nil && in.Branch == nil && w.other != w.insn {
		t.Errorf("%s faults in the place of %s", s.what(w.other), in)
	}
	if at := [2]int{b, w.item - 1}; in.Linked != nil && blamed[at] != "" { // one that is done and tells otherwise is tried again
		s.found[w.pair] = true
		delete(blamed, at)
	}
	last := w.item + following(p, b, w.item)
	switch {
	case in.Branch != nil: // one that nullifies its delay slot, or no longer does, shows there
		last++
	case s.writesNarrow(in):
		last = len(p.Blocks[b].Items)
	}
	for at := w.item; at <= last; at++ {
		if blamed[[2]int{b, at}] != "" {
			s.found[w.pair] = true
			delete(blamed, [2]int{b, at})
		}
	}
	if in.Memory != nil && isBranch(p, b, w.item-1) { // a fault in a delay slot is the branch's
		delete(blamed, [2]int{b, w.item - 1})
	}
}

// writesNarrow reports whether an instruction writes a state of which the emulator shows a part alone: the rest shows in what
// reads it next.
func (s *swapper) writesNarrow(in *constraints.Insn) bool {
	return slices.ContainsFunc(in.Operands, func(op constraints.Operand) bool {
		return op.Kind == constraints.StateOperand && op.Role.Writes() && s.Narrow != nil && s.Narrow(s.m.Machine, op.State)
	})
}

// isBranch reports whether an item is a branch under test.
func isBranch(p *arch.Program, block, item int) bool {
	if item < 0 || p.Blocks[block].Items[item].Kind != arch.Test {
		return false
	}
	return p.Machine.Set().Insns[p.Blocks[block].Items[item].Insn].Branch != nil
}

// silent reports whether an instruction does nothing that a record could show: it writes nothing, does not branch,
// cannot fault, and is no prefix.
func silent(in *constraints.Insn) bool {
	for i := range in.Operands {
		if in.Operands[i].Role.Writes() {
			return false
		}
	}
	return in.Branch == nil && !in.MayFault() && in.Prefix == nil
}

// notSwapped says why a pattern is not swapped, or "".
func (s *swapper) notSwapped(in *constraints.Insn) string {
	if bug := s.m.bug[in.Index]; bug != "" {
		return fmt.Sprintf("%s of known.yaml", bug)
	}
	return s.silent(in)
}
