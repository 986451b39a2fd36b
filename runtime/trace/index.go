package trace

import (
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Index is what the end of a trace says of the rest.
type Index struct {
	Totals
	Elapsed time.Duration
	Stopped string // why the recording was stopped; empty if it is complete
	Frames  []IndexFrame
}

// IndexFrame is a frame of records.
type IndexFrame struct {
	Offset       int64 // in the trace
	First, Count int64 // records before it, and in it
	Block, Round int   // of the first record
	Executions   int64
}

// ReadIndex reads the index of a trace that can be read anywhere, such as a file, without the records: the end is
// found by the last bytes. It reads the header of every frame that the index names and compares it with the index;
// whether what the frames store is as it was written, only a [Reader] finds out. A trace that has no end is a
// *CutOffError that does not know how far the trace goes.
func ReadIndex(src io.ReaderAt, size int64) (*Index, error) {
	end, at, err := findEnd(src, size)
	if err != nil {
		return nil, err
	}
	x := &Index{Totals: end.Totals, Elapsed: time.Duration(end.elapsed)}
	if end.state == stateStopped {
		x.Stopped = end.stopped()
	}
	if end.index < preambleSize || end.index > at {
		return nil, &DamagedError{Offset: at, Frame: -1, What: "its end names a place outside of it as that of the index"}
	}
	if err := x.read(src, &end, at); err != nil {
		return nil, err
	}
	return x, x.verify(src)
}

// findEnd reads the last frame, and returns where it stands.
func findEnd(src io.ReaderAt, size int64) (end endInfo, at int64, err error) {
	cut := &CutOffError{Offset: size}
	tail := make([]byte, endTail)
	if size < preambleSize+endTail {
		return end, 0, cut
	}
	if _, err := src.ReadAt(tail, size-endTail); err != nil {
		return end, 0, err
	}
	n := int64(le.Uint32(tail))
	if le.Uint32(tail[4:]) != endMagic || n > size-preambleSize {
		return end, 0, cut
	}
	at = size - n
	f, err := frameAt(src, at, size)
	if err != nil {
		return end, at, err
	}
	end, wrong := parseEnd(f.stored)
	if f.head.kind != endFrame || wrong != "" {
		return end, at, f.damaged("it is no end: " + wrong)
	}
	return end, at, nil
}

// frameAt reads the frame that stands at an offset, below a limit.
func frameAt(src io.ReaderAt, at, limit int64) (*rframe, error) {
	head, f := make([]byte, frameHeaderSize), &rframe{offset: at}
	if err := readHead(src, at, limit, head, f); err != nil {
		return nil, err
	}
	f.stored = make([]byte, f.head.stored)
	if _, err := src.ReadAt(f.stored, at+frameHeaderSize); err != nil {
		return nil, err
	}
	if sum(f.stored) != f.head.storedSum {
		return nil, f.damaged("the checksum of what it stores is wrong")
	}
	return f, nil
}

// readHead reads the header of a frame that must end below a limit.
func readHead(src io.ReaderAt, at, limit int64, head []byte, f *rframe) error {
	f.offset, f.head = at, frame{}
	if at < 0 || at > limit-frameHeaderSize {
		return f.damaged("it would lie outside of the trace")
	}
	if _, err := src.ReadAt(head, at); err != nil {
		return err
	}
	if wrong := f.head.parse(head); wrong != "" {
		f.head = frame{}
		return f.damaged(wrong)
	}
	if int64(f.head.stored) > limit-at-frameHeaderSize {
		return f.damaged("it reaches out of the trace")
	}
	return nil
}

// read reads the frames of the index, which end where the end stands.
func (x *Index) read(src io.ReaderAt, end *endInfo, limit int64) error {
	unzip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return err
	}
	var seen uint32
	for at := end.index; at < limit; {
		f, err := indexAt(src, at, limit, unzip)
		if err != nil {
			return err
		}
		for b := f.packed; len(b) >= entrySize; b = b[entrySize:] {
			e := parseEntry(b)
			x.Frames = append(x.Frames, IndexFrame{int64(e.offset), int64(e.first), int64(e.count), int(e.block), int(e.round), int64(e.executions)})
		}
		seen = addSum(seen, f.packed)
		at += frameHeaderSize + int64(f.head.stored)
	}
	if seen != end.indexSum || int64(len(x.Frames)) != end.Totals.Frames {
		return &DamagedError{Offset: end.index, Frame: -1, What: "the index is not the one that the end tells of"}
	}
	return nil
}

// indexAt reads a frame of the index.
func indexAt(src io.ReaderAt, at, limit int64, unzip *zstd.Decoder) (*rframe, error) {
	f, err := frameAt(src, at, limit)
	if err != nil {
		return nil, err
	}
	if f.head.kind != indexFrame {
		return nil, f.damaged("expected a frame of type index")
	}
	if err := f.decompress(unzip); err != nil {
		return nil, err
	}
	return f, f.check(f.packed)
}

// verify compares the index with the headers of the frames, and with the totals.
func (x *Index) verify(src io.ReaderAt) error {
	var t Totals
	head, f := make([]byte, frameHeaderSize), &rframe{}
	for i, e := range x.Frames {
		if err := readHead(src, e.Offset, 1<<62, head, f); err != nil {
			return err
		}
		want := IndexFrame{f.offset, int64(f.head.first), int64(f.head.count), int(f.head.block), int(f.head.round), int64(f.head.execution)}
		if e != want || f.head.kind != recordsFrame || e.First != t.Records {
			return f.damaged(fmt.Sprintf("entry %d of the index says otherwise", i))
		}
		t.add(&f.head)
	}
	if t != x.Totals {
		return &DamagedError{Frame: -1, What: "the totals at the end are not those of the index"}
	}
	return nil
}
