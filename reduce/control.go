package reduce

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/runtime"
)

// controlBlocks is how many blocks the image has that tells whether targets run images at all.
const controlBlocks = 16

// control runs an image without any instruction under test where a target came to a bad end in the first run. One that
// dies of that, too, does so of any image: no instruction is to blame, and nothing can be reduced.
func (r *reducer) control() error {
	if r.out.Ended == nil && !r.died() {
		return nil
	}
	p, err := r.idleProgram()
	if p == nil || err != nil {
		return err
	}
	img, err := runtime.Build(p, r.opt.Tool)
	if err != nil {
		return fmt.Errorf("make an image that does nothing: %w", err)
	}
	report, err := runtime.Run(r.ctx, img, r.opt.Targets[0], r.opt.Targets[1], runtime.Options{Stall: r.opt.Stall})
	switch {
	case r.ctx.Err() != nil:
		return err
	case err != nil:
		return fmt.Errorf("an image for the %s that does nothing fails, too, so that no instruction is to blame: %w", r.img.Program.Machine.Config().CPU, err)
	case report.Failed():
		return fmt.Errorf("the targets differ in an image for the %s that does nothing, so that no instruction is to blame", r.img.Program.Machine.Config().CPU)
	}
	return nil
}

// died reports whether a target died in the first run, and it went on.
func (r *reducer) died() bool {
	for _, f := range r.out.First.Findings {
		if f.Kind == runtime.FindingDied {
			return true
		}
	}
	return false
}

// idleProgram is the first blocks with words that do nothing in the places of all others, and with all their rounds, in which
// registers are zero; nil: no description has such words.
func (r *reducer) idleProgram() (*arch.Program, error) {
	p := *r.img.Program
	p.Part, p.Output = nil, arch.FullRecords
	p.Blocks, p.Pool = nil, make([]byte, len(p.Pool))
	for i := range r.img.Program.Blocks[:min(controlBlocks, len(r.img.Program.Blocks))] {
		b := r.img.Program.Blocks[i]
		pieces, err := silence(p.Machine, &b, make([]bool, len(b.Items)))
		if err != nil {
			return nil, err
		}
		b.Items, b.Flush, b.Traps = nil, false, false
		for _, piece := range pieces {
			b.Items = append(b.Items, piece.Item)
		}
		if !tested(p.Machine.Set(), b.Items) {
			return nil, nil
		}
		p.Blocks = append(p.Blocks, b)
	}
	placeBlocks(&p)
	return &p, nil
}

// tested makes the first of some words that a description has the instruction under test of a block, which must have one.
func tested(set *constraints.Set, items []arch.Item) bool {
	at := slices.IndexFunc(items, func(it arch.Item) bool {
		in := set.Decode(it.Word)
		return in != nil && in.Pattern.Width == 8*int(it.Size) && in.Branch == nil && in.Memory == nil && in.Behind == ""
	})
	if at < 0 {
		return false
	}
	items[at].Kind, items[at].Insn = arch.Test, int32(set.Decode(items[at].Word).Index)
	for i := range items {
		items[i].Owner = uint16(at)
	}
	return true
}
