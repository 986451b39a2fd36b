package runtime

import (
	"context"
	"io"
	"net"
	stdruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// served is a master that runs in a test.
type served struct {
	address string
	stop    context.CancelFunc
	done    chan error // of Serve

	mu    sync.Mutex
	lines []string // of its log
}

// serve starts a master on this machine; it is gone at the end of the test, and every goroutine with it.
func serve(t *testing.T, img *Image, target Target, opt ServeOptions) *served {
	t.Helper()
	goroutines(t)
	ln, err := Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	m := &served{address: ln.Addr().String(), stop: stop, done: make(chan error, 1)}
	opt.Tool = "test"
	opt.Log = func(line string) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.lines = append(m.lines, line)
	}
	go func() { m.done <- Serve(ctx, ln, img, target, opt) }()
	t.Cleanup(func() {
		stop()
		<-m.done
	})
	return m
}

// goroutines fails a test that leaves some behind.
func goroutines(t *testing.T) {
	before := stdruntime.NumGoroutine()
	t.Cleanup(func() {
		if !waits(func() bool { return stdruntime.NumGoroutine() <= before }) {
			stacks := make([]byte, 1<<20)
			t.Errorf("goroutines are left:\n%s", stacks[:stdruntime.Stack(stacks, true)])
		}
	})
}

// waits waits until something is so, and gives up after a time that is long on any machine.
func waits(so func() bool) bool {
	for range 30_000 {
		if so() {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

// target connects to the master.
func (m *served) target() *Remote { return &Remote{Address: m.address} }

// logged waits for a line of the log that has all of the parts.
func (m *served) logged(t *testing.T, parts ...string) {
	t.Helper()
	ok := waits(func() bool {
		return slices.ContainsFunc(m.log(), func(line string) bool {
			return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(line, p) })
		})
	})
	require.True(t, ok, "no line has %q: %q", parts, m.log())
}

// log returns the lines so far.
func (m *served) log() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.lines)
}

// connect connects to the master by hand.
func (m *served) connect(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", m.address)
	require.NoError(t, err)
	require.NoError(t, c.SetDeadline(time.Now().Add(time.Minute)))
	t.Cleanup(func() { c.Close() })
	return c
}

// proxy passes connections on to a master. It can hold up, spoil and cut what the master says, and counts.
type proxy struct {
	to     string
	delay  time.Duration // in each direction, of every byte
	most   int           // bytes that the master may say in all, and then the connection is closed; 0: no limit
	reset  bool          // and not closed but reset
	flip   int           // bit of what the master says that is wrong; 0: none
	mu     sync.Mutex
	said   [2]int // bytes by client and master
	turns  int    // how often another one spoke than before
	last   int
	closed chan struct{} // the connection has ended
}

const (
	byClient = 0
	byMaster = 1
)

// start returns a target that goes through the proxy, once.
func (p *proxy) start(t *testing.T) *Remote {
	t.Helper()
	ln, err := Listen("127.0.0.1:0", false)
	require.NoError(t, err)
	p.last, p.closed = -1, make(chan struct{})
	go func() {
		defer close(p.closed)
		defer ln.Close()
		client, err := ln.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		master, err := net.Dial("tcp", p.to)
		if err != nil {
			return
		}
		defer master.Close()
		var both sync.WaitGroup
		both.Go(func() { p.pass(byClient, client, master) })
		both.Go(func() { p.pass(byMaster, master, client) })
		both.Wait()
	}()
	t.Cleanup(func() {
		ln.Close()
		<-p.closed
	})
	return &Remote{Address: ln.Addr().String()}
}

// parcel is what was said, and when it is to arrive.
type parcel struct {
	data []byte
	at   time.Time
}

// pass passes on in one direction; what is on its way does not hold up what is said.
func (p *proxy) pass(who int, from, to net.Conn) {
	way := make(chan parcel, 1<<16)
	arrived := make(chan struct{})
	go func() {
		defer close(arrived)
		for x := range way {
			time.Sleep(time.Until(x.at))
			if _, err := to.Write(x.data); err != nil {
				from.Close()
			}
		}
	}()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		data, end := p.hear(who, slices.Clone(buf[:n]))
		if len(data) > 0 {
			way <- parcel{data, time.Now().Add(p.delay)}
		}
		if end || err != nil {
			break
		}
	}
	close(way)
	<-arrived
	if tcp := to.(*net.TCPConn); p.reset {
		tcp.SetLinger(0)
	}
	to.Close()
	from.Close()
}

// hear counts what was said, spoils it, and says whether that is all.
func (p *proxy) hear(who int, b []byte) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(b) > 0 && who != p.last {
		p.turns++
		p.last = who
	}
	at := p.said[who]
	end := false
	if who == byMaster {
		if p.most > 0 && at+len(b) >= p.most {
			b, end = b[:p.most-at], true
		}
		if i := p.flip/8 - at; p.flip > 0 && i >= 0 && i < len(b) {
			b[i] ^= 1 << (p.flip % 8)
		}
	}
	p.said[who] += len(b)
	return b, end
}

// endless is a target that never says anything, and tells when it was killed.
type endless struct {
	started, killed chan struct{}
}

func newEndless() *endless { return &endless{make(chan struct{}, 9), make(chan struct{}, 9)} }

func (e *endless) Name() string { return "endless" }

func (e *endless) Start(ctx context.Context, img *Image) (Process, error) {
	r, w := io.Pipe()
	p := &endlessProcess{PipeReader: r, w: w, e: e}
	context.AfterFunc(ctx, p.Kill)
	e.started <- struct{}{}
	return p, nil
}

type endlessProcess struct {
	*io.PipeReader
	w    *io.PipeWriter
	e    *endless
	once sync.Once
}

func (p *endlessProcess) Wait() error { return nil }
func (p *endlessProcess) Kill() {
	p.once.Do(func() {
		p.w.Close()
		p.e.killed <- struct{}{}
	})
}
