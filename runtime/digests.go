package runtime

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

// Comparing by digests. A side that is far away or behind a thin line runs an image of digests, the other one the
// image itself. Where the digest of what that one wrote is the one that came, the records are taken for equal, and all is
// looked at that is looked at in equal records. Blocks with others are run again on both sides, by an image of these blocks
// that writes its records, and compared as ever.

// DigestOptions make a side send digests.
type DigestOptions struct {
	Output     arch.Output // RoundDigests or BlockDigests
	Apprentice bool        // that side sends digests, not the master
	// Again is how many blocks at most are run again for their records, DefaultAgain by default.
	Again int
}

// DefaultAgain is how many blocks that differ are run again in full.
const DefaultAgain = 256

// Digests says how a side was compared that sent digests. Signal codes are not part of them.
type Digests struct {
	Side     string `json:"side"`            // "master" or "apprentice"
	Per      string `json:"per"`             // "round" or "block"
	Equal    int64  `json:"equal"`           // records that are equal by their digests
	Again    int    `json:"again"`           // blocks that were run again in full
	Images   int    `json:"images"`          // sub-images that were made for them
	NotAgain int    `json:"not_again"`       // blocks that differ and were not
	Unsteady int64  `json:"unsteady"`        // digests, of rounds or blocks, that were others the second time
	Bytes    int64  `json:"bytes,omitempty"` // of digests
}

// againAtOnce is how many blocks a sub-image has.
const againAtOnce = 16

// digester compares records with digests.
type digester struct {
	s      *session
	side   int           // that sends digests
	prog   *arch.Program // that it runs
	first  int           // the number of that program's first block
	doubts []doubt
	kept   []byte // records of a block that has one digest, or of any if keep is set

	keep     bool   // the other side runs once: records of blocks in doubt are kept
	retained [2]int // blocks whose records are kept; in [1] those that may differ without a mistake
	bytes    int    // of those records
}

// doubt is a block that is not equal by its digests.
type doubt struct {
	block  int
	folded bool          // there is one digest for all rounds
	sums   []doubtedSums // of rounds that differ, ascending; or the one of the block
	// records are those of all rounds; nil: they are not kept.
	records []byte
}

type doubtedSums struct {
	round  uint32
	number uint32         // that the block had in the records
	sums   [2]arch.Digest // of master and apprentice
	// oneRan: that the digests differ is no mistake of itself, see [digester.oneRan].
	oneRan bool
}

func newDigester(s *session) (*digester, error) {
	d := &digester{s: s}
	role := roleMaster
	if s.opt.Digest.Apprentice {
		d.side, role = 1, roleApprentice
	}
	if r, ok := s.targets[d.side].(*Recording); ok {
		return nil, fmt.Errorf("the %s (%s) is a recording, which has no digests but full records: let the other side send digests", role, r.Name())
	}
	if _, ok := s.targets[d.side].(*Remote); ok {
		return nil, fmt.Errorf("the %s (%s) is a risugen master, which has no digests but full records: let the other side send digests", role, s.targets[d.side].Name())
	}
	if other := &s.targets[1-d.side]; runsOnce(*other) != "" {
		d.keep, *other = true, &keptTarget{*other, d}
	}
	s.report.Digests = &Digests{Side: role, Per: s.opt.Digest.Output.String()}
	return d, nil
}

// block compares a block, as comparer.block does.
func (d *digester) block(p *plan, from int) (int, error) {
	if !d.prog.EachRound(&d.prog.Blocks[p.at-d.first]) {
		return 0, d.folded(p)
	}
	c := d.s.comparer
	c.cover.open(p)
	c.groups.open(p.index)
	defer c.cover.close(p)
	found := doubt{block: p.index}
	d.kept = d.kept[:0]
	defer func() { d.doubted(found) }()
	for round := range c.prog.Rounds {
		rec, sum, err := d.receive(p)
		if err == nil && d.keep {
			d.kept = append(d.kept, rec...)
		}
		if err == nil && round >= from {
			err = d.round(p, uint32(round), rec, sum, &found)
		}
		if err != nil {
			c.cover.interrupted[p.index] = true
			return max(round, from), err
		}
	}
	return 0, nil
}

