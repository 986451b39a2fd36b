package trace

import "strings"

// entry is what the index holds of a frame of records:
//
//	offset  bytes
//	     0      8  offset of the frame in the trace
//	     8      8  records before it
//	    16      4  records in it
//	    20      4  block of the first
//	    24      4  round of the first
//	    28      4  executions
type entry struct {
	offset, first                   uint64
	count, block, round, executions uint32
}

func entryOf(f *frame, offset int64) entry {
	return entry{uint64(offset), f.first, f.count, f.block, f.round, f.execution}
}

func (e *entry) append(b []byte) []byte {
	b = le.AppendUint64(le.AppendUint64(b, e.offset), e.first)
	for _, v := range []uint32{e.count, e.block, e.round, e.executions} {
		b = le.AppendUint32(b, v)
	}
	return b
}

// parseEntry reads an entry from entrySize bytes.
func parseEntry(b []byte) entry {
	return entry{le.Uint64(b), le.Uint64(b[8:]), le.Uint32(b[16:]), le.Uint32(b[20:]), le.Uint32(b[24:]), le.Uint32(b[28:])}
}

// entriesPerFrame is how many entries a frame of the index holds.
const entriesPerFrame = 1 << 15

// endInfo is the contents of the last frame:
//
//	offset  bytes
//	     0      8  records
//	     8      8  executions
//	    16      8  bytes of the records, as the target wrote them
//	    24      8  bytes of the frames of records, headers included
//	    32      8  frames of records
//	    40      8  offset in the trace of the first frame of the index; of the end if there is none
//	    48      8  nanoseconds from start to end of the recording
//	    56      4  1: the recording is complete; 2: it was stopped
//	    60      4  CRC-32C of all entries of the index
//	    64      n  why it was stopped, UTF-8, at most 8192 bytes
//	  64+n      4  size of this frame, header included
//	  68+n      4  magic "RTND", which ends a trace
//
// By its last 8 bytes the frame is found from the end of a file.
type endInfo struct {
	Totals
	index    int64
	elapsed  int64
	state    uint32
	indexSum uint32
	why      string
}

const (
	endFixed = 64
	endTail  = 8
	endMagic = 0x444e5452
	maxWhy   = 8192
)

// Values of endInfo.state.
const (
	stateComplete = 1
	stateStopped  = 2
)

func (e *endInfo) bytes() []byte {
	why := strings.ToValidUTF8(e.why[:min(len(e.why), maxWhy)], "")
	var b []byte
	for _, v := range []int64{e.Records, e.Executions, e.Raw, e.Stored, e.Frames, e.index, e.elapsed} {
		b = le.AppendUint64(b, uint64(v))
	}
	b = le.AppendUint32(le.AppendUint32(b, e.state), e.indexSum)
	b = append(b, why...)
	return le.AppendUint32(le.AppendUint32(b, uint32(frameHeaderSize+len(b)+endTail)), endMagic)
}

// parseEnd reads the contents of an end frame. What is wrong with it is returned in words.
func parseEnd(b []byte) (e endInfo, wrong string) {
	if len(b) < endFixed+endTail || len(b) > endFixed+maxWhy+endTail {
		return e, "its size is not that of an end"
	}
	for i, v := range []*int64{&e.Records, &e.Executions, &e.Raw, &e.Stored, &e.Frames, &e.index, &e.elapsed} {
		*v = int64(le.Uint64(b[8*i:]))
	}
	e.state, e.indexSum = le.Uint32(b[56:]), le.Uint32(b[60:])
	tail := b[len(b)-endTail:]
	e.why = string(b[endFixed : len(b)-endTail])
	switch {
	case int(le.Uint32(tail)) != frameHeaderSize+len(b) || le.Uint32(tail[4:]) != endMagic:
		return e, "its last bytes are not those of a trace"
	case e.state != stateComplete && e.state != stateStopped:
		return e, "it says neither that the recording is complete nor that it was stopped"
	case e.state == stateComplete && e.why != "":
		return e, "it says why a complete recording was stopped"
	}
	return e, ""
}
