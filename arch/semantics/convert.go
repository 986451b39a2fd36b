package semantics

// ToWide rounds to a whole number, before any limit. ok is false for infinities and NaNs, and for numbers that are larger than
// any limit, whose sign is that of the result.
func (f *Float) toWide(x uint64) (v Wide, exact, ok bool) {
	n := f.unpack(x)
	switch {
	case n.class == zero:
		return Wide{}, true, true
	case n.class != finite || n.exp > 100:
		v = SI(1)
		if n.neg {
			v = v.Neg()
		}
		return v, true, false
	}
	// The lowest bit that is kept is 2^0, which is bit 126-exp.
	shift := 126 - n.exp
	if n.exp > 62 { // whole
		n = n.down(shift)
		v, exact = Wide{int64(n.hi), n.lo}, true
	} else {
		var m uint64
		m, exact = f.Mode.cut(n, shift)
		v = Wide{0, m}
	}
	if n.neg {
		v = v.Neg()
	}
	return v, exact, true
}

// ToInt converts to an integer of a width in bits, and to its limits where the number is beyond them. A NaN is zero.
func (f *Float) ToInt(x uint64, width int, signed bool) uint64 {
	x = f.Operand(x)
	if f.IsNaN(x) {
		f.Raised |= Invalid
		return 0
	}
	v, exact, ok := f.toWide(x)
	if !ok {
		v = v.Shl(100)
	}
	limit := v.SatU
	if signed {
		limit = v.SatS
	}
	r, beyond := limit(width)
	switch {
	case beyond:
		f.Raised |= Invalid
	case !exact:
		f.Raised |= Inexact
	}
	return r
}

// FromInt converts an integer.
func (f *Float) FromInt(v Wide) uint64 { return f.round(integer(v)) }

// RoundInt rounds to a whole number of the format. quiet says that it is never inexact.
func (f *Float) RoundInt(x uint64, quiet bool) uint64 {
	x = f.Operand(x)
	if r, ok := f.nanOf(x); ok {
		return r
	}
	if n := f.unpack(x); n.class != finite || n.exp >= f.Frac {
		return x
	}
	v, exact, _ := f.toWide(x)
	if !exact && !quiet {
		f.Raised |= Inexact
	}
	n := integer(v)
	n.neg = f.Negative(x)
	return f.round(n)
}

// ConvertTo converts to another format, which is to's, with to's rounding; to gathers the exceptions. A NaN keeps the highest bits
// of its fraction, and is a zero where the format has none.
func (f *Float) ConvertTo(to *Float, x uint64) uint64 {
	x = f.Operand(x)
	to.Raised |= f.Raised
	if f.IsNaN(x) {
		if f.IsSignalling(x) || to.NoInf {
			to.Raised |= Invalid
		}
		if to.NoInf {
			return to.signed(0, f.Negative(x))
		}
		if to.DefaultNaN {
			return to.Default()
		}
		frac := f.Quiet(x) & (1<<f.Frac - 1)
		if to.Frac > f.Frac {
			frac <<= to.Frac - f.Frac
		} else {
			frac >>= f.Frac - to.Frac
		}
		return to.signed(to.Inf()|frac, f.Negative(x))
	}
	return to.round(f.unpack(x))
}
