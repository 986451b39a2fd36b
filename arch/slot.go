package arch

// InSlot reports whether an item is an instruction under test in the delay slot of another, or in its forbidden slot:
// faults there are reported alike.
func (p *Program) InSlot(b *Block, item int) bool {
	if item < 1 || item >= len(b.Items) || b.Items[item-1].Kind != Test || !b.Items[item].Kind.UnderTest() {
		return false
	}
	br := p.Machine.Set().Insns[b.Items[item-1].Insn].Branch
	return br != nil && (br.DelaySlot || br.ForbiddenSlot && b.Items[item].Kind == Reserved)
}

// Faulting is the item that a fault reported at an item is laid at: where that is a branch, the instruction under
// test in its slot, if there is one. Branches seldom fault, and those without such a slot show it.
func (p *Program) Faulting(b *Block, item int) int {
	if p.InSlot(b, item+1) {
		return item + 1
	}
	return item
}
