package runtime_test

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// fault is what is wrong with a mortal: hook is called at each word, with how often an image was started before.
type fault func(start int, s *toy.Step)

// mortal runs images of the toy architecture, as the file that goes to a board has them. A hook that panics with errDies
// kills it; what it has not written yet is lost.
type mortal struct {
	fault  fault
	trap   func(s *toy.Step, signal uint32) uint32 // see toy.Interpreter.WrongTrap
	hangs  bool                                    // instead of dying
	images []*runtime.Image
	mangle func(start int, output []byte) []byte // may be nil; what it has written

	mu     sync.Mutex
	starts int
}

var errDies = errors.New("dies")

func (t *mortal) Name() string { return "mortal" }

func (t *mortal) Start(_ context.Context, img *runtime.Image) (runtime.Process, error) {
	t.mu.Lock()
	start := t.starts
	t.starts++
	t.images = append(t.images, img)
	t.mu.Unlock()
	board, err := img.Board()
	if err != nil {
		return nil, err
	}
	f, err := elf.NewFile(bytes.NewReader(board))
	if err != nil {
		return nil, err
	}
	in, err := toy.NewInterpreter(img.Program.Machine.Layout().Order)
	if err != nil {
		return nil, err
	}
	if t.fault != nil {
		in.Hook = func(s *toy.Step) { t.fault(start, s) }
	}
	in.WrongTrap = t.trap
	r, w := io.Pipe()
	go func() { t.run(in, f, w, start) }()
	return &mortalProcess{PipeReader: r}, nil
}

func (t *mortal) run(in *toy.Interpreter, f *elf.File, w *io.PipeWriter, start int) {
	defer func() {
		if r := recover(); r != nil && r != errDies {
			panic(r)
		}
		if !t.hangs {
			w.Close()
		}
	}()
	if t.mangle == nil {
		w.CloseWithError(in.Run(memory(f), w))
		return
	}
	var out bytes.Buffer
	_ = in.Run(memory(f), &out)
	_, _ = w.Write(t.mangle(start, out.Bytes()))
}

type mortalProcess struct{ *io.PipeReader }

func (p *mortalProcess) Wait() error { return nil }
func (p *mortalProcess) Kill()       { p.CloseWithError(io.EOF) }

// digests are options of digests of some kind from some side.
func digests(output arch.Output, apprentice bool) runtime.Options {
	return runtime.Options{Stall: time.Minute, Digest: runtime.DigestOptions{Output: output, Apprentice: apprentice}}
}

// eachDigest runs a test for both kinds of digests, from either side, in both byte orders.
func eachDigest(t *testing.T, f func(t *testing.T, order string, opt runtime.Options)) {
	for _, order := range []string{"little", "big"} {
		for _, output := range []arch.Output{arch.RoundDigests, arch.BlockDigests} {
			for _, apprentice := range []bool{false, true} {
				name := order + " " + output.String() + map[bool]string{false: " master", true: " apprentice"}[apprentice]
				t.Run(name, func(t *testing.T) { f(t, order, digests(output, apprentice)) })
			}
		}
	}
}

// runs compares a sound target with another one, which is the one that sends digests.
func runs(t *testing.T, img *runtime.Image, other runtime.Target, opt runtime.Options) (*runtime.Report, error) {
	t.Helper()
	var sound runtime.Target = &mortal{}
	if opt.Digest.Apprentice {
		return runtime.Run(context.Background(), img, sound, other, opt)
	}
	return runtime.Run(context.Background(), img, other, sound, opt)
}

// comparable is a report as JSON, without what must differ.
func comparable(t *testing.T, r *runtime.Report) string {
	t.Helper()
	c := *r
	c.Digests, c.Seconds, c.ExecutionRate = nil, 0, 0
	js, err := json.MarshalIndent(&c, "", " ")
	require.NoError(t, err)
	return string(js)
}

// block finds the block of an address.
func blockAt(p *arch.Program, pc uint32) int {
	for b := range p.Blocks {
		if at := uint64(pc); at >= p.Blocks[b].Addr && at < p.Blocks[b].Addr+uint64(4*len(p.Blocks[b].Items)) {
			return b
		}
	}
	return -1
}
