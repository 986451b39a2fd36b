package reduce

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// search reduces one example.
type search struct {
	*bench
	img     *runtime.Image
	example example

	first    candidate // the example's block with its round alone
	at       candidate // the smallest that holds
	cells    []cell    // of at's window
	units    []unit    // of the example's block
	keep     []int     // units that are left
	readings readings  // of its instructions
	stopped  bool      // there were too many runs: something smaller may hold, too
	found    []string  // the instructions before their words were made simpler; nil: they are what they were
	wavers   bool      // what was reached comes and goes
	trouble  error     // why the first candidate could not be judged, if that is the reason why it does not hold
}

func (s *search) machine() arch.Machine { return s.img.Program.Machine }
func (s *search) original() *arch.Block { return &s.img.Program.Blocks[s.example.block] }

// hold judges candidates beside the smallest one so far.
func (s *search) hold(g *goal, cands []candidate) ([]bool, error) {
	at := s.at
	s.sentinel = &at
	return s.bench.hold(g, cands)
}

// reduce returns the smallest image that shows the example, or nil where its block alone does not with its round alone.
func (s *search) reduce() (*runtime.Image, error) {
	held, err := s.begin()
	if err != nil || !held {
		return nil, err
	}
	for _, step := range []func() error{s.instructions, s.prefixes, s.modes, s.compact, s.values, s.operands} {
		if err := step(); errors.Is(err, errRuns) { // what there is holds, too
			s.stopped = true
			break
		} else if err != nil {
			return nil, err
		}
	}
	if err := s.repeat(); err != nil && !errors.Is(err, errRuns) {
		return nil, err
	}
	return s.image([]candidate{s.at})
}

// repeats is how many rounds repeat what was reached, to see whether each of them shows it.
const repeats = 64

// repeat finds out whether the difference comes and goes: where not all rounds of an image that repeats one show it, those
// that do must be the same ones in another run.
func (s *search) repeat() error {
	if s.example.goal.died() || s.alone {
		return nil
	}
	var before []bool
	for range 2 {
		held, err := s.bench.try(&s.example.goal, slices.Repeat([]candidate{s.at}, repeats))
		if err != nil || !slices.Contains(held, false) {
			return err
		}
		s.wavers = before != nil && !slices.Equal(held, before)
		before = held
	}
	s.doubts++
	return nil
}

// begin judges the block as it is, with the example's round alone, and notes what its instructions read.
func (s *search) begin() (bool, error) {
	p, b := s.img.Program, s.original()
	l := p.Machine.Layout()
	f := &form{whole: s.img, number: s.example.block, block: *b}
	f.block.Flush = s.example.goal.died() // so that a run that goes on behind the death knows where it was
	at := candidate{f, input{
		window: slices.Clone(p.PoolWindow(b, s.example.round)[:l.Window+l.Memory.Bytes()]),
		phase:  l.Phase(b, s.example.round) % phases,
	}}
	var places []bool // pinned or not
	if movable(p.Machine, b) {
		places = append(places, false)
	}
	for _, pinned := range append(places, true) {
		f.pinned = pinned
		held, err := s.watch(at)
		if err != nil {
			return false, err
		}
		if held {
			s.first, s.at, s.units = at, at, units(p.Machine, b)
			s.cells = cellsOf(p.Machine, s.placed(at))
			return true, nil
		}
	}
	return false, nil
}

// watch judges a candidate and notes what its instructions read.
func (s *search) watch(c candidate) (held bool, err error) {
	g := &s.example.goal
	_, err = s.run(g, []candidate{c}, func(_ int, m runtime.Moment) {
		if held = true; !g.finding {
			s.readings = readingsOf(s.machine(), &c.form.block, m)
		}
	})
	switch {
	case err == nil:
	case s.ctx.Err() != nil || errors.Is(err, errRuns):
		return false, err
	case g.died():
		return g.deadly(err), nil
	default:
		s.trouble, err = err, nil
	}
	return held, err
}

