package constraints

// vector is a number of 64 bits in two's complement, each bit a decision diagram. The first is the least
// significant, the last stands for all that are left out: it is the sign.
type vector []ref

const vectorBits = 64

func (v vector) bit(i int) ref { return v[min(i, len(v)-1)] }

func (v vector) sign() ref { return v[len(v)-1] }

// constVector is a number that is the same for all words.
func constVector(value int64) vector {
	v := vector{}
	for i := range vectorBits {
		v = append(v, constBit(value>>i&1 == 1))
		if value>>i == 0 && v[i] == no || value>>i == -1 {
			break
		}
	}
	return v
}

// value returns the number that a constant vector is.
func (v vector) value() (value int64, constant bool) {
	for i := range vectorBits {
		switch v.bit(i) {
		case no:
		case yes:
			value |= 1 << i
		default:
			return 0, false
		}
	}
	return value, true
}

// short drops upper bits that only repeat the sign.
func (v vector) short() vector {
	for len(v) > vectorBits || len(v) > 1 && v[len(v)-1] == v[len(v)-2] {
		v = v[:len(v)-1]
	}
	return v
}

// bool is the truth of a number: whether it is not zero.
func (d *bdd) bool(v vector) ref {
	r := no
	for i := len(v) - 1; i >= 0; i-- {
		r = d.or(v[i], r)
	}
	return r
}

// truth is the number 1 or 0.
func truthVector(f ref) vector { return vector{f, no}.short() }

func (d *bdd) each(a, b vector, f func(x, y ref) ref) vector {
	out := make(vector, max(len(a), len(b)))
	for i := range out {
		out[i] = f(a.bit(i), b.bit(i))
	}
	return out.short()
}

func (d *bdd) invert(a vector) vector {
	out := make(vector, len(a))
	for i := range a {
		out[i] = d.not(a[i])
	}
	return out
}

// add is a + b + carry.
func (d *bdd) add(a, b vector, carry ref) vector {
	n := min(max(len(a), len(b))+1, vectorBits)
	out := make(vector, n)
	for i := range out {
		x, y := a.bit(i), b.bit(i)
		either := d.xor(x, y)
		out[i] = d.xor(either, carry)
		carry = d.ite(either, carry, x)
	}
	return out.short()
}

func (d *bdd) sub(a, b vector) vector { return d.add(a, d.invert(b), yes) }
func (d *bdd) neg(a vector) vector    { return d.sub(vector{no}, a) }

// mux is a where f holds, and b elsewhere.
func (d *bdd) mux(f ref, a, b vector) vector {
	return d.each(a, b, func(x, y ref) ref { return d.ite(f, x, y) })
}

// left shifts by a constant from 0 to 63.
func left(a vector, n int) vector {
	out := make(vector, min(n+len(a), vectorBits))
	for i := n; i < len(out); i++ {
		out[i] = a[i-n]
	}
	return out.short()
}

// right shifts by a constant from 0 to 63.
func right(a vector, n int) vector {
	if n >= len(a) {
		return vector{a.sign()}
	}
	return a[n:]
}

// mul adds up one factor's shifted copies; the sign bit counts negative.
func (d *bdd) mul(a, b vector) vector {
	if len(b) > len(a) {
		a, b = b, a
	}
	sum := vector{no}
	for i := 0; i < len(b) && !d.full; i++ {
		part := d.mux(b[i], left(a, i), vector{no})
		if i == len(b)-1 {
			sum = d.sub(sum, part)
		} else {
			sum = d.add(sum, part, no)
		}
	}
	return sum
}

// shift is a shifted by a number: outside of 0 to 63 the result is 0, or the sign for a shift to the right.
func (d *bdd) shift(a, n vector, by func(vector, int) vector, outside vector) vector {
	for i := range 6 {
		if n.bit(i) != no {
			a = d.mux(n.bit(i), by(a, 1<<i), a)
		}
	}
	return d.mux(d.less(n, constVector(0)), outside, d.mux(d.less(constVector(63), n), outside, a))
}

// less is a < b.
func (d *bdd) less(a, b vector) ref {
	r := no
	for i := range max(len(a), len(b)) {
		x, y := a.bit(i), b.bit(i)
		if i == max(len(a), len(b))-1 {
			x, y = y, x // the sign counts the other way
		}
		r = d.ite(d.xor(x, y), y, r)
	}
	return r
}

func (d *bdd) equal(a, b vector) ref {
	r := yes
	for i := max(len(a), len(b)) - 1; i >= 0; i-- {
		r = d.and(r, d.not(d.xor(a.bit(i), b.bit(i))))
	}
	return r
}

// divide is quotient and remainder as C has them, both 0 where b is.
func (d *bdd) divide(a, b vector) (quotient, remainder vector) {
	x, y := d.abs(a), d.abs(b)
	quo, rem := make(vector, len(x)), vector{no}
	for i := len(x) - 1; i >= 0 && !d.full; i-- {
		rem = append(vector{x[i]}, rem...).short()
		fits := d.not(d.less(rem, y))
		quo[i] = fits
		rem = d.mux(fits, d.sub(rem, y), rem)
	}
	zero := d.not(d.bool(b))
	quo = append(quo, no).short()
	q := d.mux(d.xor(a.sign(), b.sign()), d.neg(quo), quo)
	r := d.mux(a.sign(), d.neg(rem), rem)
	return d.mux(zero, vector{no}, q), d.mux(zero, vector{no}, r)
}

// abs is a's distance from zero, one bit longer than a.
func (d *bdd) abs(a vector) vector {
	long := append(append(vector{}, a...), a.sign())
	return append(d.mux(a.sign(), d.neg(long), long), no)
}

// popcount counts the ones among 64 bits.
func (d *bdd) popcount(a vector) vector {
	sum := vector{no}
	for _, b := range a[:len(a)-1] {
		sum = d.add(sum, vector{b, no}, no)
	}
	return d.add(sum, d.mux(a.sign(), constVector(int64(vectorBits-len(a)+1)), vector{no}), no)
}

// slice is bits pos to pos+n-1 of a.
func slice(a vector, pos, n int, signed bool) vector {
	out := make(vector, 0, n+1)
	for i := range n {
		out = append(out, a.bit(pos+i))
	}
	if !signed && n < vectorBits {
		out = append(out, no)
	}
	return out.short()
}
