package runtime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/runtime/remote"
)

// ServeOptions say whom a master serves, and how long it waits.
type ServeOptions struct {
	Tool  string        // the version of the tool
	Stall time.Duration // how long the target may be silent, 20 seconds by default
	Token []byte        // that clients must know; nil: none
	// Clients is how many are served at a time, each with a run of its own: 1 by default. Further ones are told that
	// the master is busy.
	Clients int
	// Connections bounds those that are open at a time, 16 by default. Further ones are left to the system's queue.
	Connections int
	Handshake   time.Duration // how long a client may take to say its hello, 10 seconds by default
	ClientStall time.Duration // how long a client may take nothing, 2 minutes by default
	Bare        bool          // do not compress
	Once        bool          // end after the first client that was served; Clients is 1 then
	Log         func(string)  // is called with a line about each connection, by several goroutines; may be nil
}

func (o ServeOptions) withDefaults() ServeOptions {
	o.Stall = Options{Stall: o.Stall}.withDefaults().Stall
	defaultTo(&o.Clients, 1)
	defaultTo(&o.Connections, 16)
	defaultTo(&o.Handshake, 10*time.Second)
	defaultTo(&o.ClientStall, 2*time.Minute)
	if o.Once {
		o.Clients = 1
	}
	o.Connections = max(o.Connections, o.Clients+1) // or nobody could be told that it is busy
	if o.Log == nil {
		o.Log = func(string) {}
	}
	return o
}

func defaultTo[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// master serves one image.
type master struct {
	img    *Image
	target Target
	opt    ServeOptions
	open   chan struct{} // a place for each connection
	served chan struct{} // a place for each client that is served
	all    sync.WaitGroup

	stop  context.CancelCauseFunc
	first sync.Once
	once  error // what became of the first client
}

// Causes for which a master ends.
var (
	errServed = errors.New("the one client has been served")
	errEnding = errors.New("the master was stopped")
)

// Serve runs an image on a target for everyone who connects (see [Remote]), each time anew, and sends what it
// writes. It goes on until ctx is done, or with Once until one client was served. Then it ends what runs, tells the
// clients, and returns when all processes and connections are gone. The listener is closed.
//
// The error is that of the listener, or with Once what befell the one run.
func Serve(ctx context.Context, ln net.Listener, img *Image, target Target, opt ServeOptions) error {
	defer ln.Close()
	if err := checkProgram(img.Program); err != nil {
		return err
	}
	opt = opt.withDefaults()
	m := &master{
		img: img, target: target, opt: opt,
		open: make(chan struct{}, opt.Connections), served: make(chan struct{}, opt.Clients),
	}
	own, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	m.stop = stop
	defer context.AfterFunc(ctx, func() { stop(fmt.Errorf("%w: %w", errEnding, context.Cause(ctx))) })()
	defer context.AfterFunc(own, func() { ln.Close() })()
	err := m.accept(own, ln)
	m.stop(errEnding)
	m.all.Wait()
	return errors.Join(err, m.once)
}

// accept takes connections until ctx is done.
func (m *master) accept(ctx context.Context, ln net.Listener) error {
	pause := time.Duration(0)
	for {
		select {
		case m.open <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		conn, err := ln.Accept()
		switch {
		case err == nil:
			pause = 0
			m.all.Go(func() {
				defer func() { <-m.open }()
				m.connection(ctx, conn)
			})
			continue
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		}
		<-m.open
		pause = min(2*pause+10*time.Millisecond, time.Second) // no descriptor is left, or the like: that may pass
		m.opt.Log(fmt.Sprintf("accept: %s", err))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// farewell is how long connections may last when the master ends.
const farewell = 2 * time.Second

// connection deals with one connection from its beginning to its end, and says in the log what became of it.
func (m *master) connection(ctx context.Context, c net.Conn) {
	conn := remote.NewConn(c, 0, m.opt.ClientStall)
	defer conn.Close()
	giveUpAfter(c, m.opt.ClientStall)
	started := time.Now()
	hand, err := m.receive(ctx, conn)
	var done Recorded
	if err == nil {
		defer context.AfterFunc(ctx, func() { conn.Until(time.Now().Add(farewell)) })()
		done, err = m.client(ctx, conn, hand)
	}
	if err == nil {
		m.opt.Log(fmt.Sprintf("%s: served, %s records in %s", c.RemoteAddr(), humanize.Comma(done.Records), screen.Took(time.Since(started))))
		return
	}
	if errors.As(err, new(*remote.Refusal)) {
		linger(conn)
	}
	after := ""
	if done.Records > 0 {
		after = fmt.Sprintf(" after %s records", humanize.Comma(done.Records))
	}
	m.opt.Log(fmt.Sprintf("%s: dropped%s: %s", c.RemoteAddr(), after, remote.Line(err.Error(), maxTold)))
}

// receive hears a client's hello. The end of ctx ends that at once.
func (m *master) receive(ctx context.Context, conn *remote.Conn) (*remote.Master, error) {
	conn.Until(time.Now().Add(m.opt.Handshake))
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	hand, err := remote.Receive(conn, m.opt.Token)
	conn.Until(time.Time{})
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return hand, err
}

// linger lets a refusal arrive: a connection that is closed while something is unread is reset, and what was sent last
// may be lost.
func linger(conn *remote.Conn) {
	const most = 64 << 10
	if c, ok := conn.Conn.(*net.TCPConn); ok && c.CloseWrite() == nil {
		conn.Until(time.Now().Add(time.Second))
		discard(conn, most)
	}
}
