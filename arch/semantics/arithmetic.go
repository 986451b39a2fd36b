package semantics

// Add returns x + y.
func (f *Float) Add(x, y uint64) uint64 {
	x, y = f.Operand(x), f.Operand(y)
	if r, ok := f.nanOf(x, y); ok {
		return r
	}
	return f.sum(f.unpack(x), f.unpack(y))
}

// Sub returns x - y. A NaN keeps its sign.
func (f *Float) Sub(x, y uint64) uint64 {
	if f.IsNaN(y) {
		return f.Add(x, y)
	}
	return f.Add(x, f.Neg(y))
}

// sum rounds the sum of numbers that are no NaNs.
func (f *Float) sum(a, b number) uint64 {
	switch {
	case a.class == infinite && b.class == infinite && a.neg != b.neg:
		return f.invalid()
	case a.class == infinite:
		return f.round(a)
	case b.class == infinite:
		return f.round(b)
	case a.class == zero && b.class == zero:
		if a.neg != b.neg {
			a.neg = f.Mode == Downward
		}
		return f.round(a)
	case a.class == zero:
		return f.round(b)
	case b.class == zero:
		return f.round(a)
	}
	r := a.plus(b)
	if r.class == zero {
		r.neg = f.Mode == Downward
	}
	return f.round(r)
}

// product multiplies numbers that are no NaNs; ok is false for zero and infinity.
func product(a, b number) (r number, ok bool) {
	r = number{neg: a.neg != b.neg}
	switch {
	case a.class == infinite && b.class == zero || a.class == zero && b.class == infinite:
		return r, false
	case a.class == infinite || b.class == infinite:
		r.class = infinite
	case a.class == zero || b.class == zero:
		r.class = zero
	default:
		r = a.times(b)
	}
	return r, true
}

// Mul returns x * y.
func (f *Float) Mul(x, y uint64) uint64 {
	x, y = f.Operand(x), f.Operand(y)
	if r, ok := f.nanOf(x, y); ok {
		return r
	}
	r, ok := product(f.unpack(x), f.unpack(y))
	if !ok {
		return f.invalid()
	}
	return f.round(r)
}

// Div returns x / y.
func (f *Float) Div(x, y uint64) uint64 {
	x, y = f.Operand(x), f.Operand(y)
	if r, ok := f.nanOf(x, y); ok {
		return r
	}
	a, b := f.unpack(x), f.unpack(y)
	neg := a.neg != b.neg
	switch {
	case a.class == b.class && a.class != finite:
		return f.invalid()
	case a.class == infinite:
		return f.signed(f.Inf(), neg)
	case b.class == infinite || a.class == zero:
		return f.signed(0, neg)
	case b.class == zero:
		f.Raised |= DivideByZero
		return f.signed(f.Inf(), neg)
	}
	return f.round(a.over(b))
}

// Sqrt returns the square root.
func (f *Float) Sqrt(x uint64) uint64 {
	x = f.Operand(x)
	if r, ok := f.nanOf(x); ok {
		return r
	}
	a := f.unpack(x)
	switch {
	case a.class == zero:
		return x
	case a.neg:
		return f.invalid()
	case a.class == infinite:
		return x
	}
	return f.round(a.root())
}

// FMA returns z + x * y, rounded once. Of NaNs z comes first; where the product has no result and z is a quiet NaN, lost
// says that the result is the default NaN.
func (f *Float) FMA(z, x, y uint64, lost bool) uint64 {
	z, x, y = f.Operand(z), f.Operand(x), f.Operand(y)
	a, b := f.unpack(x), f.unpack(y)
	none := a.class == infinite && b.class == zero || a.class == zero && b.class == infinite
	if none && f.IsNaN(z) {
		f.Raised |= Invalid
		if lost && !f.IsSignalling(z) {
			return f.Default()
		}
	}
	if r, ok := f.nanOf(z, x, y); ok {
		return r
	}
	p, ok := product(a, b)
	if !ok {
		return f.invalid()
	}
	return f.sum(p, f.unpack(z))
}

// Order is how two numbers compare.
type Order uint8

// The orders.
const (
	Less Order = iota
	Equal
	Greater
	Unordered
)

// Compare compares; signals says that quiet NaNs are invalid, too.
func (f *Float) Compare(x, y uint64, signals bool) Order {
	x, y = f.Operand(x), f.Operand(y)
	switch {
	case f.IsNaN(x) || f.IsNaN(y):
		if signals || f.IsSignalling(x) || f.IsSignalling(y) {
			f.Raised |= Invalid
		}
		return Unordered
	case f.ordered(x) < f.ordered(y):
		return Less
	case f.ordered(x) > f.ordered(y):
		return Greater
	}
	return Equal
}

// ordered is a number that compares as the one does.
func (f *Float) ordered(x uint64) int64 {
	if f.Negative(x) {
		return -int64(f.Abs(x))
	}
	return int64(x)
}
