package toy

import "github.com/risugen/risugen/arch"

// An image of the toy architecture holds code, a table that its "hardware" walks, the pool and memory.
//
// The table, in the machine's byte order: 32 bytes of digest, then words of 32 bits: rounds, blocks,
// pool span, payload size; then for each block eight words: address, words of code, base register, keep
// register, pool start, pool stride, whether it touches memory, whether it has traps.
const (
	tableHead  = arch.DigestSize + 16
	tableEntry = 32
)

// Emit implements arch.Machine.
func (m *machine) Emit(p *arch.Program) (*arch.Code, error) {
	var code []byte
	table := make([]byte, tableHead, tableHead+tableEntry*len(p.Blocks))
	for i, v := range []int{p.Rounds, len(p.Blocks), p.PoolSpan, m.layout.Payload} {
		m.layout.Order.PutUint32(table[arch.DigestSize+4*i:], uint32(v))
	}
	for i := range p.Blocks {
		b := &p.Blocks[i]
		b.Addr = codeAddr + uint64(len(code))
		for j := range b.Items {
			code = m.layout.Order.AppendUint32(code, uint32(b.Items[j].Word))
		}
		for _, v := range m.entry(b) {
			table = m.layout.Order.AppendUint32(table, v)
		}
	}
	p.PoolAddr = poolAddr
	return &arch.Code{
		Machine: m.layout.ELF.Machine, Entry: codeAddr,
		Segments: []arch.Segment{
			{Addr: codeAddr, Data: code, Exec: true},
			{Addr: tableAddr, Data: table},
			{Addr: poolAddr, Data: p.Pool},
			{Addr: memAddr, MemSize: uint64(m.layout.Memory.Bytes()), Write: true},
		},
		DigestSegment: 1,
	}, nil
}

func (m *machine) entry(b *arch.Block) [8]uint32 {
	flag := map[bool]uint32{true: 1}
	return [8]uint32{
		uint32(b.Addr), uint32(len(b.Items)), uint32(m.layout.Bases[b.Base]), uint32(m.layout.Keeps[b.Base][0]),
		b.Start, b.Stride, flag[b.Memory], flag[b.Traps],
	}
}
