//go:build unix

package runtime

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime/remote"
	"github.com/risugen/risugen/runtime/trace"
)

// TestSignsOfLife: a target that is silent lets its master give signs of life, and records that came are sent before
// they fill a frame.
func TestSignsOfLife(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	var b bytes.Buffer
	out, err := trace.NewStreamWriter(&b, trace.Description{}, img.Data, img.Program, false)
	require.NoError(t, err)
	idle := pulse(out)
	at, h := recordAt(t, img, s, 0, 0)
	require.NoError(t, out.Append(s[at:at+arch.RecordHeaderSize+int(h.Length)]))
	for range 1 + 3*int(signPeriod/idlePeriod) {
		idle()
	}
	require.NoError(t, out.Stop("that is all"))
	require.EqualValues(t, 1, out.Totals().Frames)
	signs := bytes.Count(b.Bytes(), []byte("RTFR\x40\x00\x01\x00"))
	require.Positive(t, signs)
	require.LessOrEqual(t, signs, 3, "none of them waits for a place")

	in, err := trace.NewStreamReader(&b)
	require.NoError(t, err)
	in.Open(img.Program)
	run, err := in.Next()
	require.NoError(t, err)
	require.Equal(t, s[at:at+len(run)], run)
	_, err = in.Next()
	require.ErrorContains(t, err, "that is all", "signs of life are read over")
}

// accepting is a master by hand that accepts, with a time for its target, and then says what it is told to.
func accepting(t testing.TB, img *Image, stall time.Duration, say []byte) (client net.Conn, done chan struct{}) {
	t.Helper()
	client, there := net.Pipe()
	done = make(chan struct{})
	go func() {
		defer close(done)
		hand, err := remote.Receive(there, nil)
		if err == nil {
			err = hand.Say(remote.Answer{Kind: remote.Accepted, Stall: stall})
		}
		if err == nil {
			_, _ = there.Write(say)
		}
		if stall == 0 {
			there.Close()
		}
		_, _ = io.Copy(io.Discard, there)
	}()
	return client, done
}

// streamOf is the beginning of the stream of an image, up to the description.
func streamOf(t testing.TB, img *Image, d trace.Description) []byte {
	t.Helper()
	var b bytes.Buffer
	out, err := trace.NewStreamWriter(&b, d, img.Data, img.Program, false)
	require.NoError(t, err)
	beginning := bytes.Clone(b.Bytes())
	require.NoError(t, out.Stop("no more is needed"))
	return beginning
}

// TestSilentMaster: a connection on which nothing comes is lost; a target may be silent as long as its master allows.
func TestSilentMaster(t *testing.T) {
	img := toyImage(t, "little", small(1))
	b := streamOf(t, img, trace.Description{Digest: hexDigest(img)})
	client, done := accepting(t, img, time.Hour, b)
	p, err := (&Remote{Address: "x:1"}).attach(t.Context(), client, img)
	require.NoError(t, err)
	rp := p.(*remoteProcess)
	require.Equal(t, time.Hour+time.Minute, rp.patience(time.Minute))
	rp.conn.Limit(30*time.Millisecond, 0)
	client.SetReadDeadline(time.Now()) // of the read that goes on already
	_, err = io.Copy(io.Discard, p)
	require.NoError(t, err)
	err = p.Wait()
	require.ErrorContains(t, err, "nothing came for")
	require.ErrorAs(t, err, new(*LinkError))
	<-done
}

// TestOtherDigest: a master that accepts, and then streams another image.
func TestOtherDigest(t *testing.T) {
	img := toyImage(t, "little", small(1))
	b := streamOf(t, img, trace.Description{Digest: "beef\x1b[2J"})
	client, done := accepting(t, img, 0, b)
	_, err := (&Remote{Address: "x:1"}).attach(t.Context(), client, img)
	require.ErrorContains(t, err, "the master runs the image with the digest beef?[2J, not "+hexDigest(img))
	<-done
}

