package trace

import "io"

// output numbers frames and counts bytes.
type output struct {
	w      io.Writer
	offset int64
	number uint64
	err    error
	head   [frameHeaderSize]byte
}

func (o *output) frame(f *frame, stored []byte) error {
	f.number, f.stored, f.storedSum = o.number, uint32(len(stored)), sum(stored)
	f.put(o.head[:])
	o.number++
	if err := o.write(o.head[:]); err != nil {
		return err
	}
	return o.write(stored)
}

func (o *output) write(b []byte) error {
	if o.err != nil {
		return o.err
	}
	n, err := o.w.Write(b)
	o.offset += int64(n)
	o.err = err
	return err
}
