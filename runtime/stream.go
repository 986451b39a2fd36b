package runtime

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/screen"
)

const (
	batchSize  = 256 << 10 // bytes that a stream reads at a time
	batchCount = 2         // buffers of a stream: memory stays bounded, and reading runs ahead of comparing
)

// batch is a run of whole records, or the end of a stream.
type batch struct {
	buf  []byte // what records are part of; given back when they were compared
	lent lender // of whom they are part; likewise
	run  []byte
	err  error // io.EOF after a whole stream
}

// stream reads a process's records in a goroutine of its own.
type stream struct {
	role  string // "master" or "apprentice"
	name  string // the target's
	proc  Process
	stall time.Duration
	in    streamReader
	full  chan batch
	free  chan []byte
	quit  chan struct{}
	done  sync.WaitGroup
	idle  func() // called every idlePeriod while record waits; may be nil

	current batch  // the one being compared
	rest    []byte // of its run
}

// giveBack gives back what the records of a batch are part of; free is nil when nobody reads any more.
func (b *batch) giveBack(free chan<- []byte) {
	if b.lent != nil {
		b.lent.giveBack()
	}
	if b.buf != nil && free != nil {
		free <- b.buf
	}
}

func newStream(role string, target Target, proc Process, img *Image, stall time.Duration) *stream {
	s := &stream{role: role, name: target.Name(), proc: proc, stall: stall}
	limit := stall
	if d, ok := proc.(distant); ok {
		limit = d.patience(stall)
	}
	s.in = newStreamReader(&watched{proc: proc, limit: limit}, img)
	s.full, s.free, s.quit = make(chan batch, batchCount), make(chan []byte, batchCount), make(chan struct{})
	l := img.Program.Machine.Layout()
	size := max(batchSize, 2*(arch.RecordHeaderSize+l.Payload+l.Memory.Bytes()))
	for range batchCount {
		s.free <- make([]byte, size)
	}
	s.done.Add(1)
	go s.fill()
	return s
}

// fill reads until the stream ends, one way or another.
func (s *stream) fill() {
	defer s.done.Done()
	for {
		var b batch
		select {
		case b.buf = <-s.free:
		case <-s.quit:
			s.proc.Kill()
			_ = s.proc.Wait()
			return
		}
		b.run, b.err = s.in.next(b.buf)
		if len(b.run) > 0 {
			b.lent = s.in.lent()
		}
		if b.err != nil {
			b.err = s.finish(b.err)
		}
		s.full <- b // there is room for every buffer
		if b.err != nil {
			return
		}
	}
}

// finish waits for the process and returns io.EOF after a whole stream, else a *StreamError.
func (s *stream) finish(err error) error {
	if errors.Is(err, io.EOF) {
		if status := s.wait(); status != nil {
			e := s.in.errorf("failed", "all records came, but then")
			return s.named(e, status)
		}
		return io.EOF
	}
	if e := (*StreamError)(nil); errors.As(err, &e) && e.What == endedEarly {
		status := s.wait()
		if what := howItEnded(status); what != "" {
			e.What, e.Next = what, ""
		}
		return s.named(e, status)
	} else if e != nil {
		return s.named(e, s.kill())
	}
	what := "unreadable"
	if errors.Is(err, errStalled) {
		what = "stalled"
	}
	return s.named(s.in.errorf(what, "%s", err), s.kill())
}

// named completes an error.
func (s *stream) named(e *StreamError, status error) *StreamError {
	e.Target, e.Status = fmt.Sprintf("%s (%s)", s.role, s.name), status
	return e
}

// kill ends the process. How it died says nothing then; what it had to say is returned.
func (s *stream) kill() error {
	s.proc.Kill()
	if e := (*ExitError)(nil); errors.As(s.proc.Wait(), &e) && e.Stderr != "" {
		return &ExitError{Stderr: e.Stderr, Log: e.Log}
	}
	return nil
}

