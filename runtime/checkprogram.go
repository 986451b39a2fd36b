package runtime

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// checkProgram makes sure that a program from a file can be worked with: a file may be damaged, or made
// with other descriptions than it says.
func checkProgram(p *arch.Program) error {
	if err := checkLayout(p); err != nil {
		return err
	}
	if int64(len(p.Blocks)) > 1<<31 || int64(p.Rounds) > 1<<31 {
		return errors.New("the image has more blocks or rounds than records can number")
	}
	c := itemChecker{layout: p.Machine.Layout(), set: p.Machine.Set()}
	for b := range p.Blocks {
		for i := range p.Blocks[b].Items {
			if err := c.check(&p.Blocks[b], &p.Blocks[b].Items[i]); err != nil {
				return fmt.Errorf("block %d, item %d: %w", b, i, err)
			}
		}
		if err := checkGroups(p, &p.Blocks[b]); err != nil {
			return fmt.Errorf("block %d, %w", b, err)
		}
	}
	return nil
}

// itemChecker checks items; the rest is scratch.
type itemChecker struct {
	layout *arch.Layout
	set    *constraints.Set
	uses   []constraints.Use
}

// check makes sure that the word of a test item is its instruction, and that there is every register
// that it names.
func (c *itemChecker) check(b *arch.Block, it *arch.Item) error {
	if int(it.Owner) >= len(b.Items) || !b.Items[it.Owner].Kind.UnderTest() {
		return errors.New("it serves no instruction under test")
	}
	if !it.Kind.UnderTest() {
		return nil
	}
	l, in := c.layout, c.set.Insns[it.Insn]
	if !in.Pattern.Matches(it.Word) || !in.Accepts(it.Word) {
		return fmt.Errorf("the word %s is not %s", wordText(it.Word, in.Pattern.Width), in)
	}
	if it.Kind == arch.Reserved {
		return nil // what its registers are does not matter
	}
	c.uses = in.UsesOf(c.uses[:0], it.Word)
	for _, u := range c.uses {
		name := in.Operands[u.Operand].Name
		switch u.Kind {
		case constraints.UseMemory:
			if !b.Memory && in.Memory.Base >= 0 {
				return fmt.Errorf("%s accesses memory, which its block does not have", in)
			}
			if u.Role.Writes() && int(it.Window) >= l.Memory.Windows {
				return fmt.Errorf("%s stores, but has no memory window", in)
			}
		case constraints.UseRegister:
			if int(u.Class) >= len(l.Classes) || int(u.Num) >= l.Classes[u.Class].Count {
				return fmt.Errorf("%s names a register that does not exist: %s=%d", in, name, u.Num)
			}
		case constraints.UseState:
			if int(u.Num) >= len(l.States) {
				return fmt.Errorf("%s names a state that does not exist: %s", in, name)
			}
		}
	}
	return nil
}

// checkGroups makes sure that what stands behind a prefix is that, and nothing else is.
func checkGroups(p *arch.Program, b *arch.Block) error {
	left := 0 // behind the last prefix
	for i := range b.Items {
		it := &b.Items[i]
		behind, following := false, 0
		if it.Kind.UnderTest() {
			in := p.Machine.Set().Insns[it.Insn]
			behind, following = in.Behind != "", in.Following(it.Word)
		}
		switch {
		case behind != (left > 0):
			return fmt.Errorf("item %d: it is not what it must be behind a prefix, or elsewhere", i)
		case behind:
			left--
		case it.Kind == arch.Test:
			left = following
		}
	}
	if left > 0 {
		return errors.New("which ends before all stands there that its last prefix wants")
	}
	return nil
}

// checkLayout makes sure that everything a record or a round's input holds lies inside of it.
func checkLayout(p *arch.Program) error {
	l := p.Machine.Layout()
	window := l.Window + l.Memory.Bytes()
	fits := p.PoolSpan > 0 && p.PoolSpan+window <= len(p.Pool) && l.Memory.Pool+l.Memory.Bytes() <= window
	fits = fits && len(l.Classes) <= maxClasses && len(l.States) <= 64 && l.Memory.Windows <= 64
	for i := range l.Classes {
		c := &l.Classes[i]
		fits = fits && c.Count <= 64 && c.Record+c.Count*c.Bytes <= l.Payload && c.Pool+c.Count*c.Bytes <= window
	}
	for _, s := range l.States {
		fits = fits && s.Record+s.Bytes <= l.Payload && s.Bytes <= 8
	}
	if !fits {
		return errors.New("the machine's layout does not fit its records or its input pool")
	}
	return nil
}
