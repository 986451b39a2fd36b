package toy

import "math/bits"

// listSemantics is for the instructions whose operands are not simply one register each. That an immediate
// counts threefold is said here once more: the interpreter knows nothing of the blocks.
var listSemantics = map[string]func(*run, []int64){
	"ADDS": addSetFlag,
	"BEQF": semantics["BEQ"],
	"MIX":  mix,
	"PUT":  put,
	"MULY": semantics["MULX"],
	"LL":   loadLinked,
	"SC":   storeConditional,
	"PUSH": func(r *run, a []int64) {
		v := r.cpu.R[a[0]]
		r.cpu.R[13] -= 4
		r.order.PutUint32(r.bytes(r.cpu.R[13], 4), v)
	},
	"POP": func(r *run, a []int64) {
		v := r.order.Uint32(r.bytes(r.cpu.R[13], 4))
		r.cpu.R[13] += 4
		r.cpu.R[a[0]] = v
	},
	"MODW": func(r *run, a []int64) {
		if r.cpu.R[a[2]] == 0 {
			r.trap = r.layout.Signals["SIGSEGV"] // never: the divisor is prepared
			return
		}
		r.cpu.R[a[0]] = r.cpu.R[a[1]] % r.cpu.R[a[2]]
	},
	"ADDSUB": func(r *run, a []int64) {
		sum, difference := r.cpu.R[a[2]]+r.cpu.R[a[3]], r.cpu.R[a[2]]-r.cpu.R[a[3]]
		r.cpu.R[a[0]] = sum
		r.cpu.R[a[1]] = difference
	},
	"ADDI3": func(r *run, a []int64) { r.cpu.R[a[0]] = r.cpu.R[a[1]] + uint32(3*a[2]) },
	"LDP": func(r *run, a []int64) {
		b := r.bytes(r.cpu.R[a[1]]+uint32(2*a[2]), 8)
		r.cpu.R[a[0]], r.cpu.R[a[0]+1] = r.order.Uint32(b), r.order.Uint32(b[4:])
	},
	"LDM": loadMany,
	"STM": storeMany,
	"LWP": func(r *run, a []int64) {
		addr := r.cpu.R[a[1]]
		r.cpu.R[a[1]] = addr + uint32(a[2])
		r.cpu.R[a[0]] = r.order.Uint32(r.bytes(addr, 4))
	},
	"SWX": func(r *run, a []int64) {
		r.order.PutUint32(r.bytes(r.cpu.R[a[1]]+r.cpu.R[a[2]]<<a[3], 4), r.cpu.R[a[0]])
	},
	"LHA": func(r *run, a []int64) {
		if addr := r.cpu.R[a[1]] + uint32(a[2]); r.alignedBase(a[1]) && r.aligned(addr, 2) {
			r.cpu.R[a[0]] = uint32(r.order.Uint16(r.bytes(addr, 2)))
		}
	},
	"SWA": func(r *run, a []int64) {
		addr := r.cpu.R[a[1]] + r.cpu.R[a[2]] + uint32(a[3])
		if r.alignedBase(a[1]) && (addr%8 < 4 || r.aligned(addr, 4)) {
			r.order.PutUint32(r.bytes(addr, 4), r.cpu.R[a[0]])
		}
	},
	"LWT": func(r *run, a []int64) {
		addr := r.cpu.R[a[1]] - uint32(a[2])
		r.cpu.R[a[1]] *= 7
		r.cpu.R[a[0]] = r.order.Uint32(r.bytes(addr, 4))
	},
	"VLD": func(r *run, a []int64) {
		b := r.bytes(r.cpu.R[a[1]]+r.cpu.R[a[2]], 8<<a[3])
		for i := range a[3] + 1 {
			r.cpu.V[(a[0]+i)%8] = r.order.Uint64(b[8*i:])
		}
	},
	"VST": func(r *run, a []int64) {
		b := r.bytes(r.cpu.R[a[1]]+r.cpu.R[a[2]], 8<<a[3])
		for i := range a[3] + 1 {
			r.order.PutUint64(b[8*i:], r.cpu.V[(a[0]+i)%8])
		}
	},
}

