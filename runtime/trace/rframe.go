package trace

import "github.com/klauspost/compress/zstd"

// rframe is a frame of records on its way; with err it is the last.
type rframe struct {
	head    frame
	offset  int64 // of the frame
	to      int64 // where it ends, and with the last frame the trace
	elapsed int64 // of the whole recording, if this is the last
	at      cursor
	stored  []byte
	packed  []byte
	records []byte
	packer  *packer
	err     error
	ready   chan struct{}
}

// unpack makes records of a frame.
func (f *rframe) unpack(unzip *zstd.Decoder) {
	f.err = f.decompress(unzip)
	if f.err == nil {
		f.records = resize(f.records, int(f.head.raw))
		if err := f.packer.unpack(f.records, f.packed, f.at, int(f.head.count)); err != nil {
			f.err = f.damaged(err.Error())
		} else {
			f.err = f.check(f.records)
		}
	}
	f.ready <- struct{}{}
}

// decompress leaves in f.packed what was stored.
func (f *rframe) decompress(unzip *zstd.Decoder) error {
	if f.head.method == storedPlain {
		f.packed = append(f.packed[:0], f.stored...)
		return nil
	}
	var err error
	f.packed = resize(f.packed, int(f.head.packed))
	limit := f.packed[:0:f.head.packed]
	if f.packed, err = unzip.DecodeAll(f.stored, limit); err != nil || len(f.packed) != int(f.head.packed) {
		return f.damaged("its contents cannot be decompressed")
	}
	return nil
}

// check compares contents with their size and checksum. What was stored had its checksum, so a frame of records that
// fails here was written by a version of risugen that foretells records in another way.
func (f *rframe) check(contents []byte) error {
	if len(contents) != int(f.head.raw) || sum(contents) != f.head.rawSum {
		return f.damaged("the checksum of its contents is wrong, though what is stored has its own")
	}
	return nil
}

func (f *rframe) damaged(what string) error {
	kind := f.head.kind.String()
	if f.head.kind == 0 || f.head.kind > endFrame {
		kind = ""
	}
	return &DamagedError{Offset: f.offset, Frame: int64(f.head.number), Kind: kind, What: what}
}