func hexDigest(img *Image) string { return newReport(img, &fake{}, &fake{}).Digest }

// TestConnectCancelled: the end of a run ends a wait for a master.
func TestConnectCancelled(t *testing.T) {
	img := toyImage(t, "little", small(1))
	goroutines(t)
	ln, err := Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	defer ln.Close()
	home := errors.New("the operator went home")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		if c, err := ln.Accept(); err == nil {
			cancel(home)
			_, _ = io.Copy(io.Discard, c)
			c.Close()
		}
	}()
	_, err = (&Remote{Address: ln.Addr().String()}).Start(ctx, img)
	require.ErrorIs(t, err, home)
}

// TestVanishKillsProcesses: nothing is left of a command whose client is gone, nor of its children, nor of its image.
func TestVanishKillsProcesses(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, _ := recordAt(t, img, s, 2, 3)
	pids := filepath.Join(t.TempDir(), "pids")
	target := sh(t, `cat "$2"; sleep 1000 & p=`+shellQuote(pids)+`; echo $$ $! >"$p.new"; mv "$p.new" "$p"; wait`, s[:at])
	m := serve(t, img, target, ServeOptions{Stall: time.Hour})
	opt := patient
	ctx, cancel := context.WithCancel(t.Context())
	opt.Progress = func(done, _ int64) {
		if done == int64(2*img.Program.Rounds) {
			require.True(t, waits(func() bool { _, err := os.Stat(pids); return err == nil }))
			cancel()
		}
	}
	_, err := Run(ctx, img, m.target(), &fake{data: s}, opt)
	require.ErrorIs(t, err, context.Canceled)
	m.logged(t, "dropped after 15 records: ", "the c")
	text, err := os.ReadFile(pids)
	require.NoError(t, err)
	for _, word := range strings.Fields(string(text)) {
		pid, err := strconv.Atoi(word)
		require.NoError(t, err)
		require.True(t, waits(func() bool { return gone(pid) }), "process %d lives", pid)
	}
	require.True(t, waits(func() bool { _, err := os.Stat(img.temp.path); return err != nil }), "the image's temporary file")
}

// gone reports whether a process has ended, even if nobody has asked how.
func gone(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return syscall.Kill(pid, 0) != nil || err == nil && bytes.Contains(stat, []byte(") Z "))
}

// FuzzMasterStream: whatever a master streams, nothing panics or hangs, and nothing but the true records is agreement.
func FuzzMasterStream(f *testing.F) {
	img := toyImage(f, "little", arch.Options{Seed: 1, Count: 8, BlockLen: 4, Rounds: 2})
	good := toyStream(f, img, nil)
	var b bytes.Buffer
	out, err := trace.NewStreamWriter(&b, trace.Description{Digest: hexDigest(img)}, img.Data, img.Program, true)
	require.NoError(f, err)
	s := newStream(roleTarget, &fake{}, must1(f, img, good), img, time.Minute)
	_, failed, err := keepAll(f.Context(), img, s, out, nil)
	require.NoError(f, errors.Join(failed, err))
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Add([]byte(trace.Magic))
	f.Fuzz(func(t *testing.T, say []byte) {
		client, done := accepting(t, img, 0, say)
		r, err := Run(t.Context(), img, &piped{Remote{Address: "x:1"}, client}, &fake{data: good}, patient)
		if err == nil && r.Failed() {
			t.Fatal("checksums passed other records")
		}
		<-done
	})
}

func must1(t testing.TB, img *Image, data []byte) Process {
	p, err := (&fake{data: data}).Start(context.Background(), img)
	require.NoError(t, err)
	return p
}

// piped is a Remote whose connection is there.
type piped struct {
	Remote
	client net.Conn
}

func (p *piped) Start(ctx context.Context, img *Image) (Process, error) {
	return p.attach(ctx, p.client, img)
}
