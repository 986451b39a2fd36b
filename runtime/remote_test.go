package runtime

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime/remote"
)

// TestRemoteIsAsRunning: a target that a master runs gives the report that it gives here, on either side.
func TestRemoteIsAsRunning(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		for _, bare := range []bool{false, true} {
			img := toyImage(t, order, small(3))
			good, bad := toyStream(t, img, nil), toyStream(t, img, flipping)
			for _, pair := range [][2][]byte{{good, good}, {good, bad}, {bad, good}} {
				want, err := runBytes(t, img, pair[0], pair[1])
				require.NoError(t, err)
				m := serve(t, img, &fake{data: pair[0], piece: 1000}, ServeOptions{Bare: bare, Clients: 2})
				got, err := Run(t.Context(), img, m.target(), &fake{data: pair[1]}, patient)
				require.NoError(t, err)
				same(t, want, got)
				require.Equal(t, TargetPair{m.target().Name(), "fake"}, got.Targets)
				require.Equal(t, TargetPair{Master: "fake"}, got.Recorded)
				m.logged(t, "served", "records")
				a := serve(t, img, &fake{data: pair[1]}, ServeOptions{Bare: bare})
				got, err = Run(t.Context(), img, m.target(), a.target(), patient)
				require.NoError(t, err)
				same(t, want, got)
			}
		}
	})
}

// TestNoAnswers: the client sends its hello and nothing else, however many records come and however long the way is. So
// nothing that the master does waits for it.
func TestNoAnswers(t *testing.T) {
	needtool.Slow(t)
	for _, count := range []int{20, 2000} {
		img := toyImage(t, "little", arch.Options{Seed: 1, Count: count, BlockLen: 10, Rounds: 16})
		s := toyStream(t, img, nil)
		m := serve(t, img, &fake{data: s}, ServeOptions{})
		for _, delay := range []time.Duration{0, 50 * time.Millisecond} {
			p := &proxy{to: m.address, delay: delay}
			r, err := Run(t.Context(), img, p.start(t), &fake{data: s}, patient)
			require.NoError(t, err)
			require.False(t, r.Failed())
			require.EqualValues(t, len(img.Program.Blocks)*16, r.Records)
			<-p.closed
			require.Equal(t, remote.HelloSize, p.said[byClient], "delay %s", delay)
			require.Equal(t, 3, p.turns, "greeting, hello, and all the rest: delay %s", delay)
		}
	}
}

// TestMasterOfTarget: what befalls the master's target is told, with the last good record, and is no match and no end
// of a trace.
func TestMasterOfTarget(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, h := recordAt(t, img, s, 2, 3)
	end := at + arch.RecordHeaderSize + int(h.Length)
	long := strings.Repeat("a line of standard error\n", 160)
	for name, c := range map[string]struct {
		f    fake
		want []string
	}{
		"dies":       {fake{data: s[:end+7], status: &ExitError{How: "killed by SIGSEGV", Stderr: "oh \x1b[31mno"}}, []string{"ended early after block 2 round 3", "killed by SIGSEGV", "oh ?[31mno"}},
		"says much":  {fake{data: s[:end], status: &ExitError{How: "exit status 1", Stderr: long + "the end"}}, []string{"exit status 1", "the end"}},
		"garbage":    {fake{data: append(bytes.Clone(s[:end]), "qemu: uncaught target signal 11 (Segmentation fault)"...)}, []string{"garbage after block 2 round 3", "uncaught target signal"}},
		"hangs":      {fake{data: s[:end], hang: true}, []string{"stalled after block 2 round 3"}},
		"lingers":    {fake{data: s, linger: true}, []string{"did not exit"}},
		"bad status": {fake{data: s, status: &ExitError{How: "exit status 3"}}, []string{"exit status 3"}},
		"nothing":    {fake{}, []string{"ended early before the first block"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := serve(t, img, &c.f, ServeOptions{Stall: c.f.options().Stall})
			r, err := Run(t.Context(), img, m.target(), &fake{data: s}, patient)
			requireStreamError(t, err, append(c.want, "master (tcp:"+m.address+"): failed on the other side", "target (fake)"))
			require.False(t, CutOff(err))
			require.False(t, r.Failed())
			require.NotContains(t, err.Error(), "\x1b")
			var there *RemoteError
			require.ErrorAs(t, err, &there)
			m.logged(t, "dropped", c.want[0])
			_, err = Run(t.Context(), img, &fake{data: s}, m.target(), patient)
			requireStreamError(t, err, append(c.want, "apprentice (tcp:"+m.address+"): failed on the other side"))
		})
	}
}

