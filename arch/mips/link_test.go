package mips

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// A board at the other end of a bad link: a proxy between the two delays every byte by half a round trip and lets so
// many through each second, either way. Images go through it too.
const (
	linkTrip = 50 * time.Millisecond // there and back
	linkRate = 1_000_000 / 8         // bytes a second
)

// slowLink has the link take the time that it says. What tests want of it are its counts, and a link of the same proportions that is 20
// times as fast gives the same.
var slowLink = flag.Bool("slow-link", false, "let the link to a distant board take its time")

// underWay is the time that something takes on the link.
func underWay(d time.Duration) time.Duration {
	if *slowLink {
		return d
	}
	return d / 20
}

// link is the proxy. It counts what goes through, and connections.
type link struct {
	listener       net.Listener
	board          string // address
	up, down, dial atomic.Int64
}

func newLink(t *testing.T, board string) *link {
	l := &link{board: board}
	var err error
	l.listener, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.listener.Close() })
	go l.serve()
	return l
}

func (l *link) serve() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer near.Close()
			l.dial.Add(1)
			time.Sleep(underWay(linkTrip)) // a connection takes one round trip
			far, err := net.Dial("tcp", l.board)
			if err != nil {
				return
			}
			defer far.Close()
			var both sync.WaitGroup
			both.Go(func() { carry(far, near, &l.up) })
			both.Go(func() { carry(near, far, &l.down) })
			both.Wait()
		}()
	}
}

// parcel is bytes under way.
type parcel struct {
	data []byte
	due  time.Time
}

// carry carries bytes one way: at the link's rate, each later by half a round trip.
func carry(to, from net.Conn, count *atomic.Int64) {
	way := make(chan parcel, 64)
	go func() {
		defer close(way)
		free := time.Now()
		for {
			b := make([]byte, 1400)
			n, err := from.Read(b)
			if now := time.Now(); free.Before(now) {
				free = now
			}
			free = free.Add(underWay(time.Duration(n) * time.Second / linkRate))
			time.Sleep(time.Until(free))
			count.Add(int64(n))
			if n > 0 {
				way <- parcel{b[:n], free.Add(underWay(linkTrip / 2))}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range way {
		time.Sleep(time.Until(p.due))
		if _, err := to.Write(p.data); err != nil {
			break
		}
	}
	to.(*net.TCPConn).CloseWrite()
	for range way { // the other end is gone
	}
}

// board runs what it is sent: a length of 4 bytes, and an image that gzip has compressed. It sends back what the
// image writes.
type board struct {
	t       *testing.T
	command []string
	dir     string
	runs    atomic.Int64
}

func newBoard(t *testing.T, command []string) (address string) {
	b := &board{t: t, command: command, dir: t.TempDir()}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go b.serve(c)
		}
	}()
	return l.Addr().String()
}

func (b *board) serve(c net.Conn) {
	defer c.Close()
	var size uint32
	if binary.Read(c, binary.BigEndian, &size) != nil {
		return
	}
	packed := make([]byte, size)
	if _, err := io.ReadFull(c, packed); err != nil {
		return
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return
	}
	file := filepath.Join(b.dir, fmt.Sprintf("image%d", b.runs.Add(1)))
	image, err := io.ReadAll(z)
	if err != nil || os.WriteFile(file, image, 0o755) != nil {
		return
	}
	cmd := exec.Command(b.command[0], append(append([]string{}, b.command[1:]...), file)...)
	cmd.Stdout = c
	_ = cmd.Run()
}

// distant is a board as a target.
type distant struct{ address string }

func (*distant) Name() string { return "distant qemu-mipsel" } // which is what known.yaml knows

func (d *distant) Start(ctx context.Context, img *runtime.Image) (runtime.Process, error) {
	image, err := img.Board()
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if _, err := z.Write(image); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	c, err := net.Dial("tcp", d.address)
	if err != nil {
		return nil, err
	}
	p := &distantProcess{Conn: c}
	context.AfterFunc(ctx, p.Kill)
	go func() {
		_, _ = c.Write(binary.BigEndian.AppendUint32(nil, uint32(packed.Len())))
		_, _ = c.Write(packed.Bytes())
	}()
	return p, nil
}

type distantProcess struct{ net.Conn }

func (p *distantProcess) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if errors.Is(err, net.ErrClosed) {
		err = io.EOF
	}
	return n, err
}

