package semantics

// Chosen says which element of one source, or of the second one, element i of so many is.
type Chosen = func(i, count int) (ofSecond bool, index int)

// Aliases says which sources are in the register that is written, for an instruction that writes over them.
type Aliases struct{ First, Second bool }

// Permute moves elements of a width into a vector of n bits, one after the other. What Aliases names is read after elements before it
// were written there.
func Permute(n, width int, a, b Value, f Chosen, alias Aliases) (out Value) {
	for i := range n / width {
		from := &a
		ofSecond, at := f(i, n/width)
		if ofSecond {
			from = &b
		}
		v := from.Lane(width, at)
		out.SetLane(width, i, v)
		if alias.First {
			a.SetLane(width, i, v)
		}
		if alias.Second {
			b.SetLane(width, i, v)
		}
	}
	return out
}
