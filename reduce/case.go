package reduce

import (
	"fmt"
	"maps"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// Case is what became of a group.
type Case struct {
	Name     string            // of its files: pattern and kind
	Mismatch *runtime.Mismatch // of the original run; nil: it is a finding
	Finding  *runtime.Finding
	Count    int64 // how often it was seen: records of a mismatch
	Words    int   // instructions that showed a mismatch
	// Image shows the difference; nil: it could not be shown again.
	Image *runtime.Image
	// Report is of a run of Image.
	Report *runtime.Report
	// Shown is what that report has of it; nil where Image is or it is a finding.
	Shown *runtime.Mismatch
	// Times is how often Image was run in the end, and Showed how often it showed the difference.
	Times, Showed int
	// Wavers says that it did not show it each time, or not each time in the same rounds.
	Wavers bool
	// Found are the instructions of Image as they were found, where their words have been made simpler since; nil: as they stand.
	Found []string
	// Whole says that it takes several rounds of a block to show the difference: these are all, or as few as do, and the values
	// that they begin with are as they were.
	Whole bool
	// Stopped says that Options.MaxRuns images were run: something smaller may show the difference, too.
	Stopped bool
	Block   int    // in the original image, the block that it was made of
	Round   uint32 // of that
	Runs    int    // images that were run
	Tried   []string
}

// Instructions is how many instructions under test the image has.
func (c *Case) Instructions() int {
	if c.Image == nil {
		return 0
	}
	return c.Image.Program.Instructions()
}

// block is the block of the image.
func (c *Case) block() *arch.Block { return &c.Image.Program.Blocks[0] }

// tried notes what did not show the difference.
func (c *Case) tried(format string, args ...any) {
	c.Tried = append(c.Tried, fmt.Sprintf(format, args...))
}

// group reduces a group by the first of its examples that can be shown again.
func (r *reducer) group(g *group) (*Case, error) {
	c := &Case{Mismatch: g.mismatch, Finding: g.finding, Count: g.count, Words: g.words}
	for _, e := range g.all() {
		c.Block, c.Round = r.img.Program.Number(e.block), e.round
		found, err := r.example(c, e)
		if err != nil || found {
			return c, err
		}
	}
	return c, r.again(c, g)
}

// example reduces one example of a group.
func (r *reducer) example(c *Case, e example) (bool, error) {
	for _, alone := range []bool{false, true} {
		b := r.bench(&e.goal)
		b.alone = alone
		s := &search{bench: b, img: r.img, example: e}
		final, err := s.reduce()
		c.Runs += b.runs
		switch {
		case err != nil:
			return false, err
		case final == nil:
			return r.wholeBlock(c, e, s)
		}
		times := confirmations
		if b.doubts > 0 {
			times = doubtful
		}
		if ok, err := r.confirm(c, e.goal, final, times); ok || err != nil {
			c.Found = s.found
			c.Stopped, c.Wavers = ok && s.stopped, ok && (c.Wavers || s.wavers)
			return ok, err
		}
		c.tried("block %d round %d: the reduced image alone did not show it, though it did among others", c.Block, e.round)
	}
	return false, nil
}

// wholeBlock shows an example by all rounds of its block, or by as many as it takes.
func (r *reducer) wholeBlock(c *Case, e example, s *search) (bool, error) {
	why := ""
	if s.trouble != nil {
		why = fmt.Sprintf(" (%v)", s.trouble)
	}
	c.tried("block %d alone, round %d alone%s", c.Block, e.round, why)
	img, err := r.blockImage(e)
	if err != nil {
		return false, err
	}
	if ok, err := r.confirm(c, e.goal, img, confirmations); ok || err != nil {
		if c.Whole = ok; err != nil || c.Wavers {
			return ok, err
		}
		return ok, r.fewer(c, e, s)
	}
	c.tried("block %d alone, all its %d rounds", c.Block, img.Program.Rounds)
	return false, nil
}

// fewer makes of a case that takes several rounds one of fewer, if that shows it, too.
func (r *reducer) fewer(c *Case, e example, s *search) error {
	runs := s.runs
	img, err := s.fewerRounds()
	c.Runs += s.runs - runs
	if img == nil || err != nil {
		return err
	}
	less := *c
	ok, err := r.confirm(&less, e.goal, img, confirmations)
	if c.Runs = less.Runs; err != nil || !ok || less.Wavers {
		return err
	}
	*c = less
	c.Stopped = s.stopped
	return nil
}

// blockImage is an image of an example's block, with all its rounds. Of a block that a target dies of, each record is written at
// once: a run that goes on behind the death then knows where it was.
func (r *reducer) blockImage(e example) (*runtime.Image, error) {
	img, err := r.img, error(nil)
	if img.Program.Part == nil {
		if img, err = runtime.SubImage(r.img, []int{e.block}); err != nil {
			return nil, err
		}
	}
	if !e.goal.died() || len(img.Program.Blocks) != 1 {
		return img, nil
	}
	p := *img.Program
	p.Blocks = slices.Clone(p.Blocks)
	p.Blocks[0].Flush = true
	return runtime.Build(&p, r.opt.Tool)
}

// confirmations is how often a reduced image is run alone, and doubtful how often where the way to it was not steady.
const (
	confirmations = 3
	doubtful      = 20
)

// confirm runs an image, as it is read back from its bytes, several times.
func (r *reducer) confirm(c *Case, g goal, img *runtime.Image, times int) (bool, error) {
	read, err := runtime.Load(img.Data, sameMachine(img))
	if err != nil {
		return false, fmt.Errorf("read a reduced image back: %w", err)
	}
	showed, wavers := 0, false
	var before map[spot]bool
	for n := 0; n < times; n++ {
		report, seen, err := r.show(read, g)
		c.Runs++
		if err != nil {
			return false, err
		}
		if len(seen) > 0 {
			showed++
		}
		if len(seen) > 0 || n == 0 {
			c.Report = report
		}
		if n > 0 && !maps.Equal(seen, before) {
			wavers, times = true, doubtful
		}
		before = seen
	}
	if showed == 0 {
		c.Report = nil
		return false, nil
	}
	c.Image, c.Times, c.Showed, c.Wavers, c.Shown = read, times, showed, wavers, nil
	if !g.finding {
		for _, m := range c.Report.MismatchList {
			if m.Kind == g.kind && m.Pattern == g.pattern && m.Known == g.known {
				c.Shown = m
				break
			}
		}
	}
	return true, nil
}

// sameMachine is the machine of an image that is there already.
func sameMachine(img *runtime.Image) runtime.MachineFunc {
	return func(arch.Config) (arch.Machine, error) { return img.Program.Machine, nil }
}

// show runs an image on the targets themselves, whose versions are asked for, and tells in which rounds the goal shows.
func (r *reducer) show(img *runtime.Image, g goal) (report *runtime.Report, seen map[spot]bool, err error) {
	seen = map[spot]bool{}
	opt := runtime.Options{Stall: r.opt.Stall, MaxMismatches: maxGroups, Known: r.opt.Known}
	p := img.Program
	index := map[int]int{}
	for i := range p.Blocks {
		index[p.Number(i)] = i
	}
	opt.Inspect = func(b runtime.Blame, m runtime.Moment) {
		if b.Block = index[b.Block]; goalOf(p, b, m) == g {
			seen[spot{b.Block, b.Round}] = true
		}
	}
	opt.ObserveFinding = func(f runtime.Finding) {
		if goalOfFinding(&f) == g {
			seen[spot{index[f.Block], f.Round}] = true
		}
	}
	report, err = runtime.Run(r.ctx, img, r.opt.Targets[0], r.opt.Targets[1], opt)
	switch {
	case err == nil || r.ctx.Err() != nil:
	case g.died():
		if g.deadly(err) {
			seen[spot{}] = true
		}
		err = nil
	case len(runtime.DeadTargets(err)) > 0:
		err = nil
	}
	return report, seen, err
}

// again runs the whole image once more for a group that no example showed.
func (r *reducer) again(c *Case, g *group) error {
	_, seen, err := r.show(r.img, g.first().goal)
	c.Runs++
	if err != nil {
		return err
	}
	did := "did not show it again"
	if len(seen) > 0 {
		did = "showed it again: it takes more than one block"
	}
	c.tried("the whole image once more, which %s", did)
	return nil
}