func (p *distantProcess) Wait() error { p.Close(); return nil }
func (p *distantProcess) Kill()       { p.Close() }

// least is the time that the link's counts take: connections, a request and its answer for each, and bytes, if nothing
// that goes up overlaps with what comes down.
func (l *link) least() time.Duration {
	bytes := l.up.Load() + l.down.Load()
	return time.Duration(2*l.dial.Load())*linkTrip + time.Duration(bytes)*time.Second/linkRate
}

// TestDistantBoard: 100,000 instructions and 16 rounds over a link of 1 Mbit/s and 50 ms in less than 15 s, the image
// included. What is asserted is what goes over the link; the time is printed, which says something with -slow-link alone.
func TestDistantBoard(t *testing.T) {
	needtool.Slow(t)
	t.Parallel() // it waits most of the time
	for _, c := range []struct {
		name   string
		isas   []string
		output arch.Output
	}{
		{"MSA, a digest for each round", []string{"msa"}, arch.RoundDigests},
		{"everything, a digest for each block", nil, arch.BlockDigests},
	} {
		t.Run(c.name, func(t *testing.T) {
			emulator := []string{needtool.Path(t, "qemu-mipsel"), "-cpu", "P5600"}
			m, err := New().Machine(arch.Config{CPU: "P5600", ISAs: c.isas})
			require.NoError(t, err)
			p, err := arch.Generate(m, arch.Options{
				Seed: 1, Count: 100_000, BlockLen: 24, Rounds: 16, EdgeShare: arch.DefaultEdgeShare, MisalignedShare: arch.DefaultMisalignedShare,
			})
			require.NoError(t, err)
			img, err := runtime.Build(p, "test")
			require.NoError(t, err)
			known, err := runtime.ParseKnown(New().Known())
			require.NoError(t, err)
			l := newLink(t, newBoard(t, emulator))
			r, err := runtime.Run(context.Background(), img, &distant{l.listener.Addr().String()}, &runtime.Exec{Command: emulator},
				runtime.Options{Stall: time.Minute, Known: known, Digest: runtime.DigestOptions{Output: c.output}})
			require.NoError(t, err)
			require.False(t, r.Failed(), "%+v", r.Findings)
			require.EqualValues(t, 1_600_000, r.Executions)
			require.Equal(t, r.Records, r.Digests.Equal)
			require.EqualValues(t, 1, l.dial.Load())
			require.Less(t, l.least(), 14*time.Second)
			records := int64(0)
			for b := range p.Blocks {
				records += 16 * int64(arch.RecordHeaderSize+m.Layout().PayloadSize(&p.Blocks[b]))
			}
			t.Logf("%d records: %d bytes up, %d down (%d of records would have been %s), at least %.1f s, took %.1f s", r.Records,
				l.up.Load(), l.down.Load(), records, time.Duration(records)*time.Second/linkRate, l.least().Seconds(), r.Seconds)
		})
	}
}

// TestDistantBoardThatDiffers: a wrong board is found over the link, with the instruction, and what is asked for again
// is little.
func TestDistantBoardThatDiffers(t *testing.T) {
	needtool.Slow(t)
	t.Parallel() // it waits most of the time
	img, command := digestImage(t, "24Kc", "o32", "little", arch.Options{
		Seed: 1, Count: 2000, BlockLen: 24, Rounds: 16, Select: arch.Selection{Patterns: []string{"ADDU", "SUBU", "SLTU", "SLL", "XORI", "LW", "SW", "WSBH"}},
	})
	other := []string{command[0], "-cpu", "4Kc"} // which lacks WSBH alone of these
	l := newLink(t, newBoard(t, other))
	r, err := runtime.Run(context.Background(), img, &distant{l.listener.Addr().String()}, &runtime.Exec{Command: command},
		runtime.Options{Stall: time.Minute, Digest: runtime.DigestOptions{Output: arch.BlockDigests, Again: 20}})
	require.NoError(t, err)
	require.True(t, r.Failed())
	require.Equal(t, "WSBH", r.MismatchList[0].Pattern)
	require.Equal(t, 20, r.Digests.Again)
	require.Positive(t, r.Digests.NotAgain)
	require.EqualValues(t, 3, l.dial.Load())
	t.Logf("%d bytes up, %d down, at least %.1f s, took %.1f s", l.up.Load(), l.down.Load(), l.least().Seconds(), r.Seconds)
}
