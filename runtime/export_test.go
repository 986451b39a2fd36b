package runtime

// SetMaxKept bounds the records that are kept, in bytes, until the function that it returns is called.
func SetMaxKept(n int) (restore func()) {
	before := maxKept
	maxKept = n
	return func() { maxKept = before }
}
