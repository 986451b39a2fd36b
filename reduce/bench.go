package reduce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// maxBatch is how many candidates stand in one image at most.
const maxBatch = 256

// candidate is a block with the input of its only round.
type candidate struct {
	form  *form
	input input
}

// input is what a round begins with.
type input struct {
	window []byte // of the pool: registers, states and memory
	phase  uint32 // Layout.Phase of the round, of which phases are told apart
}

// bench runs candidates.
type bench struct {
	ctx     context.Context
	targets [2]runtime.Target
	known   []*runtime.Known
	stall   time.Duration
	tool    string
	runs    int  // images that were run
	most    int  // of these
	alone   bool // each candidate has an image of its own
	// sentinel is a candidate that held: copies of it stand behind others, where there is room. doubts counts the images in which
	// one of these did not hold: it may come and go, or need to be the first.
	sentinel *candidate
	doubts   int
}

// errRuns says that a group took too many runs.
var errRuns = errors.New("too many images were run")

// hold judges candidates.
func (b *bench) hold(g *goal, cands []candidate) ([]bool, error) {
	out := make([]bool, 0, len(cands))
	for len(cands) > 0 {
		n := b.batch(g, cands)
		held, err := b.try(g, cands[:n])
		if err != nil {
			return nil, err
		}
		out, cands = append(out, held...), cands[n:]
	}
	return out, nil
}

// batch is how many of the first candidates can stand in one image: those of one block and phase, or of blocks that can stand
// anywhere.
func (b *bench) batch(g *goal, cands []candidate) int {
	if b.alone || g.died() {
		return 1
	}
	rounds, blocks := 1, 1
	for rounds < min(len(cands), maxBatch) && cands[rounds].form == cands[0].form && cands[rounds].input.phase == cands[0].input.phase {
		rounds++
	}
	for !cands[0].form.pinned && blocks < min(len(cands), maxBatch) && !cands[blocks].form.pinned {
		blocks++
	}
	return max(rounds, blocks)
}

// try judges candidates of one image. Each record is written at once, so that it is known of which candidate a target
// dies: those behind it are judged by another image.
func (b *bench) try(g *goal, cands []candidate) ([]bool, error) {
	held := make([]bool, len(cands))
	for at := 0; at < len(cands); {
		guards, stood := b.guards(cands[at:]), 0
		judged, err := b.run(g, append(cands[at:len(cands):len(cands)], guards...), func(i int, _ runtime.Moment) {
			if at+i < len(cands) {
				held[at+i] = true
			} else {
				stood++
			}
		})
		switch {
		case err == nil:
			if stood < len(guards) {
				b.doubts++
			}
			return held, nil
		case b.ctx.Err() != nil:
			return nil, context.Cause(b.ctx)
		case g.died():
			held[at] = g.deadly(err)
		case len(runtime.DeadTargets(err)) == 0 && !errors.Is(err, errBuild):
			return nil, err
		}
		at += judged + 1
	}
	return held, nil
}

// copies is how many copies of the sentinel stand in an image.
const copies = 8

// guards are the copies of the sentinel that can stand behind candidates: rounds of their block, or blocks as they are.
func (b *bench) guards(cands []candidate) []candidate {
	if b.sentinel == nil || b.alone || len(cands) < 2 {
		return nil
	}
	g := b.sentinel
	oneBlock := !slices.ContainsFunc(cands, func(c candidate) bool { return c.form != cands[0].form || c.input.phase != cands[0].input.phase })
	sameBlock := g.form == cands[0].form && g.input.phase == cands[0].input.phase
	if oneBlock != sameBlock || !oneBlock && (g.form.pinned || cands[0].form.pinned) {
		return nil
	}
	return slices.Repeat([]candidate{*g}, copies)
}

// run runs an image of candidates, and calls seen for those that show the goal. It says how many were judged.
func (b *bench) run(g *goal, cands []candidate, seen func(int, runtime.Moment)) (judged int, err error) {
	img, err := b.image(cands)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errBuild, err)
	}
	rounds := img.Program.Rounds > 1
	r, err := b.runImage(img, g, func(block int, round uint32, m runtime.Moment) {
		if rounds {
			block = int(round)
		}
		seen(block, m)
	})
	if r != nil {
		judged = int(r.Records)
	}
	return min(judged, len(cands)), err
}

// runImage runs an image and calls seen each time that the goal shows, with the block's index and round.
func (b *bench) runImage(img *runtime.Image, g *goal, seen func(block int, round uint32, m runtime.Moment)) (*runtime.Report, error) {
	if b.ctx.Err() != nil {
		return nil, context.Cause(b.ctx)
	}
	if b.runs++; b.runs > b.most {
		return nil, errRuns
	}
	opt := runtime.Options{Stall: b.stall, Known: b.known}
	p := img.Program
	index := map[int]int{}
	for i := range p.Blocks {
		index[p.Number(i)] = i
	}
	if g.finding {
		opt.ObserveFinding = func(f runtime.Finding) {
			if goalOfFinding(&f) == *g {
				seen(index[f.Block], f.Round, runtime.Moment{})
			}
		}
	} else {
		opt.Inspect = func(w runtime.Blame, m runtime.Moment) {
			if w.Block = index[w.Block]; goalOf(p, w, m) == *g {
				seen(w.Block, w.Round, m)
			}
		}
	}
	return runtime.Run(b.ctx, img, b.targets[0], b.targets[1], opt)
}

// errBuild says that a candidate could not be made an image.
var errBuild = errors.New("the candidate cannot be built")

// image makes an image of candidates: rounds of a block, or blocks of one round.
func (b *bench) image(cands []candidate) (*runtime.Image, error) {
	p, err := programOf(cands)
	if err != nil {
		return nil, err
	}
	return runtime.Build(p, b.tool)
}

// programOf makes a program of candidates.
func programOf(cands []candidate) (*arch.Program, error) {
	f := cands[0].form
	whole := f.whole.Program
	p := &arch.Program{Machine: whole.Machine, Seed: whole.Seed, Rounds: 1}
	l := p.Machine.Layout()
	size := 0
	rounds := true
	for i := range cands {
		size = max(size, cands[i].form.windowSize())
		rounds = rounds && cands[i].form == f && cands[i].input.phase == cands[0].input.phase
	}
	pl := newPool(l, size, len(cands))
	if rounds {
		p.Rounds = len(cands)
		p.Blocks = []arch.Block{f.block}
		p.Blocks[0].Start, p.Blocks[0].Stride = pl.offset(0, cands[0].input.phase), pl.step
		p.Blocks[0].Flush = f.block.Flush || len(cands) > 1
		if f.pinned {
			if err := f.pin(p); err != nil {
				return nil, err
			}
		}
	} else {
		for i := range cands {
			blk := cands[i].form.block
			blk.Start, blk.Stride = pl.offset(i, cands[i].input.phase), pl.step
			blk.Flush = true
			p.Blocks = append(p.Blocks, blk)
		}
	}
	if !f.pinned {
		placeBlocks(p)
	}
	for i := range cands {
		copy(pl.bytes[pl.offset(i, cands[i].input.phase):], cands[i].input.window[:cands[i].form.windowSize()])
	}
	p.Pool, p.PoolSpan = pl.bytes, pl.span
	return p, nil
}

// placeBlocks gives blocks their addresses, where the layout says where they stand.
func placeBlocks(p *arch.Program) {
	l := p.Machine.Layout()
	if l.CodeAddr == 0 {
		return
	}
	next := l.CodeAddr
	for i := range p.Blocks {
		p.Blocks[i].Addr = next
		next += l.BlockSize(&p.Blocks[i])
	}
}
