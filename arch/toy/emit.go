package toy

import "github.com/risugen/risugen/arch"

// An image of the toy architecture holds code, a table that its "hardware" walks, the pool and memory.
//
// The table, in the machine's byte order: 32 bytes of digest, then words of 32 bits: rounds, blocks,
// pool span, payload size; then for each block eight words: address, words of code, base register, keep
// register, pool start, pool stride, whether it touches memory, flags.
const (
	tableHead  = arch.DigestSize + 16
	tableEntry = 32
	codePage   = 0x1_0000
)

// Flags of a block.
const (
	flagTraps     = 1 << iota
	flagDigests   // it writes digests
	flagEachRound // one for each round
	flagFlush     // its records, or digests, are written at once
)

// Emit implements arch.Machine.
func (m *machine) Emit(p *arch.Program) (*arch.Code, error) {
	table := make([]byte, tableHead, tableHead+tableEntry*len(p.Blocks))
	for i, v := range []int{p.Rounds, len(p.Blocks), p.PoolSpan, m.layout.Payload} {
		m.layout.Order.PutUint32(table[arch.DigestSize+4*i:], uint32(v))
	}
	var pieces []arch.Piece
	next := uint64(codeAddr)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if p.Part == nil {
			b.Addr = next
		}
		var code []byte
		for j := range b.Items {
			code = m.layout.Order.AppendUint32(code, uint32(b.Items[j].Word))
		}
		pieces = append(pieces, arch.Piece{Addr: b.Addr, Data: code})
		next = b.Addr + uint64(len(code))
		for _, v := range m.entry(p, b) {
			table = m.layout.Order.AppendUint32(table, v)
		}
	}
	code, err := arch.JoinCode(pieces, codePage)
	if err != nil {
		return nil, err
	}
	p.PoolAddr = poolAddr
	return &arch.Code{
		Machine: m.layout.ELF.Machine, Entry: codeAddr,
		Segments: append([]arch.Segment{
			code[0],
			{Addr: tableAddr, Data: table},
			{Addr: poolAddr, Data: p.Pool},
			{Addr: memAddr, MemSize: uint64(m.layout.Memory.Bytes()), Write: true},
		}, code[1:]...),
		DigestSegment: 1,
	}, nil
}

func (m *machine) entry(p *arch.Program, b *arch.Block) [8]uint32 {
	flag := func(set bool, v uint32) uint32 {
		if set {
			return v
		}
		return 0
	}
	flags := flag(b.Traps, flagTraps) | flag(b.Flush, flagFlush)
	if p.Output != arch.FullRecords {
		flags |= flagDigests | flag(p.EachRound(b), flagEachRound)
	}
	return [8]uint32{
		uint32(b.Addr), uint32(len(b.Items)), uint32(m.layout.Bases[b.Base]), uint32(m.layout.Keeps[b.Base][0]),
		b.Start, b.Stride, flag(b.Memory, 1), flags,
	}
}
