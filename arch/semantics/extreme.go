package semantics

// Operations of one, two and three operands; of three the first one is added to.
type (
	Float1 = func(f *Float, x uint64) uint64
	Float2 = func(f *Float, x, y uint64) uint64
	Float3 = func(f *Float, z, x, y uint64) uint64
)

// Maximum and Minimum order zeros by their signs. A NaN is the result.
func Maximum(f *Float, x, y uint64) uint64 { return f.extreme(x, y, Greater) }

// Minimum is the smaller one: see Maximum.
func Minimum(f *Float, x, y uint64) uint64 { return f.extreme(x, y, Less) }

func (f *Float) extreme(x, y uint64, wanted Order) uint64 {
	if f.IsNaN(x) || f.IsNaN(y) {
		return f.Add(x, y)
	}
	x, y = f.Operand(x), f.Operand(y)
	if o := f.Compare(x, y, false); o == wanted || o == Equal && f.Negative(x) == (wanted == Less) {
		return x
	}
	return y
}

// Number makes an operation take the number beside a quiet NaN for both operands.
func Number(op Float2) Float2 {
	return func(f *Float, x, y uint64) uint64 {
		switch {
		case f.IsSignalling(x) || f.IsSignalling(y) || f.IsNaN(x) == f.IsNaN(y):
		case f.IsNaN(x):
			x = y
		default:
			y = x
		}
		return op(f, x, y)
	}
}

// RoundedTwice makes fused arithmetic round its product, too, where that is finite; exceptions stay those of the fused operation.
func RoundedTwice(fused Float3, product Float2) Float3 {
	return func(f *Float, z, x, y uint64) uint64 {
		r := fused(f, z, x, y)
		twice := *f
		if p := product(&twice, x, y); !f.IsNaN(r) && f.Abs(p) < f.Inf() {
			return twice.Add(z, p)
		}
		return r
	}
}
