package runtime

import (
	"context"
	"errors"

	"github.com/risugen/risugen/arch"
)

// session is a run. It starts its targets once on the image or, for digests and after a target's death, on images that are
// derived from it, too. All that they write goes to one comparer.
type session struct {
	*comparer
	ctx     context.Context
	img     *Image
	targets [2]Target
	opt     Options
	digests *digester // nil: both sides write records
	pl      planner
	deaths  deaths
}

// newSession starts both targets.
func newSession(ctx context.Context, img *Image, targets [2]Target, opt Options) (*session, error) {
	if err := checkKeepGoing(opt, targets); err != nil {
		return nil, err
	}
	s := &session{ctx: ctx, img: img, targets: targets, opt: opt}
	s.comparer = newComparer(img.Program, newReport(img, targets[0], targets[1]), opt)
	s.pl = newPlanner(img.Program)
	if opt.Digest.Output != arch.FullRecords {
		var err error
		if s.digests, err = newDigester(s); err != nil {
			return nil, err
		}
	}
	return s, s.start(spot{}, 0)
}

// spot is a round of a block.
type spot struct{ block, round int }

// start starts both targets on the blocks from a spot's on, of which the first ones write all that they have at once.
func (s *session) start(at spot, flush int) error {
	images := [2]*Image{s.img, s.img}
	v := variant{flush: flush}
	if at.block > 0 || flush > 0 {
		for b := at.block; b < len(s.prog.Blocks); b++ {
			v.blocks = append(v.blocks, b)
		}
		img, err := derive(s.img, v)
		if err != nil {
			return err
		}
		images = [2]*Image{img, img}
	}
	if d := s.digests; d != nil {
		v.output = s.opt.Digest.Output
		img, err := derive(s.img, v)
		if err != nil {
			return err
		}
		images[d.side], d.prog, d.first = img, img.Program, at.block
	}
	return s.open(images)
}

// open starts each target on an image.
func (s *session) open(images [2]*Image) error {
	s.close()
	for i, role := range [2]string{roleMaster, roleApprentice} {
		var err error
		if s.sides[i], err = start(s.ctx, role, s.targets[i], images[i], s.opt.Stall); err != nil {
			s.close()
			return err
		}
	}
	return nil
}

// close ends what still runs.
func (s *session) close() {
	for i, side := range s.sides {
		if side != nil {
			side.stop()
		}
		s.sides[i] = nil
	}
}

// run compares everything. The error says which target failed, and how.
func (s *session) run() error {
	var at spot
	for {
		err := s.compareFrom(&at)
		flush, more := s.survive(err, &at)
		if more && at.block < len(s.prog.Blocks) {
			if err = s.start(at, flush); err == nil {
				continue
			}
		} else if more {
			err = nil // there is nothing left to run
		}
		if s.digests != nil {
			err = s.digests.settle(err)
		}
		return err
	}
}

// compareFrom compares from a spot until both streams have ended, or one failed, and says how far it came.
func (s *session) compareFrom(at *spot) error {
	total := int64(len(s.prog.Blocks)) * int64(s.prog.Rounds)
	for ; at.block < len(s.prog.Blocks); at.block, at.round = at.block+1, 0 {
		var err error
		p := s.pl.next(at.block)
		if s.digests != nil {
			at.round, err = s.digests.block(p, at.round)
		} else {
			at.round, err = s.block(p, at.round)
		}
		if err != nil {
			return err
		}
		s.report.Blocks++
		s.passed(at.block)
		if s.opt.Progress != nil {
			s.opt.Progress(s.report.Records, total)
		}
	}
	return s.ended()
}

// ended returns nil if both streams have ended as they must.
func (s *session) ended() error { return errors.Join(s.sides[0].end(), s.sides[1].end()) }
