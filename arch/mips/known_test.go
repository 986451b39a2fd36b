package mips

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// outputOf runs an image and returns all that it writes.
func outputOf(t *testing.T, img *runtime.Image, command []string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "image")
	require.NoError(t, os.WriteFile(file, img.Data, 0o755))
	out, err := exec.Command(command[0], append(command[1:], file)...).Output()
	require.NoError(t, err)
	return out
}

// laterRelease is a program that says it is QEMU 10, and writes given records whatever it is to run.
func laterRelease(t *testing.T, records []byte) *runtime.Exec {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "records"), records, 0o644))
	program := filepath.Join(dir, "qemu-mipsel")
	script := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = --version ] && echo 'qemu-mipsel version 10.0.0' && exit\nexec cat '%s'\n", filepath.Join(dir, "records"))
	require.NoError(t, os.WriteFile(program, []byte(script), 0o755))
	return &runtime.Exec{Command: []string{program}}
}

// faulting makes a fault of a round's record: an item raises SIGBUS.
func faulting(t *testing.T, img *runtime.Image, records []byte, block, round, item int) []byte {
	t.Helper()
	l := img.Program.Machine.Layout()
	out := bytes.Clone(records)
	for at := 0; at < len(out); {
		h, ok := arch.ParseRecordHeader(out[at:], l.Order)
		require.True(t, ok)
		if h.Kind == arch.RecordCheck && int(h.Block) == block && int(h.Round) == round {
			h.Kind, h.Signal, h.Code, h.PC = arch.RecordFault, l.Signals[l.AlignFault], 1, img.Program.Blocks[block].Addr
			for i := range item {
				h.PC += uint64(img.Program.Blocks[block].Items[i].Size)
			}
			h.Put(out[at:], l.Order)
			return out
		}
		at += arch.RecordHeaderSize + int(h.Length)
	}
	require.Fail(t, "no such record")
	return nil
}

// TestAlignedLinkedLoadIsNew: the list knows LL and SC at misaligned addresses. One that faults at an aligned address on one side is
// something else, though side and release are those of the list.
func TestAlignedLinkedLoadIsNew(t *testing.T) {
	img, command := digestImage(t, "24Kf", "o32", "little", arch.Options{
		Seed: 2, Count: 200, BlockLen: 8, Rounds: 4, MisalignedShare: 0.2, Select: arch.Selection{Patterns: []string{"LL", "SC", "ADDU"}},
	})
	records := outputOf(t, img, command)
	known, err := runtime.ParseKnown(New().Known())
	require.NoError(t, err)
	run := func(records []byte) *runtime.Report {
		r, err := runtime.Run(context.Background(), img, &runtime.Exec{Command: command}, laterRelease(t, records), runtime.Options{Stall: time.Minute, Known: known})
		require.NoError(t, err)
		return r
	}
	r := run(records)
	require.False(t, r.Failed(), "%+v", r.Findings)
	require.Equal(t, "sc-misaligned", r.KnownSeen[0].ID)
	for _, pattern := range []string{"LL", "SC"} {
		block, item := aligned(t, img.Program, pattern)
		r = run(faulting(t, img, records, block, 2, item))
		require.True(t, r.Failed())
		require.Len(t, r.MismatchList, 1)
		m := r.MismatchList[0]
		require.Equal(t, []any{runtime.KindFault, pattern, block, ""}, []any{m.Kind, m.Pattern, m.Block, m.Known})
	}
}

// aligned finds an instruction that accesses an aligned address.
func aligned(t *testing.T, p *arch.Program, pattern string) (block, item int) {
	t.Helper()
	for b := range p.Blocks {
		for i := range p.Blocks[b].Items {
			if it := &p.Blocks[b].Items[i]; it.Kind == arch.Test && p.Machine.Set().Insns[it.Insn].Name() == pattern {
				return b, i
			}
		}
	}
	require.Fail(t, "there is none")
	return 0, 0
}
