//go:build unix

package rates

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

var (
	count  = flag.Int("insns", 150_000, "instructions of an image")
	block  = flag.Int("block", 24, "instructions in a block")
	rounds = flag.Int("rounds", 64, "executions of a block")
	shared = flag.Bool("shared", false, "records go through shared memory")
)

// lockStep is how many instructions a second RISU verifies with two sides in lock step: 100,000 of A32 in 8.2 s, with QEMU 7.2.
const lockStep = 12_000

// family is a kind of instructions to measure.
type family struct {
	name     string
	arch     arch.Arch
	cpu, isa string
	patterns []string
	emulator string
}

var families = []family{
	{"MSA", mips.New(), "P5600", "msa", nil, "qemu-mipsel"},
	{"FPU", mips.New(), "24Kf", "fpu", nil, "qemu-mipsel"},
	{"A64integer", arm.New(), "cortex-a72", "base", []string{"@int"}, "qemu-aarch64"},
	{"A64base", arm.New(), "cortex-a72", "base", nil, "qemu-aarch64"},
	{"A64float", arm.New(), "cortex-a72", "fp", nil, "qemu-aarch64"},
	{"A64SIMD", arm.New(), "cortex-a72", "simd", nil, "qemu-aarch64"},
}

// BenchmarkVerify reports for each family, of the best of b.N times:
//   - exec/s: instruction executions verified in a second, of both sides at once, and how often RISU's lock step goes into that;
//   - cpu-exec/s: the same in two seconds of processor time, which is what two processors do that have nothing else to do;
//   - alone-exec/s: executions of the master alone, which writes to /dev/null;
//   - bare-exec/s: executions in a second of processor time of one side, without load, dump and write;
//   - own-%: the share of all processor time that is ours, and dump-%: that of load, dump and writing to /dev/null, alone;
//   - x-bare: processor time of the verification over that of bare execution on both sides.
func BenchmarkVerify(b *testing.B) {
	for _, f := range families {
		b.Run(f.name, func(b *testing.B) { f.measure(b, *rounds) })
	}
}

// BenchmarkWords runs each block once: the executions of the figures are distinct instructions.
func BenchmarkWords(b *testing.B) {
	b.Run(families[0].name, func(b *testing.B) { families[0].measure(b, 1) })
}

func (f *family) measure(b *testing.B, rounds int) {
	qemus := [2]string{needtool.Path(b, f.emulator), needtool.OtherQEMU(b, f.emulator)}
	full := f.image(b, rounds, *count)
	empty := emptied(b, full)
	var n float64 // instructions executed
	var both, frame, quiet, alone spent
	for b.Loop() {
		r, used := f.verify(b, full, qemus)
		both.best(used)
		n = float64(r.Executions)
		frame.best(f.run(b, empty, qemus[:]...))
		quiet.best(f.run(b, full, qemus[:]...))
		alone.best(f.run(b, full, qemus[0]))
	}
	// What the kernel does when nobody reads is start and faults, which are not ours.
	ours := both.self + max(0, both.kernel-quiet.kernel) + frame.cpu - frame.self
	bare := both.cpu - ours
	rate := n / both.wall.Seconds()
	b.ReportMetric(rate, "exec/s")
	b.ReportMetric(rate/lockStep, "x-lockstep")
	b.ReportMetric(n/alone.wall.Seconds(), "alone-exec/s")
	b.ReportMetric(2*n/bare.Seconds(), "bare-exec/s")
	b.ReportMetric(100*ours.Seconds()/both.cpu.Seconds(), "own-%")
	b.ReportMetric(100*frame.cpu.Seconds()/both.cpu.Seconds(), "dump-%")
	b.ReportMetric(both.cpu.Seconds()/bare.Seconds(), "x-bare")
	b.ReportMetric(2*n/both.cpu.Seconds(), "cpu-exec/s")
}

// image makes an image as the command does unless told otherwise.
func (f *family) image(b *testing.B, rounds, count int) *runtime.Image {
	m, err := f.arch.Machine(arch.Config{CPU: f.cpu, ISAs: []string{f.isa}})
	require.NoError(b, err)
	p, err := arch.Generate(m, arch.Options{
		Seed: 1, Count: count, BlockLen: *block, Rounds: rounds, Select: arch.Selection{Patterns: f.patterns},
		EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare, MisalignedShare: arch.DefaultMisalignedShare,
	})
	require.NoError(b, err)
	img, err := runtime.Build(p, "rates")
	require.NoError(b, err)
	return img
}

// emptied is an image with the same blocks, in which nothing stands.
func emptied(b *testing.B, img *runtime.Image) *runtime.Image {
	p, l := *img.Program, img.Program.Machine.Layout()
	p.Blocks = append([]arch.Block(nil), p.Blocks...)
	addr := l.CodeAddr
	for i := range p.Blocks {
		p.Blocks[i].Items, p.Blocks[i].Addr = nil, addr
		addr += l.BlockSize(&p.Blocks[i])
	}
	out, err := runtime.Build(&p, "rates")
	require.NoError(b, err)
	return out
}

// verify runs an image on both targets and compares.
func (f *family) verify(b *testing.B, img *runtime.Image, qemus [2]string) (*runtime.Report, spent) {
	targets := [2]runtime.Target{}
	for i, q := range qemus {
		targets[i] = &runtime.Exec{Command: []string{q, "-cpu", f.cpu}, Shared: *shared}
	}
	before := now(b)
	r, err := runtime.Run(context.Background(), img, targets[0], targets[1], runtime.Options{})
	took := before.until(now(b))
	require.NoError(b, err)
	require.EqualValues(b, len(img.Program.Blocks)*img.Program.Rounds, r.Records)
	return r, took
}

// run runs an image on emulators at the same time, with their output going nowhere.
func (f *family) run(b *testing.B, img *runtime.Image, qemus ...string) spent {
	path := filepath.Join(b.TempDir(), "image")
	require.NoError(b, img.WriteFile(path))
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(b, err)
	defer null.Close()
	before := now(b)
	var cmds []*exec.Cmd
	for _, q := range qemus {
		cmd := exec.Command(q, "-cpu", f.cpu, path)
		cmd.Stdout = null
		require.NoError(b, cmd.Start())
		cmds = append(cmds, cmd)
	}
	for _, cmd := range cmds {
		require.NoError(b, cmd.Wait(), fmt.Sprint(cmd))
	}
	return before.until(now(b))
}

// spent is how long something took, and how much of all processors' time: all of it, this process's part, and the kernel's
// part of its children's.
type spent struct{ wall, cpu, self, kernel time.Duration }

// best takes what used less of the processors' time, and the lesser of how long it took.
func (s *spent) best(t spent) {
	wall := t.wall
	if s.cpu != 0 {
		wall = min(wall, s.wall)
	}
	if s.cpu == 0 || t.cpu < s.cpu {
		*s = t
	}
	s.wall = wall
}

// until is what was spent from one time to another.
func (s spent) until(t spent) spent {
	return spent{t.wall - s.wall, t.cpu - s.cpu, t.self - s.self, t.kernel - s.kernel}
}

// began is when this process began to measure.
var began = time.Now()

// now is what this process has spent so far, with the children that it has waited for.
func now(b *testing.B) spent {
	var self, children syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &self))
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children))
	s := spent{wall: time.Since(began), kernel: time.Duration(children.Stime.Nano())}
	s.self = time.Duration(self.Utime.Nano() + self.Stime.Nano())
	s.cpu = s.self + s.kernel + time.Duration(children.Utime.Nano())
	return s
}
