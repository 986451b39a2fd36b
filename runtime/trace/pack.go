package trace

import (
	"errors"
	"math/bits"

	"github.com/risugen/risugen/arch"
)

// groupSize is how many records are packed together: as many as a mask has bits.
const groupSize = 64

// wordSize is the number of bytes that are compared with the prediction at a time. With 8 results of 32 bits would
// take two registers' place; the last word of a record may be shorter.
const wordSize = 4

// How many of a group's records differ from their prediction in a word.
const (
	differNone = 0 // no value follows
	differAll  = 1 // a value of each record follows
	differMask = 2 // a mask follows, bit i for record i, and then values of the records whose bit is set
)

// packer turns records into the words that cannot be foretold, and back. It keeps memory between calls; one goroutine
// may use it at a time.
type packer struct {
	*predictor
	want  []byte // predictions of a group
	masks []uint64
}

func newPacker(p *arch.Program) *packer { return &packer{predictor: newPredictor(p)} }

// predict makes the predictions of the next n records, all of one block.
func (k *packer) predict(dst []byte, c cursor, n, size int) {
	k.open(c.block)
	for i := range n {
		k.record(dst[i*size:(i+1)*size], uint32(c.round+i))
	}
}

// pack appends count records, which begin at a place, to dst in packed form, and counts the instructions that ran.
func (k *packer) pack(dst, records []byte, c cursor, count int) (packed []byte, executions int) {
	for count > 0 {
		n, size := c.group(count), c.size()
		group := records[:n*size]
		k.want = resize(k.want, len(group))
		k.predict(k.want, c, n, size)
		for i := range n {
			executions += k.executed(group[i*size:])
		}
		dst = k.packGroup(dst, group, n, size)
		records = records[n*size:]
		c.advance(n)
		count -= n
	}
	return dst, executions
}

// packGroup appends n records of size bytes.
func (k *packer) packGroup(dst, group []byte, n, size int) []byte {
	k.masks = resize(k.masks, (size+wordSize-1)/wordSize)
	clear(k.masks)
	for i := range n {
		k.differ(group[i*size:(i+1)*size], k.want[i*size:(i+1)*size], 1<<i)
	}
	all := ^uint64(0) >> (64 - n)
	for w, mask := range k.masks {
		switch mask {
		case 0:
			dst = append(dst, differNone)
			continue
		case all:
			dst = append(dst, differAll)
		default:
			dst = appendMask(append(dst, differMask), mask, n)
		}
		at, end := w*wordSize, min((w+1)*wordSize, size)
		for ; mask != 0; mask &= mask - 1 {
			row := bits.TrailingZeros64(mask) * size
			dst = append(dst, group[row+at:row+end]...)
		}
	}
	return dst
}

// differ sets a bit in the masks of the words in which a record is not as predicted.
func (k *packer) differ(record, want []byte, bit uint64) {
	i := 0
	for ; i+8 <= len(record); i += 8 {
		d := le.Uint64(record[i:]) ^ le.Uint64(want[i:])
		if d == 0 {
			continue
		}
		if uint32(d) != 0 {
			k.masks[i/wordSize] |= bit
		}
		if d>>32 != 0 {
			k.masks[i/wordSize+1] |= bit
		}
	}
	for ; i < len(record); i++ {
		if record[i] != want[i] {
			k.masks[i/wordSize] |= bit
		}
	}
}

// appendMask appends the n lower bits of a mask, the lowest byte first.
func appendMask(dst []byte, mask uint64, n int) []byte {
	for ; n > 0; n -= 8 {
		dst = append(dst, byte(mask))
		mask >>= 8
	}
	return dst
}

// errPacked says that packed records are none.
var errPacked = errors.New("its contents are no packed records of this image")

// unpack writes count records, which begin at a place, to dst; dst is as long as they are together.
func (k *packer) unpack(dst, packed []byte, c cursor, count int) error {
	for count > 0 {
		n, size := c.group(count), c.size()
		k.predict(dst, c, n, size)
		var ok bool
		if packed, ok = unpackGroup(dst, packed, n, size); !ok {
			return errPacked
		}
		dst = dst[n*size:]
		c.advance(n)
		count -= n
	}
	if len(packed) > 0 {
		return errPacked
	}
	return nil
}

// unpackGroup puts the words of n records that are not as predicted over the predictions.
func unpackGroup(dst, packed []byte, n, size int) (rest []byte, ok bool) {
	for at := 0; at < size; at += wordSize {
		var mask uint64
		if mask, packed, ok = takeMask(packed, n); !ok {
			return nil, false
		}
		end := min(at+wordSize, size)
		if len(packed) < bits.OnesCount64(mask)*(end-at) {
			return nil, false
		}
		for ; mask != 0; mask &= mask - 1 {
			row := bits.TrailingZeros64(mask) * size
			packed = packed[copy(dst[row+at:row+end], packed):]
		}
	}
	return packed, true
}

// takeMask reads which of n records have a value of their own.
func takeMask(packed []byte, n int) (mask uint64, rest []byte, ok bool) {
	if len(packed) == 0 {
		return 0, nil, false
	}
	kind, packed := packed[0], packed[1:]
	all := ^uint64(0) >> (64 - n)
	switch kind {
	case differNone:
		return 0, packed, true
	case differAll:
		return all, packed, true
	case differMask:
		bytes := (n + 7) / 8
		if len(packed) < bytes {
			return 0, nil, false
		}
		for i := range bytes {
			mask |= uint64(packed[i]) << (8 * i)
		}
		return mask, packed[bytes:], mask&^all == 0
	}
	return 0, nil, false
}

// resize returns a slice of n elements, with b's memory if that suffices. Its contents are of no meaning.
func resize[T any](b []T, n int) []T {
	if cap(b) < n {
		return make([]T, n, n+n/4)
	}
	return b[:n]
}