// bytes is memory at an address. Outside of the memory block it is a fault, and bytes that nobody sees.
func (r *run) bytes(addr uint32, n int) []byte {
	off := int64(addr) - memAddr
	if off < 0 || off+int64(n) > int64(len(r.cpu.Mem)) {
		r.trap = r.layout.Signals["SIGSEGV"]
		return make([]byte, n)
	}
	return r.cpu.Mem[off : off+int64(n)]
}

// aligned raises a fault where an address is no multiple of a number of bytes.
func (r *run) aligned(addr uint32, bytes uint32) bool {
	ok := addr%bytes == 0 || r.Misaligns
	if !ok {
		r.trap = r.layout.Signals["SIGBUS"]
	}
	return ok
}

// alignedBase raises a fault where a register is the stack pointer, and that is no multiple of 8.
func (r *run) alignedBase(reg int64) bool {
	return reg != 13 || r.aligned(r.cpu.R[13], 8)
}

func loadLinked(r *run, a []int64) {
	addr := r.cpu.R[a[1]] + uint32(a[2])
	if addr%4 != 0 && !r.Misaligns {
		r.trap = r.layout.Signals["SIGBUS"]
		return
	}
	r.link = addr | 1 // addresses of words are even
	r.cpu.R[a[0]] = r.order.Uint32(r.bytes(addr, 4))
}

func storeConditional(r *run, a []int64) {
	addr := r.cpu.R[a[1]] + uint32(a[2])
	if addr%4 != 0 && !r.Misaligns {
		r.trap = r.layout.Signals["SIGBUS"]
		return
	}
	b, done := r.bytes(addr, 4), r.link == addr|1 && (r.Fails == nil || !r.Fails(&r.step))
	r.link = 0
	if done {
		r.order.PutUint32(b, r.cpu.R[a[0]])
		r.cpu.R[a[0]] = 1
		return
	}
	r.cpu.R[a[0]] = 0
}

func addSetFlag(r *run, a []int64) {
	sum := r.cpu.R[a[1]] + r.cpu.R[a[2]]
	if a[3] == 1 && sum < r.cpu.R[a[1]] {
		r.cpu.Status |= 1
	}
	r.cpu.R[a[0]] = sum
}

func mix(r *run, a []int64) {
	v := r.cpu.R[a[2]]
	switch a[2] {
	case 15:
		v = r.cpu.Status
	case 14:
		v = 0
	}
	r.cpu.R[a[0]] = r.cpu.R[a[1]] - v
}

func put(r *run, a []int64) {
	v := r.cpu.R[a[1]] + 2*r.cpu.R[a[2]]
	switch a[0] {
	case 15:
		r.cpu.Acc = uint64(v) * 0x9e3779b97f4a7c15
	case 14:
	default:
		r.cpu.R[a[0]] = v
	}
}

func loadMany(r *run, a []int64) {
	n := bits.OnesCount16(uint16(a[2]))
	b := r.bytes(r.cpu.R[a[0]], 4*n)
	if a[1] == 1 {
		r.cpu.R[a[0]] += uint32(4 * n)
	}
	for i := range 16 {
		if a[2]>>i&1 == 1 {
			r.cpu.R[i] = r.order.Uint32(b)
			b = b[4:]
		}
	}
}

func storeMany(r *run, a []int64) {
	n := bits.OnesCount16(uint16(a[2]))
	addr := r.cpu.R[a[0]] - uint32(4*n)
	b := r.bytes(addr, 4*n)
	for i := range 16 {
		if a[2]>>i&1 == 1 {
			r.order.PutUint32(b, r.cpu.R[i])
			b = b[4:]
		}
	}
	if a[1] == 1 {
		r.cpu.R[a[0]] = addr
	}
}
