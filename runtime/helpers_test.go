package runtime

import (
	"bytes"
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
)

var orders = []string{"little", "big"}

// eachOrder runs a test in both byte orders.
func eachOrder(t *testing.T, f func(t *testing.T, order string)) {
	for _, order := range orders {
		t.Run(order, func(t *testing.T) { f(t, order) })
	}
}

func toyMachine(c arch.Config) (arch.Machine, error) { return toy.Arch{}.Machine(c) }

// toyImage generates an image of the toy architecture.
func toyImage(t testing.TB, order string, o arch.Options) *Image {
	t.Helper()
	m, err := toyMachine(arch.Config{Order: order, ISAs: []string{"toy", "lists"}})
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	img, err := Build(p, "test")
	require.NoError(t, err)
	return img
}

func small(seed uint64) arch.Options {
	return arch.Options{Seed: seed, Count: 120, BlockLen: 10, Rounds: 6}
}

// toyStream runs an image and returns its records.
func toyStream(t testing.TB, img *Image, hook toy.Hook) []byte {
	t.Helper()
	in, err := toy.NewInterpreter(img.Program.Machine.Layout().Order)
	require.NoError(t, err)
	in.Hook = hook
	mem, err := img.Memory()
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, in.Run(mem, &out))
	return out.Bytes()
}

// fake is a target that writes given bytes. It can misbehave.
type fake struct {
	data   []byte
	piece  int   // bytes of a read; 0: as many as fit
	status error // what Wait returns
	hang   bool  // after the data: says nothing, until it is killed
	linger bool  // ends its output but does not exit, until it is killed
}

func (f *fake) Name() string { return "fake" }

func (f *fake) Start(ctx context.Context, _ *Image) (Process, error) {
	p := &fakeProcess{fake: f, rest: f.data, killed: make(chan struct{})}
	context.AfterFunc(ctx, p.Kill)
	return p, nil
}

type fakeProcess struct {
	*fake
	rest   []byte
	once   sync.Once
	killed chan struct{}
}

func (p *fakeProcess) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		if p.hang {
			<-p.killed
		}
		return 0, io.EOF
	}
	if p.piece > 0 {
		b = b[:min(p.piece, len(b))]
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func (p *fakeProcess) Wait() error {
	if p.linger {
		<-p.killed
	}
	return p.status
}

func (p *fakeProcess) Kill() { p.once.Do(func() { close(p.killed) }) }

// patient is for targets that do not hang: a busy machine must not make them seem to.
var patient = Options{Stall: time.Minute}

// options suit a fake: one that hangs is given up soon.
func (f *fake) options() Options {
	if f.hang || f.linger {
		return Options{Stall: 200 * time.Millisecond}
	}
	return patient
}

// runBytes compares two streams.
func runBytes(t testing.TB, img *Image, master, apprentice []byte) (*Report, error) {
	t.Helper()
	return Run(context.Background(), img, &fake{data: master}, &fake{data: apprentice}, patient)
}

// recordAt finds a record in a stream: where it starts, and its header.
func recordAt(t testing.TB, img *Image, stream []byte, block, round int) (int, arch.RecordHeader) {
	t.Helper()
	for at := 0; at < len(stream); {
		h, ok := arch.ParseRecordHeader(stream[at:], img.Program.Machine.Layout().Order)
		require.True(t, ok)
		if (h.Kind == arch.RecordCheck || h.Kind == arch.RecordFault) && int(h.Block) == block && int(h.Round) == round {
			return at, h
		}
		at += arch.RecordHeaderSize + int(h.Length)
	}
	require.FailNow(t, "no such record")
	return 0, arch.RecordHeader{}
}
