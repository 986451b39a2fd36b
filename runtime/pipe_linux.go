//go:build linux

package runtime

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// pipeSize is the largest size of a pipe that Linux grants everybody (fs.pipe-max-size). An image writes
	// 64 KiB at a time; with a pipe of only that size it runs a quarter slower.
	pipeSize = 1 << 20
	// Whoever writes at least busyRead bytes between two reads writes much. What a reader of such a pipe is woken for, and
	// what wakes it, is time that emulators on the same processors lose: it rests until about an eighth of the pipe is full.
	busyRead, restedRead = 32 << 10, batchSize / 2
	rest                 = time.Millisecond
	// pollPeriod is how long a read that waits goes without a look at its deadline.
	pollPeriod = 100 * time.Millisecond
)

// outputPipe is the reading end of a pipe. It is not one of an os.File, which the runtime's poller would watch: that is woken
// by each write, whether something waits for it or not. One goroutine reads, and then closes it.
type outputPipe struct {
	fd       int
	large    bool         // the pipe has its full size
	last     int          // bytes of the last read
	deadline atomic.Int64 // in nanoseconds since 1970; 0: none
}

// newOutputPipe makes a pipe. Where its size is not granted the run is slower and nothing else.
func newOutputPipe() (*outputPipe, *os.File, error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, os.NewSyscallError("pipe2", err)
	}
	p, w := &outputPipe{fd: fds[0]}, os.NewFile(uintptr(fds[1]), "|1")
	if err := unix.SetNonblock(p.fd, true); err != nil {
		p.Close()
		w.Close()
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	size, err := unix.FcntlInt(uintptr(p.fd), unix.F_SETPIPE_SZ, pipeSize)
	p.large = err == nil && size >= pipeSize
	return p, w, nil
}

// Read implements io.Reader.
func (p *outputPipe) Read(b []byte) (int, error) {
	if p.large && p.last >= busyRead && p.last < restedRead {
		time.Sleep(rest)
	}
	p.last = 0
	for {
		left := p.left()
		if left <= 0 {
			return 0, os.ErrDeadlineExceeded
		}
		n, err := unix.Read(p.fd, b)
		switch {
		case n > 0:
			p.last = n
			return n, nil
		case errors.Is(err, unix.EAGAIN):
			err = p.wait(min(left, pollPeriod))
		case err == nil && len(b) > 0:
			return 0, io.EOF
		}
		if err != nil && !errors.Is(err, unix.EINTR) || len(b) == 0 {
			return 0, err
		}
	}
}

// left is the time until the deadline.
func (p *outputPipe) left() time.Duration {
	if at := p.deadline.Load(); at != 0 {
		return time.Until(time.Unix(0, at))
	}
	return time.Hour
}

// wait waits until there may be something to read, at most for so long.
func (p *outputPipe) wait(most time.Duration) error {
	_, err := unix.Poll([]unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}, int((most+time.Millisecond-1)/time.Millisecond))
	return err
}

// SetReadDeadline does what that of an os.File does, within pollPeriod. It may be called by any goroutine.
func (p *outputPipe) SetReadDeadline(t time.Time) error {
	at := int64(0)
	if !t.IsZero() {
		at = max(1, t.UnixNano())
	}
	p.deadline.Store(at)
	return nil
}

// Close gives the pipe's end back.
func (p *outputPipe) Close() error { return unix.Close(p.fd) }
