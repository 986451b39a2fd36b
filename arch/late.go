package arch

// FaultPC is the address of the instruction that the record of a fault in a block tells of. It is the one that the record
// names, or that of the block's last instruction, which may raise such a fault, where a system names what stands
// behind it: see Layout.LateAlignFault.
func (p *Program) FaultPC(b *Block, h *RecordHeader) uint64 {
	l := p.Machine.Layout()
	if !l.LateAlignFault || len(b.Items) == 0 || h.Signal != l.Signals[l.AlignFault] {
		return h.PC
	}
	end := b.Addr
	for i := range b.Items {
		end += uint64(b.Items[i].Size)
	}
	last := &b.Items[len(b.Items)-1]
	if h.PC != end || !last.Kind.UnderTest() {
		return h.PC
	}
	if in := p.Machine.Set().Insns[last.Insn]; last.Kind != Misaligned && !in.HasFault(l.AlignFault) {
		return h.PC
	}
	return end - uint64(last.Size)
}
