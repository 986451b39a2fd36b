package asm_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/asm"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// checkProgram compares each block of a program as source with its record.
func checkProgram(t *testing.T, p *arch.Program, about asm.About) {
	t.Helper()
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	records := recordsOf(t, img, command(t, p.Machine))
	dir := t.TempDir()
	refused := 0
	for i := range p.Blocks {
		sub, err := runtime.SubImage(img, []int{i})
		require.NoError(t, err)
		if err := asm.Write(io.Discard, sub.Program, about); err != nil {
			require.ErrorContains(t, err, "what ends the block")
			refused++
			continue
		}
		requireSame(t, dir, sub.Program, about, records[i])
	}
	require.LessOrEqual(t, refused, 1+len(p.Blocks)/20)
}

// requireSame wants a program's source to compute what a record has.
func requireSame(t *testing.T, dir string, p *arch.Program, about asm.About, record []byte) {
	t.Helper()
	var source bytes.Buffer
	require.NoError(t, asm.Write(&source, p, about))
	got, signal := run(t, dir, source.String())
	want, wantSignal := expected(t, p, record, about.Places)
	require.Equal(t, want+wantSignal, got+signal, "%s", source.String())
}

// command is how the emulator of a machine's images is started.
func command(t *testing.T, m arch.Machine) []string {
	t.Helper()
	c := m.Config()
	for _, a := range []arch.Arch{mips.New(), arm.New()} {
		for _, cpu := range a.CPUs() {
			if v, ok := cpu.Variant(c.ABI, c.Order); ok && a.Name() == c.Arch && cpu.Name == c.CPU {
				words := strings.Fields(v.Emulator)
				needtool.Path(t, words[0])
				return words
			}
		}
	}
	require.FailNow(t, "no emulator")
	return nil
}

// recordsOf runs an image and returns its records of rounds, headers included.
func recordsOf(t *testing.T, img *runtime.Image, command []string) [][]byte {
	t.Helper()
	process, err := (&runtime.Exec{Command: command}).Start(context.Background(), img)
	require.NoError(t, err)
	stream, err := io.ReadAll(process)
	require.NoError(t, err)
	require.NoError(t, process.Wait())
	var out [][]byte
	for len(stream) > 0 {
		h, ok := arch.ParseRecordHeader(stream, img.Program.Machine.Layout().Order)
		require.True(t, ok)
		n := arch.RecordHeaderSize + int(h.Length)
		if h.Kind == arch.RecordCheck || h.Kind == arch.RecordFault {
			out = append(out, stream[:n])
		}
		stream = stream[n:]
	}
	require.Len(t, out, len(img.Program.Blocks)*img.Program.Rounds)
	return out
}

// commandLine is a command in a source's comment.
var commandLine = regexp.MustCompile(`(?m)^ \*   (\S*-(?:as|ld) .*|qemu-.*)$`)

// run does what a source's comment says. It returns what the program prints, and the signal that ends it, or "".
func run(t *testing.T, dir, source string) (printed, signal string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "test.s"), []byte(source), 0o644))
	commands := commandLine.FindAllStringSubmatch(source, -1)
	require.Len(t, commands, 3, source)
	for i, c := range commands {
		words := strings.Fields(c[1])
		cmd := exec.Command(needtool.Path(t, words[0]), words[1:]...)
		cmd.Dir = dir
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if i < 2 {
			require.NoError(t, err, "%s: %s\n%s", c[1], errs.String(), source)
			require.Empty(t, errs.String(), "%s\n%s", c[1], source)
			continue
		}
		printed = string(out)
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			signal = signalName(exit.Sys().(syscall.WaitStatus))
		} else {
			require.NoError(t, err)
		}
	}
	return printed, signal
}

// signalName names the signal that ended a process.
func signalName(status syscall.WaitStatus) string {
	names := map[syscall.Signal]string{
		syscall.SIGILL: "SIGILL", syscall.SIGTRAP: "SIGTRAP", syscall.SIGFPE: "SIGFPE", syscall.SIGBUS: "SIGBUS", syscall.SIGSEGV: "SIGSEGV",
	}
	if name, ok := names[status.Signal()]; ok && status.Signaled() {
		return name
	}
	return fmt.Sprintf("%#x", status)
}

// expected is what a program must print, by its record, or the signal that ends it.
func expected(t *testing.T, p *arch.Program, record []byte, more []arch.Place) (printed, signal string) {
	t.Helper()
	l, b := p.Machine.Layout(), &p.Blocks[0]
	h, ok := arch.ParseRecordHeader(record, l.Order)
	require.True(t, ok)
	if h.Kind == arch.RecordFault {
		for name, number := range l.Signals {
			if number == h.Signal {
				return "", name
			}
		}
		require.FailNow(t, "no such signal", "%d", h.Signal)
	}
	payload := record[arch.RecordHeaderSize:]
	return printedOf(l, b, p.Effects(b).Results, more, payload), ""
}
