package runtime

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/runtime/remote"
)

// TestShutdown: clients of a master that is stopped are told, and nothing is left.
func TestShutdown(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, _ := recordAt(t, img, s, 2, 3)
	m := serve(t, img, &fake{data: s[:at], hang: true}, ServeOptions{Stall: time.Hour})
	quiet := m.connect(t)
	stopped := false
	opt := patient
	opt.Progress = func(done, _ int64) {
		if !stopped && done == int64(2*img.Program.Rounds) {
			stopped = true
			m.stop()
		}
	}
	r, err := Run(t.Context(), img, m.target(), &fake{data: s}, opt)
	requireStreamError(t, err, []string{"failed on the other side after block 2 round 2", "the master was stopped: context canceled"})
	require.EqualValues(t, 2*img.Program.Rounds+3, r.Records)
	require.NoError(t, <-m.done)
	m.done <- nil
	_, err = io.Copy(io.Discard, quiet)
	require.NoError(t, err)
	_, err = m.target().Start(t.Context(), img)
	require.ErrorContains(t, err, "connect: ")
}

// TestOnce: a master for one client ends with it, and its end is that of the run.
func TestOnce(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	for want, f := range map[string]*fake{"": {data: s}, "exit status 7": {data: s, status: &ExitError{How: "exit status 7"}}} {
		m := serve(t, img, f, ServeOptions{Once: true})
		c := m.connect(t)
		_, _ = io.WriteString(c, "this is none to be served, and does not count")
		_, err := Run(t.Context(), toyImage(t, "little", small(2)), m.target(), &fake{}, patient)
		require.ErrorContains(t, err, "digest")
		_, err = Run(t.Context(), img, m.target(), &fake{data: s}, patient)
		ended := <-m.done
		m.done <- nil
		if want == "" {
			require.NoError(t, errors.Join(err, ended))
		} else {
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, ended, want)
		}
	}
}

// slowStart is a target that takes its time to start, or does not.
type slowStart struct {
	fake
	begun chan struct{}
	err   error
}

func (s *slowStart) Start(ctx context.Context, img *Image) (Process, error) {
	if s.err != nil {
		return nil, s.err
	}
	select {
	case <-s.begun:
		return s.fake.Start(ctx, img)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// TestSlowStart: a client hears that a target is being started, and what became of it.
func TestSlowStart(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	target := &slowStart{fake: fake{data: s}, begun: make(chan struct{})}
	m := serve(t, img, target, ServeOptions{Clients: 1})
	c := m.connect(t)
	hand, err := remote.Present(c, nil, img.Digest)
	require.NoError(t, err)
	a, err := hand.Next()
	require.NoError(t, err)
	require.Equal(t, remote.Wait, a.Kind)
	c.Close()
	m.logged(t, "dropped", "the client closed the connection")
	close(target.begun)
	_, err = Run(t.Context(), img, m.target(), &fake{data: s}, patient)
	require.NoError(t, err)

	fails := serve(t, img, &slowStart{err: errors.New("no board\x1b[2J")}, ServeOptions{})
	_, err = Run(t.Context(), img, fails.target(), &fake{data: s}, patient)
	require.ErrorContains(t, err, "refused: start the target (fake): no board?[2J")
	_, err = fails.target().Start(t.Context(), img)
	require.ErrorContains(t, err, "no board")
}
