package runtime

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/risugen/risugen/runtime/remote"
	"github.com/risugen/risugen/runtime/trace"
)

// Remote is a target that another risugen runs, and passes on what it writes: see [Serve].
type Remote struct {
	Address string // HOST:PORT
	Token   []byte // that both sides know; nil: none

	mu   sync.Mutex
	desc trace.Description
}

// remoteScheme begins the name of a Remote.
const remoteScheme = "tcp:"

// Limits of a beginning.
const (
	helloTime = 20 * time.Second // a connection, a greeting, an answer or a sign of life
	startTime = 10 * time.Minute // until the master has started its target
	maxStall  = 24 * time.Hour   // that a master may let its target be silent
)

// parseRemote reads HOST:PORT.
func parseRemote(text string) (*Remote, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil || host == "" {
		return nil, errors.New("it needs HOST:PORT, with [] around a host that has colons")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, fmt.Errorf("%q is no port: it needs a number from 1 to 65535", port)
	}
	return &Remote{Address: text}, nil
}

// Name implements Target.
func (t *Remote) Name() string { return remoteScheme + t.Address }

// Description says what runs on the other side. It is known once the target was started.
func (t *Remote) Description() trace.Description {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.desc
}

// Describe implements Describer: of the machine on the other side, once the target was started.
func (t *Remote) Describe(context.Context) map[string]string { return t.Description().Machine }

// Start implements Target. The master must have the same image, and starts its target.
func (t *Remote) Start(ctx context.Context, img *Image) (Process, error) {
	dialer := net.Dialer{Timeout: helloTime}
	c, err := dialer.DialContext(ctx, "tcp", t.Address)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, fmt.Errorf("connect: %w", err)
	}
	return t.attach(ctx, c, img)
}

// attach is Start on a connection.
func (t *Remote) attach(ctx context.Context, c net.Conn, img *Image) (Process, error) {
	conn := remote.NewConn(c, helloTime, helloTime)
	stopKill := context.AfterFunc(ctx, func() { conn.Close() })
	in, stall, err := t.begin(conn, img)
	if err != nil {
		stopKill()
		conn.Close()
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, err
	}
	in.Open(img.Program)
	play := &playback{trace: &openTrace{in, conn}, rest: streamStart(img), end: streamEnd(img), stopKill: stopKill}
	return &remoteProcess{playback: play, conn: conn, allowed: min(stall, maxStall)}, nil
}

// begin speaks with the master up to the first record. It returns how long the master lets its target be silent.
func (t *Remote) begin(conn *remote.Conn, img *Image) (*trace.Reader, time.Duration, error) {
	stall, err := t.shakeHands(conn, img)
	if err != nil {
		return nil, 0, err
	}
	in, err := trace.NewStreamReader(conn)
	if err != nil {
		return nil, 0, fmt.Errorf("the stream does not begin as it must: %w", linkError(err))
	}
	d := in.Description()
	if want := fmt.Sprintf("%x", img.Digest); d.Digest != want {
		return nil, 0, fmt.Errorf("the master runs the image with the digest %s, not %s", remote.Line(d.Digest, 64), want)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.desc = cleanDescription(d)
	return in, stall, nil
}

// shakeHands is done when the master's target runs.
func (t *Remote) shakeHands(conn *remote.Conn, img *Image) (stall time.Duration, err error) {
	conn.Until(time.Now().Add(startTime))
	defer conn.Until(time.Time{})
	c, err := remote.Present(conn, t.Token, img.Digest)
	if err != nil {
		return 0, noMaster(err)
	}
	for {
		a, err := c.Next()
		if err != nil {
			return 0, noMaster(err)
		}
		if a.Kind == remote.Accepted {
			return a.Stall, nil
		}
	}
}

// noMaster adds to an error what may be the matter.
func noMaster(err error) error {
	if errors.As(err, new(*remote.NotOursError)) || errors.As(err, new(*remote.SilenceError)) {
		return fmt.Errorf("%w: is that a risugen master?", err)
	}
	return err
}

// Bounds of what is kept of a description, in bytes.
const (
	maxDescribed = 1 << 10
	maxKeys      = 32
)

// cleanDescription makes a description from elsewhere fit to be shown.
func cleanDescription(d trace.Description) trace.Description {
	line := func(s string) string { return remote.Line(s, maxDescribed) }
	d.Tool, d.Target, d.Via, d.Emulator = line(d.Tool), line(d.Target), line(d.Via), line(d.Emulator)
	machine := map[string]string{}
	keys := slices.Sorted(maps.Keys(d.Machine))
	for _, key := range keys[:min(len(keys), maxKeys)] {
		machine[line(key)] = remote.Clean(d.Machine[key], maxCPUInfo)
	}
	d.Machine = machine
	return d
}

// isLoopback reports whether an address can be reached from this machine alone.
func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// Listen listens for [Serve], on one address. One that others can reach must be wanted.
func Listen(address string, public bool) (net.Listener, error) {
	a, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "address "))
	}
	if !public && !isLoopback(a) {
		return nil, fmt.Errorf("%s can be reached from other machines: a tunnel is better (ssh -L), or else --public and --token-file are needed", address)
	}
	return net.ListenTCP("tcp", a)
}
