package reduce

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// stretch is rounds of a block, one behind the other, with some of its units.
type stretch struct {
	first uint32
	count int
	keep  []int
}

// fewerRounds makes of a block that shows a difference with all its rounds alone one of fewer rounds and, unless a target dies
// of it, fewer instructions, whose words stay where they stood. nil: it needs all.
func (s *search) fewerRounds() (*runtime.Image, error) {
	all := stretch{count: s.img.Program.Rounds}
	s.units = units(s.machine(), s.original())
	for i := range s.units {
		all.keep = append(all.keep, i)
	}
	at, err := s.shorten(all)
	if err == nil && !s.example.goal.died() {
		at, err = s.thin(at)
	}
	if err != nil && !errors.Is(err, errRuns) { // what there is holds, too
		return nil, err
	}
	if at.count == all.count && len(at.keep) == len(all.keep) {
		return nil, nil
	}
	s.stopped = err != nil
	return s.stretched(at)
}

// shorten takes rounds off both ends, half of them at first, then fewer and fewer, until none can go.
func (s *search) shorten(at stretch) (stretch, error) {
	for step := at.count / 2; step > 0; {
		back, front := at, at
		back.count, front.count = at.count-step, at.count-step
		front.first += uint32(step)
		shorter := false
		for _, one := range []stretch{back, front} {
			held, err := s.shows(one)
			if err != nil {
				return at, err
			}
			if held {
				at, shorter = one, true
				break
			}
		}
		if !shorter || step >= at.count {
			step = min(step/2, at.count-1)
		}
	}
	return at, nil
}

// thin takes units out.
func (s *search) thin(at stretch) (stretch, error) {
	fixed := -1
	if s.example.item >= 0 {
		fixed = unitOf(s.units, s.example.item)
	}
	set := slices.DeleteFunc(slices.Clone(at.keep), func(u int) bool { return u == fixed })
	keep, err := minimize(set, func(sets [][]int) ([]bool, error) {
		var out []bool
		for _, set := range sets {
			one := at
			one.keep = withUnit(set, fixed)
			held, err := s.shows(one)
			if err != nil {
				return nil, err
			}
			out = append(out, held)
		}
		return out, nil
	})
	if err == nil {
		at.keep = withUnit(keep, fixed)
	}
	return at, err
}

// shows runs a stretch and tells whether the difference shows in any of its rounds.
func (s *search) shows(one stretch) (held bool, err error) {
	img, err := s.stretched(one)
	if err != nil {
		return false, nil // another one may be an image
	}
	g := &s.example.goal
	_, err = s.runImage(img, g, func(int, uint32, runtime.Moment) { held = true })
	switch {
	case err == nil:
		return held, nil
	case s.ctx.Err() != nil || errors.Is(err, errRuns):
		return false, err
	case g.died():
		return g.deadly(err), nil
	case len(runtime.DeadTargets(err)) == 0:
		return false, err
	}
	return false, nil
}

// stretched makes the image of a stretch. The block stays where it stood.
func (s *search) stretched(one stretch) (*runtime.Image, error) {
	p, b := *s.img.Program, *s.original()
	pieces, err := silence(s.machine(), &b, kept(&b, s.units, one.keep))
	if err != nil {
		return nil, err
	}
	if b.Items, _, err = settle(pieces); err != nil {
		return nil, err
	}
	b.Start, b.Flush = uint32(p.PoolOffset(&b, one.first)), s.example.goal.died()
	p.Rounds, p.Blocks, p.Pool = one.count, []arch.Block{b}, s.windows(&b, one.count)
	f := &form{whole: s.img, number: s.example.block, block: b, pinned: true}
	if err := f.pin(&p); err != nil {
		return nil, err
	}
	img, err := runtime.Build(&p, s.tool)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBuild, err)
	}
	return img, nil
}

// windows is a pool that holds what rounds of a block read, and zeros, which take no room where images are kept or sent.
func (s *search) windows(b *arch.Block, rounds int) []byte {
	p := s.img.Program
	out, n := make([]byte, len(p.Pool)), (&form{whole: s.img, block: *b}).windowSize()
	for round := range rounds {
		at := p.PoolOffset(b, uint32(round))
		copy(out[at:at+n], p.Pool[at:])
	}
	return out
}
