package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/risugen/risugen/runtime/remote"
	"github.com/risugen/risugen/runtime/trace"
)

// Why a client is dropped that was being served.
var (
	errClientGone  = errors.New("the client closed the connection")
	errClientTalks = errors.New("the client sent more than its hello")
)

// busyTime is how long a client waits for a place. Whoever ends a run and starts another has the place, but the target of
// the first may take a moment to die.
const busyTime = 2 * time.Second

// client serves a client that may be served if there is a place.
func (m *master) client(ctx context.Context, conn *remote.Conn, hand *remote.Master) (Recorded, error) {
	if got := hand.Digest(); got != m.img.Digest {
		return Recorded{}, hand.Refuse(remote.WrongImage, fmt.Sprintf("the master's image has the digest %x, the client's %x", m.img.Digest, got))
	}
	select {
	case m.served <- struct{}{}:
		defer func() { <-m.served }()
	case <-ctx.Done():
		return Recorded{}, hand.Refuse(remote.Ending, context.Cause(ctx).Error())
	case <-time.After(busyTime):
		return Recorded{}, hand.Refuse(remote.Busy, fmt.Sprintf("the master is busy: it serves %d at a time", m.opt.Clients))
	}
	done, err := m.serve(ctx, conn, hand)
	if m.opt.Once {
		m.first.Do(func() {
			m.once = err
			m.stop(errServed)
		})
	}
	return done, err
}

// serve runs the target for one client.
func (m *master) serve(ctx context.Context, conn *remote.Conn, hand *remote.Master) (Recorded, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	drop := func(why error) {
		cancel(why)
		conn.Close()
	}
	m.all.Go(func() { m.watch(conn, drop) })
	s, about, err := m.startTarget(ctx, hand, drop)
	if err != nil {
		return Recorded{}, m.noTarget(ctx, hand, err)
	}
	defer s.stop()
	if err := hand.Say(remote.Answer{Kind: remote.Accepted, Stall: m.opt.Stall}); err != nil {
		return Recorded{}, whyUnsent(ctx, err)
	}
	out, err := trace.NewStreamWriter(conn, about, m.img.Data, m.img.Program, m.opt.Bare)
	if err != nil {
		return Recorded{}, whyUnsent(ctx, err)
	}
	s.idle = pulse(out)
	done, failed, err := keepAll(ctx, m.img, s, out, nil)
	if failed != nil {
		return done, failed // that it could not be told does not matter then
	}
	return done, whyUnsent(ctx, err)
}

// whyUnsent says why something could not be sent. If that is what ended ctx, the connection was closed for it.
func whyUnsent(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, new(*remote.SilenceError)):
		return err
	}
	return brokeOff(err)
}

// brokeOff is an error of a connection that neither side closed as it should.
func brokeOff(err error) error { return fmt.Errorf("the connection broke: %w", err) }

// noTarget tells a client that the target does not start.
func (m *master) noTarget(ctx context.Context, hand *remote.Master, err error) error {
	if ctx.Err() == nil {
		return hand.Refuse(remote.NoTarget, err.Error())
	}
	cause := context.Cause(ctx)
	if refusal := hand.Refuse(remote.Ending, cause.Error()); errors.As(refusal, new(*remote.Refusal)) {
		return refusal
	}
	return cause // the client's own doing: there is nobody to tell
}

// watch waits for a client's end. It ends when the connection does.
func (m *master) watch(conn *remote.Conn, drop func(why error)) {
	switch n, err := conn.Read(make([]byte, 1)); {
	case n > 0:
		drop(errClientTalks)
	case errors.Is(err, io.EOF):
		drop(errClientGone)
	default:
		drop(brokeOff(err))
	}
}

// signPeriod is how often a client hears that the master lives, at least.
const signPeriod = time.Second

// running is a target that was started.
type running struct {
	stream *stream
	about  trace.Description
	err    error
}

// startTarget starts the target, which may take as long as copying an image to a board does. The client hears that it
// goes on.
func (m *master) startTarget(ctx context.Context, hand *remote.Master, drop func(error)) (*stream, trace.Description, error) {
	started := make(chan running, 1)
	go func() {
		var r running
		if r.stream, r.err = start(ctx, roleTarget, m.target, m.img, m.opt.Stall); r.err == nil {
			r.about = describe(ctx, m.img, m.target, m.opt.Tool)
		}
		started <- r
	}()
	sign := time.NewTicker(signPeriod)
	defer sign.Stop()
	for {
		select {
		case r := <-started:
			return r.stream, r.about, r.err
		case <-sign.C:
			if err := hand.Say(remote.Answer{Kind: remote.Wait}); err != nil {
				drop(err)
			}
		}
	}
}

// pulse sends records that came while no more come, and now and then a sign of life.
func pulse(out *trace.Writer) func() {
	quiet := time.Duration(0)
	return func() {
		if quiet += idlePeriod; out.Flush() {
			quiet = 0
		} else if quiet >= signPeriod {
			out.Alive()
			quiet = 0
		}
	}
}

// discard reads what comes, up to n bytes.
func discard(src io.Reader, n int64) { _, _ = io.CopyN(io.Discard, src, n) }
