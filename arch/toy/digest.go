package toy

import "github.com/risugen/risugen/arch"

// digestRun is how many bytes of digests the interpreter gathers. Real machines gather more: tests are to see several
// records of them.
const digestRun = 40 * arch.DigestBytes

// put writes a round's record or, in an image of digests, gathers its digest.
func (r *run) put(h arch.RecordHeader, payload []byte) {
	if r.flags&flagDigests == 0 {
		r.record(h, payload)
		if r.flags&flagFlush != 0 {
			r.w.Flush()
		}
		return
	}
	rec := make([]byte, arch.RecordHeaderSize, arch.RecordHeaderSize+len(payload))
	h.Put(rec, r.order)
	r.hash.Add(append(rec, payload...), r.order)
	if r.flags&flagEachRound == 0 && int(h.Round) < r.rounds-1 {
		return
	}
	r.digests = r.hash.Sum(h.Kind == arch.RecordFault).Append(r.digests, r.order)
	r.hash, r.last = arch.NewRecordHash(), h
	if r.flags&flagFlush != 0 || len(r.digests) >= digestRun {
		r.send()
	}
}

// send writes the digests that were gathered.
func (r *run) send() {
	if len(r.digests) == 0 {
		return
	}
	h := arch.RecordHeader{Kind: arch.RecordDigests, Block: r.last.Block, Round: r.last.Round, Length: uint32(len(r.digests))}
	r.record(h, r.digests)
	r.w.Flush()
	r.digests = r.digests[:0]
}
