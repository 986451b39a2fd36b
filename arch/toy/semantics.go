package toy

import "math"

// lane applies f to both 32-bit lanes.
func lane(a, b uint64, f func(a, b uint32) uint32) uint64 {
	return uint64(f(uint32(a>>32), uint32(b>>32)))<<32 | uint64(f(uint32(a), uint32(b)))
}

// semantics of the instructions, by name. Arguments are in the order of the argument sets.
var semantics = map[string]func(*run, []int64){
	"ADD": func(r *run, a []int64) { r.cpu.R[a[0]] = r.cpu.R[a[1]] + r.cpu.R[a[2]] },
	"SUB": func(r *run, a []int64) { r.cpu.R[a[0]] = r.cpu.R[a[1]] - r.cpu.R[a[2]] },
	"XOR": func(r *run, a []int64) { r.cpu.R[a[0]] = r.cpu.R[a[1]] ^ r.cpu.R[a[2]] },
	"SHL": func(r *run, a []int64) { r.cpu.R[a[0]] = r.cpu.R[a[1]] << (r.cpu.R[a[2]] & 31) },
	"DIV": func(r *run, a []int64) { r.cpu.R[a[0]] = r.cpu.R[a[1]] / max(1, r.cpu.R[a[2]]) },
	"MULX": func(r *run, a []int64) {
		r.cpu.Acc = uint64(r.cpu.R[a[1]]) * uint64(r.cpu.R[a[2]])
		r.cpu.R[a[0]] = uint32(r.cpu.Acc)
	},
	"SADD":  saturatingAdd,
	"ORI":   func(r *run, a []int64) { r.cpu.R[a[0]] = r.cpu.R[a[1]] | uint32(a[2]) },
	"LUI":   func(r *run, a []int64) { r.cpu.R[a[1]] = uint32(a[0]) << 16 },
	"MAC":   func(r *run, a []int64) { r.cpu.Acc += uint64(r.cpu.R[a[0]]) * uint64(r.cpu.R[a[1]]) },
	"MFACC": func(r *run, a []int64) { r.cpu.R[a[0]] = uint32(r.cpu.Acc>>32) ^ uint32(r.cpu.Acc) },
	"MTACC": func(r *run, a []int64) { r.cpu.Acc = uint64(r.cpu.R[a[0]]) * 0x9e3779b97f4a7c15 },
	"RDST":  func(r *run, a []int64) { r.cpu.R[a[0]] = r.cpu.Status },
	"WRST":  writeStatus,
	"VADD": func(r *run, a []int64) {
		r.cpu.V[a[0]] = lane(r.cpu.V[a[1]], r.cpu.V[a[2]], func(x, y uint32) uint32 { return x + y })
	},
	"VSUB": func(r *run, a []int64) {
		r.cpu.V[a[0]] = lane(r.cpu.V[a[1]], r.cpu.V[a[2]], func(x, y uint32) uint32 { return x - y })
	},
	"VMAC": func(r *run, a []int64) {
		p := lane(r.cpu.V[a[1]], r.cpu.V[a[2]], func(x, y uint32) uint32 { return x * y })
		r.cpu.V[a[0]] = lane(r.cpu.V[a[0]], p, func(x, y uint32) uint32 { return x + y })
	},
	"LW": func(r *run, a []int64) { r.access(a, 4, func(b []byte) { r.cpu.R[a[0]] = r.order.Uint32(b) }) },
	"SW": func(r *run, a []int64) { r.access(a, 4, func(b []byte) { r.order.PutUint32(b, r.cpu.R[a[0]]) }) },
	"SH": func(r *run, a []int64) {
		if (int64(r.cpu.R[a[1]])+a[2])%2 != 0 && !r.Misaligns {
			r.trap = r.layout.Signals["SIGBUS"]
			return
		}
		r.access(a, 2, func(b []byte) { r.order.PutUint16(b, uint16(r.cpu.R[a[0]])) })
	},
	"JR":   func(r *run, a []int64) { r.jump = r.cpu.R[a[0]] + uint32(a[1]<<2) },
	"IF":   prefix,
	"BEQ":  func(r *run, a []int64) { r.branch(r.cpu.R[a[0]] == r.cpu.R[a[1]], a[2]) },
	"BNED": func(r *run, a []int64) { r.branch(r.cpu.R[a[0]] != r.cpu.R[a[1]], a[2]) },
	"TZ": func(r *run, a []int64) {
		if r.cpu.R[a[0]] == 0 {
			r.trap = r.layout.Signals["SIGTRAP"]
		}
	},
}

func prefix(r *run, a []int64) {
	odd := r.cpu.R[a[0]]&1 == 1
	if r.WrongPrefix != nil && r.WrongPrefix(&r.step) {
		odd = !odd
	}
	for i := range a[1] + 1 {
		r.behind = append(r.behind, odd == (a[2]>>i&1 == 1))
	}
}

func saturatingAdd(r *run, a []int64) {
	c := &r.cpu
	x, y := c.R[a[1]], c.R[a[2]]
	sum, enable := int64(int32(x))+int64(int32(y)), uint32(enableSigned)
	clipped := max(math.MinInt32, min(math.MaxInt32, sum))
	if c.Status&statusMode != 0 {
		sum, enable = int64(x)+int64(y), enableUnsigned
		clipped = min(math.MaxUint32, sum)
	}
	if clipped != sum && !r.inside && r.raise(enable) {
		return
	}
	c.R[a[0]] = uint32(clipped)
}

// raise signals an exception. It reports whether that was enabled, and is taken.
func (r *run) raise(enable uint32) bool {
	c := &r.cpu
	if c.Status&enable == 0 {
		c.Status |= statusFlag
		return false
	}
	c.Status |= enable << causeShift
	r.trap = r.layout.Signals["SIGFPE"]
	return true
}

// writeStatus takes effect before the exception that a cause bit raises beside its enable bit.
func writeStatus(r *run, a []int64) {
	const all = statusFlag | statusMode | statusEnables | statusEnables<<causeShift
	r.cpu.Status = r.cpu.R[a[0]] & all
	if r.cpu.Status&statusEnables<<causeShift&r.cpu.Status != 0 {
		r.trap = r.layout.Signals["SIGFPE"]
	}
}

func (r *run) access(a []int64, size int, do func([]byte)) {
	off := int64(r.cpu.R[a[1]]) + a[2] - memAddr
	if off < 0 || off+int64(size) > int64(len(r.cpu.Mem)) {
		r.trap = r.layout.Signals["SIGSEGV"]
		return
	}
	do(r.cpu.Mem[off : off+int64(size)])
}

func (r *run) branch(taken bool, off int64) {
	if r.WrongBranch != nil && r.WrongBranch(&r.step) {
		taken = !taken
	}
	if taken {
		r.jump = uint32(int64(r.cpu.PC) + 4 + off*4)
	}
}
