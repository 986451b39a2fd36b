package runtime

import (
	"cmp"
	"slices"

	"github.com/risugen/risugen/arch"
)

// settle runs the blocks again that differ by their digests. After a failure of a target there is no more to be had from it.
func (d *digester) settle(failed error) error {
	r := d.s.report.Digests
	slices.SortStableFunc(d.doubts, func(a, b doubt) int { return cmp.Compare(btoi(a.explained()), btoi(b.explained())) })
	forgotten := d.forgotten()
	for len(d.doubts) > 0 && failed == nil && r.Again < d.s.opt.Digest.Again {
		alike := 1 // blocks of an image ascend
		for alike < len(d.doubts) && d.doubts[alike].block > d.doubts[alike-1].block {
			alike++
		}
		failed = d.again(min(againAtOnce, alike, d.s.opt.Digest.Again-r.Again))
	}
	for _, x := range append(d.doubts, forgotten...) {
		d.unsettled(x)
	}
	d.doubts = nil
	return failed
}

// unsettled reports a block that was not run again. Rounds that may differ count as left out.
func (d *digester) unsettled(x doubt) {
	d.s.report.Digests.NotAgain++
	p := d.s.pl.next(x.block)
	for _, s := range x.sums {
		if s.oneRan {
			d.s.report.Emulated[d.s.insn(p, p.trap.item).Name()]++
			d.s.report.Records--
			continue
		}
		d.s.unseen(p, s.round, KindDigest)
	}
	if x.folded {
		d.s.report.Records += int64(d.s.prog.Rounds)
	} else {
		d.s.report.Records += int64(len(x.sums))
	}
}

// again runs the first blocks of those that differ. Each of their records is written at once, so that a
// target's death is known to the round.
func (d *digester) again(n int) error {
	s := d.s
	sub, err := derive(s.img, variant{blocks: d.blocks(d.doubts[:n]), flush: n})
	if err != nil {
		return err
	}
	if err := s.open([2]*Image{sub, sub}); err != nil {
		return err
	}
	s.report.Digests.Images++
	for range n {
		x, records := d.doubts[0], s.report.Records
		round, err := d.twice(s.pl.next(x.block), x)
		if err != nil {
			s.report.Records = records // unsettled counts all of them
			return d.failed(x, round, err)
		}
		s.report.Digests.Again++
		d.doubts = d.doubts[1:]
	}
	return s.ended()
}

// failed deals with a target that died in a block that is run again: the run may go on behind it.
func (d *digester) failed(x doubt, round int, err error) error {
	s := d.s
	now := s.dead(spot{x.block, round})
	if s.opt.KeepGoing == 0 || s.ctx.Err() != nil || len(now) == 0 || s.deaths.count >= s.opt.KeepGoing {
		return err
	}
	s.diedIn(now, x.block, x.block+1)
	d.unsettled(x)
	d.doubts = d.doubts[1:]
	return nil
}

// twice compares a block that is run again. It returns the round that it did not come beyond.
func (d *digester) twice(p *plan, x doubt) (int, error) {
	c, order := d.s.comparer, d.s.layout.Order
	c.cover.open(p)
	c.groups.open(p.index)
	defer c.cover.close(p)
	all, fault, rest := [2]arch.RecordHash{arch.NewRecordHash(), arch.NewRecordHash()}, [2]bool{}, x.sums
	for round := range uint32(c.prog.Rounds) {
		var rec [2][]byte
		var now [2]arch.Digest
		for i, side := range c.sides {
			var err error
			if rec[i], err = side.record(p.size); err != nil {
				return int(round), err
			}
			if len(rest) > 0 { // the digests were of records with this number
				order.PutUint32(rec[i][4:], rest[0].number)
			}
			all[i].Add(rec[i], order)
			now[i], fault[i] = arch.DigestOf(rec[i], order), arch.IsFault(rec[i], order)
		}
		if !x.folded && (len(rest) == 0 || rest[0].round != round) {
			d.stillEqual(p, round, now)
			continue
		}
		if !x.folded {
			d.steady(p, rest[0], now)
			rest = rest[1:]
		}
		c.report.Records++
		if err := c.pair(p, round, rec[0], rec[1]); err != nil {
			return int(round), err
		}
	}
	if x.folded {
		d.steady(p, x.sums[0], [2]arch.Digest{all[0].Sum(fault[0]), all[1].Sum(fault[1])})
	}
	return 0, nil
}

// steady compares digests that differed with those of the second time. If they are equal now, nothing shows the difference
// but this.
func (d *digester) steady(p *plan, before doubtedSums, now [2]arch.Digest) {
	if now == before.sums {
		return
	}
	d.s.report.Digests.Unsteady++
	if now[0] == now[1] {
		d.s.unseen(p, before.round, KindUnsteady)
	}
}

// stillEqual makes sure that digests are equal that were equal before.
func (d *digester) stillEqual(p *plan, round uint32, now [2]arch.Digest) {
	if now[0] != now[1] {
		d.s.report.Digests.Unsteady++
		d.s.unseen(p, round, KindUnsteady)
	}
}

// unseen enters a difference of which nothing is known but that there was one in a round.
func (c *comparer) unseen(p *plan, round uint32, kind string) {
	if c.observe != nil {
		c.observe(Blame{Kind: kind, Block: p.index, Item: -1, Round: round})
	}
	c.report.Mismatches++
	key := mismatchKey{kind: kind, pattern: -1, block: p.index}
	m := c.groups.mismatches[key]
	if m == nil {
		if len(c.groups.mismatches) >= c.groups.max {
			c.report.MismatchesLeft++
			return
		}
		r := &pairing{plan: p, number: round}
		m = &Mismatch{Kind: kind, Where: c.where(r, -1), Candidates: c.names(p, len(p.block.Items), false)}
		c.groups.mismatches[key] = m
		c.report.MismatchList = append(c.report.MismatchList, m)
	}
	m.Count++
}

// btoi is 1 for true.
func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