// wait waits for a process that has ended its output, but not for ever.
func (s *stream) wait() error {
	killed := atomic.Bool{}
	t := time.AfterFunc(s.stall, func() { killed.Store(true); s.proc.Kill() })
	err := s.proc.Wait()
	t.Stop()
	if killed.Load() {
		return fmt.Errorf("its output ended, but it did not exit within %s", screen.Span(s.stall))
	}
	return err
}

// record returns the next record of a known size, which is valid until the next call, or the error that
// ended the stream.
func (s *stream) record(size int) ([]byte, error) {
	rec, err := s.ahead(size)
	if err == nil {
		rec = s.take(size)
	}
	return rec, err
}

// take returns so many bytes of what ahead returned, which are valid until its next call.
func (s *stream) take(n int) []byte {
	b := s.rest[:n]
	s.rest = s.rest[n:]
	return b
}

// ahead returns at most so many bytes of the records that come next, and at least one whole record, or the error that ended
// the stream.
func (s *stream) ahead(most int) ([]byte, error) {
	for len(s.rest) == 0 {
		if s.current.err != nil {
			return nil, s.current.err
		}
		s.current.giveBack(s.free)
		s.current = s.await()
		s.rest = s.current.run
	}
	return s.rest[:min(most, len(s.rest))], nil
}

// idlePeriod is how often a stream's reader that waits for records may do something else.
const idlePeriod = 200 * time.Millisecond

// await returns the next batch.
func (s *stream) await() batch {
	if s.idle == nil {
		return <-s.full
	}
	t := time.NewTicker(idlePeriod)
	defer t.Stop()
	for {
		select {
		case b := <-s.full:
			return b
		case <-t.C:
			s.idle()
		}
	}
}

// end returns nil when the stream has ended as it must; it is called after the last record.
func (s *stream) end() error {
	if _, err := s.record(0); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// failure is the error that a stream ended with if nothing is left before it, and it did not end as it must.
func (s *stream) failure() *StreamError {
	var e *StreamError
	if s == nil || len(s.rest) > 0 || !errors.As(s.current.err, &e) {
		return nil
	}
	return e
}

// stop ends the process and the goroutine, wherever they are.
func (s *stream) stop() {
	close(s.quit)
	s.proc.Kill()
	s.done.Wait()
	close(s.full)
	for b := range s.full {
		b.giveBack(nil)
	}
	if s.current.lent != nil {
		s.current.lent.giveBack()
		s.current.lent, s.rest = nil, nil
	}
}

var errStalled = errors.New("no output")

// watched kills a process that writes nothing for too long.
type watched struct {
	proc  Process
	limit time.Duration
	fired atomic.Bool
}

// lend implements lender, and limits the time as Read does.
func (w *watched) lend() (b []byte, err error) {
	err = w.watch(func() error { b, err = w.proc.(lender).lend(); return err })
	return b, err
}

// shares implements lender.
func (w *watched) shares() (yes bool) {
	if l, ok := w.proc.(lender); ok {
		_ = w.watch(func() error { yes = l.shares(); return nil })
	}
	return yes
}

// giveBack implements lender.
func (w *watched) giveBack() { w.proc.(lender).giveBack() }

// watch ends the process if it lets somebody wait too long. Only the time inside of do counts: a process that waits for room
// is not to blame.
func (w *watched) watch(do func() error) error {
	t := time.AfterFunc(w.limit, func() { w.fired.Store(true); w.proc.Kill() })
	err := do()
	t.Stop()
	if w.fired.Load() && err != nil {
		return fmt.Errorf("%w for %s; it was killed", errStalled, screen.Span(w.limit))
	}
	return err
}

// Read implements io.Reader. An error that comes with bytes will come again.
func (w *watched) Read(b []byte) (n int, err error) {
	err = w.watch(func() error {
		var err error
		if n, err = w.proc.Read(b); n > 0 {
			return nil
		}
		return err
	})
	return n, err
}
