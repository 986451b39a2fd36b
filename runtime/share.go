package runtime

import (
	"bytes"
	"io"
	"os"
	"sync"
	"time"

	"github.com/risugen/risugen/arch"
)

// sharedMemory is memory in which a process on this machine may leave its records: see arch.ShareFD. Slots are lent and
// released in the order of handovers.
type sharedMemory struct {
	order  arch.ByteOrder
	theirs []*os.File // the process's ends, until it has started
	slot   int        // the one that comes next

	mu     sync.Mutex
	credit *os.File // takes a byte for each slot that is free again; nil: nobody does
	memory []byte
	lent   int  // slots that somebody reads
	closed bool // the memory goes as soon as nobody reads it
}

// newSharedMemory makes memory for an image's records. Where the system has none to give it returns nil, and they come through
// the pipe.
//
// Only a process whose standard output is the file given uses it.
func newSharedMemory(img *Image, output *os.File) *sharedMemory {
	if img.Program.Output != arch.FullRecords {
		return nil
	}
	inode, major, minor, ok := fileIdentity(output)
	if !ok {
		return nil
	}
	f, memory, err := mapShared(arch.ShareBytes)
	if err != nil {
		return nil
	}
	s := &sharedMemory{order: img.Program.Machine.Layout().Order, memory: memory, theirs: []*os.File{f}}
	arch.PutShareHead(memory, s.order, img.Digest, inode, major, minor, arch.ShareMapped)
	r, w, err := os.Pipe()
	if err != nil {
		s.close()
		return nil
	}
	s.credit, s.theirs = w, append(s.theirs, r)
	if _, err := w.Write(make([]byte, arch.ShareSlots-1)); err != nil {
		s.close()
		return nil
	}
	return s
}

// started closes the ends that the process has now, if it was started.
func (s *sharedMemory) started() {
	for _, f := range s.theirs {
		f.Close()
	}
	s.theirs = nil
}

// handover reads the number of bytes that a handover announces.
func (s *sharedMemory) handover(b []byte) (int, error) {
	size := s.order.Uint32(b[4:])
	if s.order.Uint32(b) != arch.RecordMagic|uint32(arch.RecordHanded) || size == 0 || size > arch.ShareSlot {
		return 0, &handoverError{what: garbage, detail: "expected a handover of records in shared memory, got " + quoteOutput(b)}
	}
	return int(size), nil
}

// lend returns the records of the slot that comes next, to be looked at until release.
func (s *sharedMemory) lend(size int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, os.ErrClosed
	}
	at := s.slot * arch.ShareSlot
	s.slot = (s.slot + 1) % arch.ShareSlots
	s.lent++
	return s.memory[at : at+size], nil
}

// handoverError says that what a process wrote between records in memory is no handover.
type handoverError struct{ what, detail string } // as StreamError's

func (e *handoverError) Error() string { return e.what + ": " + e.detail }

// creditPatience is how long a process may leave no room for the byte that says a slot is free. The pipe has room for
// thousands, and an image never has more than arch.ShareSlots to come.
const creditPatience = time.Second

// release gives the slot that was lent first back to the process. One that does not take what it is given gets no more.
func (s *sharedMemory) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lent--
	if s.credit != nil {
		_ = s.credit.SetWriteDeadline(time.Now().Add(creditPatience))
		if _, err := s.credit.Write([]byte{0}); err != nil { // it is gone, or needs none
			s.credit.Close()
			s.credit = nil
		}
	}
	s.unmap()
}

// close gives everything back that nobody reads any more.
func (s *sharedMemory) close() {
	s.started()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.credit != nil {
		s.credit.Close()
		s.credit = nil
	}
	s.closed = true
	s.unmap()
}

func (s *sharedMemory) unmap() {
	if s.closed && s.lent == 0 && s.memory != nil {
		unmapShared(s.memory)
		s.memory = nil
	}
}

// lender is implemented by processes whose records may stand in memory that they share with this one.
type lender interface {
	// shares reports whether they do. It may wait for the first of them.
	shares() bool
	// lend returns whole records, which are valid until giveBack is called as often as lend was. Read is of no use then.
	lend() ([]byte, error)
	giveBack()
}

// output is what a process writes: its standard output or, where that holds handovers, the records in memory.
type output struct {
	pipe    io.Reader
	memory  *sharedMemory // nil: there is none, or the process does not use it
	decided bool
	head    []byte // of the pipe, and not yet read
	rest    []byte // lent to Read
}

// decide finds out which of the two it is, by the first word. Errors come again when the pipe is read.
func (o *output) decide() {
	if o.decided || o.memory == nil {
		return
	}
	o.decided = true
	word := o.memory.order.AppendUint32(nil, arch.RecordMagic|uint32(arch.RecordHanded))
	b := make([]byte, arch.HandoverSize)
	for len(o.head) < len(word) && bytes.HasPrefix(word, o.head) {
		n, err := o.pipe.Read(b[len(o.head):])
		if o.head = b[:len(o.head)+n]; err != nil {
			break
		}
	}
	if !bytes.HasPrefix(o.head, word) {
		o.memory.close()
		o.memory = nil
	}
}

// shares implements lender.
func (o *output) shares() bool {
	o.decide()
	return o.memory != nil
}

// lend returns records in memory, all of them whole, which are valid until giveBack.
func (o *output) lend() ([]byte, error) {
	b := make([]byte, arch.HandoverSize)
	n := copy(b, o.head)
	o.head = nil
	for n < len(b) {
		k, err := o.pipe.Read(b[n:])
		if n += k; k == 0 && err == io.EOF && n > 0 {
			err = &handoverError{what: endedEarly, detail: "within a handover, after " + quoteOutput(b[:n])}
		}
		if k == 0 && err != nil {
			return nil, err
		}
	}
	size, err := o.memory.handover(b)
	if err != nil {
		return nil, err
	}
	return o.memory.lend(size)
}

// giveBack gives back what was lent first.
func (o *output) giveBack() { o.memory.release() }

// Read implements io.Reader, for those who do not ask whose memory it is.
func (o *output) Read(b []byte) (int, error) {
	if !o.shares() {
		if n := copy(b, o.head); n > 0 {
			o.head = o.head[n:]
			return n, nil
		}
		return o.pipe.Read(b)
	}
	for len(o.rest) == 0 {
		var err error
		if o.rest, err = o.lend(); err != nil {
			return 0, err
		}
		if len(o.rest) == 0 {
			o.giveBack()
		}
	}
	n := copy(b, o.rest)
	if o.rest = o.rest[n:]; len(o.rest) == 0 && n > 0 {
		o.giveBack()
	}
	return n, nil
}
