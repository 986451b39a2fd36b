package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Going on after a target's death. What it wrote last is not where it died: up to a buffer's worth of records is lost with
// it. So it is started again behind the last record that came, on an image that writes each record of the next
// blocks at once. If it dies there, that is the block; it is left out, and the run goes on behind it. If it does
// not die again, that is told, too.

// deaths is what is known of targets that died.
type deaths struct {
	count   int
	began   [2]bool // the side has written something once: it can run images
	flushed int     // blocks before this one write each record at once
	waiting []died  // that happened once, in a block before flushed, and were not seen again yet
}

// died is a target that died.
type died struct {
	role string
	err  *StreamError
	at   spot // the first round without a record
}

// lastBytes is more than what a target that dies may not have written: the harness's buffer, or as many rounds as one
// record of digests may stand for.
const (
	lastBytes  = 128 << 10
	lastRounds = 2048
)

// survive decides whether a run that stopped at a spot is to go on, from where, and with how many blocks that
// write each record at once.
func (s *session) survive(err error, at *spot) (flush int, more bool) {
	if err == nil || s.opt.KeepGoing == 0 || s.ctx.Err() != nil {
		s.notAgain()
		return 0, false
	}
	now := s.dead(*at)
	located := len(now) > 0 && s.located(*at)
	if located {
		s.again(now)
	}
	s.notAgain()
	if len(now) == 0 || s.deaths.count >= s.opt.KeepGoing {
		return 0, false
	}
	if !located {
		s.deaths.waiting, s.deaths.flushed = now, s.suspects(at.block)
		return s.deaths.flushed - at.block, true
	}
	s.diedIn(now, at.block, at.block+1)
	at.block, at.round = at.block+1, 0
	return 0, true
}

// again takes deaths off the list that came again. The other side may have died this time: then they did not.
func (s *session) again(now []died) {
	s.deaths.waiting = slices.DeleteFunc(s.deaths.waiting, func(d died) bool {
		return slices.ContainsFunc(now, func(n died) bool { return n.role == d.role })
	})
}

// dead lists the targets whose streams came to a bad end, if that is one that another start may get beyond. A target
// that has never written anything may die of its first block, but not of the next one, too: it runs nothing.
func (s *session) dead(at spot) []died {
	var out []died
	for i, role := range [2]string{roleMaster, roleApprentice} {
		e := s.sides[i].failure()
		if e == nil || at.block >= len(s.prog.Blocks) {
			continue
		}
		s.deaths.began[i] = s.deaths.began[i] || e.began
		if !slices.Contains([]string{endedEarly, stalled, garbage}, e.What) || !s.deaths.began[i] && s.deaths.count > 0 {
			return nil
		}
		out = append(out, died{role, e, at})
	}
	return out
}

// located reports whether a target that died before it wrote the record of a spot died there.
func (s *session) located(at spot) bool {
	b := &s.prog.Blocks[at.block]
	return at.block < s.deaths.flushed || b.Flush && (at.round > 0 || at.block == 0 || s.prog.Blocks[at.block-1].Flush)
}

// suspects returns the end of the blocks in which a target may have died that wrote nothing more of a block.
func (s *session) suspects(block int) int {
	bytes, rounds := 0, 0
	for ; block < len(s.prog.Blocks) && bytes < lastBytes && rounds < lastRounds; block++ {
		bytes += s.prog.Rounds * (arch.RecordHeaderSize + s.layout.PayloadSize(&s.prog.Blocks[block]))
		rounds += s.prog.Rounds
	}
	return block
}

// passed notes that a block was compared.
func (s *session) passed(block int) {
	if block+1 == s.deaths.flushed {
		s.notAgain()
	}
}

// notAgain reports deaths that did not come again.
func (s *session) notAgain() {
	if w := s.deaths.waiting; len(w) > 0 {
		s.diedIn(w, w[0].at.block, s.deaths.flushed)
	}
	s.deaths.waiting, s.deaths.flushed = nil, 0
}

// diedIn reports the death of a target, or of both at once, in one block or, where there are several, in one of them.
func (s *session) diedIn(all []died, first, end int) {
	s.deaths.count++
	var names []string
	for b := first; b < end; b++ {
		names = append(names, s.names(s.pl.next(b), len(s.prog.Blocks[b].Items), false)...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	d, target := all[0], all[0].role
	if len(all) > 1 {
		target = bothSides
	}
	key := findingKey{kind: FindingDied, target: target, opcode: strings.Join(names, " ")}
	f, isNew := s.find(key, Finding{Kind: FindingDied, Target: target, Block: first, Round: uint32(d.at.round), Candidates: names})
	if f == nil || !isNew {
		return
	}
	who := "the " + target
	if target == bothSides {
		who = "both targets"
	}
	where := fmt.Sprintf("in block %d round %d at %#x: the rest of the block was left out", first, d.at.round, s.prog.Blocks[first].Addr)
	if end > first+1 {
		where = fmt.Sprintf("after block %d round %d, but not when started again behind that", d.err.Block, d.err.Round)
		if d.err.Block < 0 {
			where = "before the first record, but not when started again"
		}
	}
	f.Text = fmt.Sprintf("%s %s %s; %s", who, d.err.death(), where, candidates(names))
}

// death says how a target died.
func (e *StreamError) death() string {
	how := map[string]string{stalled: "hung", garbage: "wrote what is no record"}[e.What]
	if how == "" {
		how = "died"
	}
	why := e.Detail
	if exit := (*ExitError)(nil); errors.As(e.Status, &exit) && e.What == endedEarly {
		line, _, _ := strings.Cut(exit.Stderr, "\n")
		why = (&ExitError{How: exit.How, Stderr: line, Log: exit.Log}).Error()
	}
	if why == "" {
		return how
	}
	return how + " (" + why + ")"
}
