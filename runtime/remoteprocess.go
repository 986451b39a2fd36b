package runtime

import (
	"errors"
	"io"
	"time"

	"github.com/risugen/risugen/runtime/remote"
	"github.com/risugen/risugen/runtime/trace"
)

// distant is implemented by processes that show by themselves that they live.
type distant interface {
	// patience tells how long the process may give no sign of life, and returns how long a Read may take.
	patience(stall time.Duration) time.Duration
}

// remoteProcess is what a master passes on, as a process.
type remoteProcess struct {
	*playback
	conn    *remote.Conn
	allowed time.Duration // how long the master lets its target be silent
}

// minSilence is how long a link may at least be silent. A master gives a sign of life every second.
const minSilence = 5 * time.Second

// patience implements distant: the master judges its target, and this side the master and the link.
func (p *remoteProcess) patience(stall time.Duration) time.Duration {
	p.conn.Limit(max(stall, minSilence), 0)
	return p.allowed + stall
}

// Read implements Process. However the stream ends: Wait says what that means.
func (p *remoteProcess) Read(b []byte) (int, error) {
	n, err := p.playback.Read(b)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

// Wait implements Process.
func (p *remoteProcess) Wait() error {
	p.stopKill()
	p.trace.Close()
	return linkError(p.err)
}

// RemoteError says what befell a target that another risugen runs, as that one tells it.
type RemoteError struct{ Text string }

// Error implements error.
func (e *RemoteError) Error() string { return e.Text }

// LinkError says that what another machine passes on did not arrive.
type LinkError struct{ Text string }

// Error implements error.
func (e *LinkError) Error() string { return e.Text }

// maxTold bounds what is shown of another side's reasons, in bytes.
const maxTold = 8 << 10

// linkError says what the end of a stream means: nil after a whole one.
func linkError(err error) error {
	cut, damaged := (*trace.CutOffError)(nil), (*trace.DamagedError)(nil)
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &cut) && cut.Why != "":
		return &RemoteError{remote.Clean(cut.Why, maxTold)}
	case errors.As(err, &cut):
		return &LinkError{"the other side closed the connection in the middle of the stream"}
	case errors.As(err, &damaged):
		return &LinkError{remote.Clean("what arrives is not what was sent: "+damaged.Error(), maxTold)}
	}
	return &LinkError{remote.Clean(err.Error(), maxTold)}
}