// TestBrokenLink cuts a connection at many places: never a match, and not the target's fault.
func TestBrokenLink(t *testing.T) {
	needtool.Slow(t)
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	m := serve(t, img, &fake{data: s}, ServeOptions{Clients: 9})
	whole := &proxy{to: m.address}
	_, err := Run(t.Context(), img, whole.start(t), &fake{data: s}, patient)
	require.NoError(t, err)
	<-whole.closed
	total := whole.said[byMaster]
	for i, most := range []int{1, 8, remote.GreetingSize, remote.GreetingSize + 20, 300, total / 3, total / 2, total - 200, total - 100, total - 20} {
		p := &proxy{to: m.address, most: most, reset: i%2 == 0}
		r, err := Run(t.Context(), img, p.start(t), &fake{data: s}, patient)
		require.Error(t, err, "%d bytes", most)
		require.False(t, CutOff(err), "%v", err)
		require.False(t, errors.As(err, new(*RemoteError)), "%v", err)
		if r != nil {
			requireStreamError(t, err, []string{"connection lost"})
			require.True(t, p.reset || strings.Contains(err.Error(), "the other side closed the connection in the middle"), "%v", err)
			require.Zero(t, r.Mismatches)
		}
	}
}

// TestSpoiledLink flips bits of what the master says: never a match, never a difference.
func TestSpoiledLink(t *testing.T) {
	needtool.Slow(t)
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	m := serve(t, img, &fake{data: s}, ServeOptions{Clients: 9})
	whole := &proxy{to: m.address}
	_, err := Run(t.Context(), img, whole.start(t), &fake{data: s}, patient)
	require.NoError(t, err)
	<-whole.closed
	for bit := 5; bit < 8*(whole.said[byMaster]-40); bit += whole.said[byMaster]/5 + 1 {
		p := &proxy{to: m.address, flip: bit}
		r, err := Run(t.Context(), img, p.start(t), &fake{data: s}, patient)
		require.Error(t, err, "bit %d", bit)
		require.True(t, r == nil || r.Mismatches == 0)
	}
}

// TestRecordRemote: a trace of what a master runs says what that is, and where.
func TestRecordRemote(t *testing.T) {
	img := toyImage(t, "big", small(2))
	s := toyStream(t, img, nil)
	m := serve(t, img, &teller{fake{data: s}}, ServeOptions{})
	chain := serve(t, img, m.target(), ServeOptions{})
	for _, first := range []*served{m, chain} {
		var b bytes.Buffer
		_, err := Record(t.Context(), img, first.target(), &b, RecordOptions{Tool: "test"})
		require.NoError(t, err)
		again, own, err := ReadRecording(&b, toyMachine)
		require.NoError(t, err)
		d := again.Description()
		assert.Equal(t, "to?[2Jy", d.Target)
		assert.Equal(t, "tcp:"+first.address, d.Via)
		assert.Equal(t, map[string]string{"kernel": "Linux?[2J 2.4", "cpuinfo": "a\nb"}, d.Machine)
		r, err := Run(t.Context(), own, again, &fake{data: s}, patient)
		require.NoError(t, err)
		assert.False(t, r.Failed())
		assert.Equal(t, "to?[2Jy", r.Recorded.Master)
	}
}

// TestListen: an address that others can reach must be wanted.
func TestListen(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		ln, err := Listen(address, false)
		require.NoError(t, err)
		require.NoError(t, ln.Close())
	}
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:9"} {
		_, err := Listen(address, false)
		require.ErrorContains(t, err, "--public", address)
	}
	for _, address := range []string{"", "127.0.0.1", "127.0.0.1:x", "nosuchhost.invalid:1"} {
		_, err := Listen(address, false)
		require.Error(t, err, address)
	}
	ln, err := Listen(":0", true)
	require.NoError(t, err)
	require.NoError(t, ln.Close())
}

// TestNoMaster: an address at which something else is, or nothing.
func TestNoMaster(t *testing.T) {
	img := toyImage(t, "little", small(1))
	ln, err := Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	go func() {
		for _, say := range []string{"SSH-2.0-OpenSSH_9.2p1\r\n", "", "\x89RISUMA\n\x02"} {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte(say))
			c.Close()
		}
		ln.Close()
	}()
	target := &Remote{Address: ln.Addr().String()}
	for _, want := range []string{`"SSH-2.0-" came instead of a greeting: is that a risugen master?`, "after 0 bytes of its greeting", "after 9 bytes of its greeting"} {
		_, err = Run(t.Context(), img, target, &fake{}, patient)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "start the master (tcp:")
	}
	require.True(t, waits(func() bool {
		_, err = target.Start(t.Context(), img)
		return err != nil && strings.Contains(err.Error(), "connect: ")
	}), "%v", err)
}

// teller is a fake that tells of its machine.
type teller struct{ fake }

func (*teller) Name() string { return "to\x1b[2Jy" }

func (*teller) Describe(context.Context) map[string]string {
	return map[string]string{"kernel": "Linux\x1b[2J 2.4", "cpuinfo": "a\nb"}
}