// doubted keeps a block that differs.
func (d *digester) doubted(found doubt) {
	if len(found.sums) > 0 {
		d.s.cover.interrupted[found.block] = !found.folded
		if n := len(d.doubts); n > 0 && d.doubts[n-1].block == found.block { // a target died in its midst
			found.sums = append(d.doubts[n-1].sums, found.sums...)
			d.doubts = d.doubts[:n-1]
		}
		found.records = d.retain(&found)
		d.doubts = append(d.doubts, found)
	}
}

// receive returns the next record of one side and the next digest of the other.
func (d *digester) receive(p *plan) ([]byte, arch.Digest, error) {
	rec, err := d.s.sides[1-d.side].record(p.size)
	sum, err2 := d.digest()
	return rec, sum, errors.Join(err, err2)
}

func (d *digester) digest() (arch.Digest, error) {
	b, err := d.s.sides[d.side].record(arch.DigestBytes)
	if err != nil {
		return 0, err
	}
	d.s.report.Digests.Bytes += arch.DigestBytes
	return arch.ParseDigest(b, d.s.layout.Order), nil
}

// folded compares a block with one digest.
func (d *digester) folded(p *plan) error {
	c, order := d.s.comparer, d.s.layout.Order
	d.kept = d.kept[:0]
	h, fault := arch.NewRecordHash(), false
	for range c.prog.Rounds {
		rec, err := d.s.sides[1-d.side].record(p.size)
		if err != nil {
			return err
		}
		d.kept, fault = append(d.kept, rec...), arch.IsFault(rec, order)
		h.Add(rec, order)
	}
	sum, err := d.digest()
	if err != nil {
		return err
	}
	if own := h.Sum(fault); own != sum {
		d.doubted(doubt{
			block: p.index, folded: true, sums: []doubtedSums{{number: uint32(p.at - d.first), sums: d.inOrder(own, sum)}},
		})
		return nil
	}
	c.cover.open(p)
	c.groups.open(p.index)
	defer c.cover.close(p)
	for round := range c.prog.Rounds {
		if err := d.equal(p, uint32(round), d.kept[round*p.size:][:p.size]); err != nil {
			return err
		}
	}
	return nil
}

// inOrder returns master's and apprentice's, given the one of the side that writes records, and the other.
func (d *digester) inOrder(own, other arch.Digest) (sums [2]arch.Digest) {
	sums[1-d.side], sums[d.side] = own, other
	return sums
}

// equal takes both sides to have written a record.
func (d *digester) equal(p *plan, round uint32, rec []byte) error {
	d.s.report.Digests.Equal++
	d.s.report.Records++
	return d.s.pair(p, round, rec, rec)
}

// round compares a record with a digest.
func (d *digester) round(p *plan, round uint32, rec []byte, sum arch.Digest, found *doubt) error {
	own := arch.DigestOf(rec, d.s.layout.Order)
	if own == sum {
		return d.equal(p, round, rec)
	}
	other := d.clearedCauses(p, rec, sum)
	if other == nil {
		other = d.gaveUp(p, round, rec, sum)
	}
	if other != nil {
		d.s.report.Records++
		if d.side == 0 {
			return d.s.pair(p, round, other, rec)
		}
		return d.s.pair(p, round, rec, other)
	}
	oneRan, err := d.oneRan(p, round, rec, sum)
	if err != nil {
		return err
	}
	found.sums = append(found.sums, doubtedSums{round, uint32(p.at - d.first), d.inOrder(own, sum), oneRan})
	return nil
}

// blocks lists the numbers of blocks that differ.
func (d *digester) blocks(of []doubt) []int {
	var out []int
	for _, x := range of {
		out = append(out, x.block)
	}
	slices.Sort(out)
	return out
}