// placed is a candidate's block with a beginning that gives its round the right phase.
func (s *search) placed(c candidate) *arch.Block {
	b := c.form.block
	b.Start, b.Stride = c.input.phase*uint32(s.machine().Layout().PoolAlign), 0
	return &b
}

// arrangement is a way to take a block apart.
type arrangement struct {
	units  []unit
	also   []int                 // items that stay, whatever they serve
	change func([]piece) []piece // of what is left; nil: nothing
}

// arranged is a candidate of some units of an arrangement.
func (s *search) arranged(a arrangement, keep []int) (candidate, bool) {
	there := kept(s.original(), a.units, keep)
	for _, i := range a.also {
		there[i] = true
	}
	return s.candidate(there, a.change)
}

// instructions takes out units.
func (s *search) instructions() error {
	var all []int
	for i := range s.units {
		all = append(all, i)
	}
	return s.takeOut(arrangement{units: s.units}, all)
}

// takeOut takes out some of the units that are left, but not the one that is to blame.
func (s *search) takeOut(a arrangement, left []int) error {
	fixed := -1
	if s.example.item >= 0 {
		fixed = unitOf(a.units, s.example.item)
	}
	set := slices.DeleteFunc(slices.Clone(left), func(u int) bool { return u == fixed })
	made := map[string]candidate{}
	keep, err := minimize(set, func(sets [][]int) ([]bool, error) {
		out := make([]bool, len(sets))
		var cands []candidate
		var which []int
		for i, set := range sets {
			if c, ok := s.arranged(a, withUnit(set, fixed)); ok {
				cands, which = append(cands, c), append(which, i)
			}
		}
		held, err := s.holdAnywhere(cands)
		for n, h := range held {
			out[which[n]] = h
			made[key(sets[which[n]])] = cands[n]
		}
		return out, err
	})
	if err != nil {
		return err
	}
	if c, ok := made[key(keep)]; ok {
		s.at = c
	}
	s.keep = withUnit(keep, fixed)
	return nil
}

// holdAnywhere judges candidates. Where the example's block had to stay where it stood, smaller ones may not: all are tried
// in the first block's place at first, and if none of them holds there, in their own.
func (s *search) holdAnywhere(cands []candidate) ([]bool, error) {
	if !s.first.form.pinned {
		return s.hold(&s.example.goal, cands)
	}
	var moved []candidate
	var which []int
	for i, c := range cands {
		if movable(s.machine(), &c.form.block) {
			f := *c.form
			f.pinned = false
			moved, which = append(moved, candidate{&f, c.input}), append(which, i)
		}
	}
	out := make([]bool, len(cands))
	held, err := s.hold(&s.example.goal, moved)
	for n, h := range held {
		if out[which[n]] = h; h {
			cands[which[n]] = moved[n]
		}
	}
	if err != nil || slices.Contains(held, true) {
		return out, err
	}
	return s.hold(&s.example.goal, cands)
}

// withUnit adds a unit to an ascending list of them; -1 is none.
func withUnit(set []int, u int) []int {
	if u < 0 {
		return set
	}
	out := append(slices.Clone(set), u)
	slices.Sort(out)
	return out
}

func key(set []int) string { return fmt.Sprint(set) }

// candidate makes a candidate of some items of the example's block, which change may change further. It reports false
// where none can be made.
func (s *search) candidate(there []bool, change func([]piece) []piece) (candidate, bool) {
	b := s.original()
	pieces, err := silence(s.machine(), b, there)
	if err != nil {
		return candidate{}, false
	}
	if change != nil {
		pieces = change(pieces)
	}
	f := *s.first.form
	if f.block.Items, f.fillers, err = settle(pieces); err != nil {
		return candidate{}, false
	}
	c := candidate{&f, input{slices.Clone(s.first.input.window), s.first.input.phase}}
	s.readings.supply(s.machine(), b, there, s.cells, c.input.window)
	return c, true
}
