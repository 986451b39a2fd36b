package remote

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/risugen/risugen/internal/screen"
)

// Conn is a connection that does not wait for ever. Methods may be called by several goroutines.
type Conn struct {
	net.Conn

	mu          sync.Mutex
	read, write time.Duration // limits; 0: none
	last        time.Time     // no write may take longer than this; zero: there is no such time
}

// NewConn limits a connection: how long a read may wait for the first byte, and how long a write may make no progress.
func NewConn(c net.Conn, read, write time.Duration) *Conn {
	return &Conn{Conn: c, read: read, write: write}
}

// Limit changes the limits of reads and writes that begin afterwards.
func (c *Conn) Limit(read, write time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read, c.write = read, write
}

// Until sets a time at which everything that is under way ends, and what begins later fails.
func (c *Conn) Until(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = t
	c.Conn.SetDeadline(t)
}

// prepare sets a deadline for one operation and returns its limit.
func (c *Conn) prepare(set func(time.Time) error, limit func() time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var deadline time.Time
	if limit() > 0 {
		deadline = time.Now().Add(limit())
	}
	if !c.last.IsZero() && (deadline.IsZero() || c.last.Before(deadline)) {
		deadline = c.last
	}
	set(deadline)
	return limit()
}

// Read implements net.Conn.
func (c *Conn) Read(b []byte) (int, error) {
	limit := c.prepare(c.SetReadDeadline, func() time.Duration { return c.read })
	n, err := c.Conn.Read(b)
	return n, plain(err, "nothing came for %s", limit)
}

// chunk is how many bytes are written under one deadline: progress on a slow link.
const chunk = 16 << 10

// Write implements net.Conn.
func (c *Conn) Write(b []byte) (done int, err error) {
	for done < len(b) {
		limit := c.prepare(c.SetWriteDeadline, func() time.Duration { return c.write })
		n, err := c.Conn.Write(b[done:min(done+chunk, len(b))])
		done += n
		if err != nil {
			return done, plain(err, "nothing could be sent for %s", limit)
		}
	}
	return done, nil
}

// plain leaves out of an error what everybody knows: the two addresses.
func plain(err error, timeout string, limit time.Duration) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &SilenceError{fmt.Sprintf(timeout, screen.Span(limit))}
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		err = op.Err
	}
	if sys := (*os.SyscallError)(nil); errors.As(err, &sys) {
		err = sys.Err
	}
	return err
}

// SilenceError says that a limit of time was reached.
type SilenceError struct{ what string }

// Error implements error.
func (e *SilenceError) Error() string { return e.what }
