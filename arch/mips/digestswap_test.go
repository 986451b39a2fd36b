package mips

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// doctored runs images in which some words are others: in the image, in one of digests, and in parts, wherever the address
// is.
type doctored struct {
	command []string
	dir     string
	words   map[uint64]uint32
	starts  int
}

func (d *doctored) Name() string { return "doctored" }

func (d *doctored) Start(ctx context.Context, img *runtime.Image) (runtime.Process, error) {
	data, err := img.Board()
	if err != nil {
		return nil, err
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	for addr, w := range d.words {
		for _, p := range f.Progs {
			if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr < p.Vaddr+p.Filesz && holds(img, addr) {
				img.Program.Machine.Layout().Order.PutUint32(data[p.Off+addr-p.Vaddr:], w)
			}
		}
	}
	d.starts++
	file := filepath.Join(d.dir, fmt.Sprintf("doctored%d", d.starts))
	if err := os.WriteFile(file, data, 0o755); err != nil {
		return nil, err
	}
	return (&runtime.Exec{Command: []string{"sh", "-c", "exec " + strings.Join(d.command, " ") + " " + file, "{}"}}).Start(ctx, img)
}

// holds reports whether an address is in a block of an image: parts have zeros between.
func holds(img *runtime.Image, addr uint64) bool {
	return slices.ContainsFunc(img.Program.Blocks, func(b arch.Block) bool {
		return addr >= b.Addr && addr < b.Addr+uint64(4*len(b.Items))
	})
}

// siblings are instructions with the same operands.
var siblings = map[string]string{
	"ADDU": "SUBU", "SUBU": "ADDU", "AND": "OR", "OR": "XOR", "XOR": "NOR", "NOR": "AND", "SLT": "SLTU", "SLTU": "SLT",
	"ADDV": "SUBV", "SUBV": "ADDV", "ANDI": "ORI", "ORI": "XORI", "AND_V": "NOR_V", "DADDU": "DSUBU",
}

// someSwaps exchanges an instruction for a sibling in one block of so many.
func someSwaps(p *arch.Program, every int) map[uint64]uint32 {
	set := p.Machine.Set()
	out := map[uint64]uint32{}
	for b := range p.Blocks {
		for i, it := range p.Blocks[b].Items {
			if b%every != 1 || it.Kind != arch.Test || siblings[set.Insns[it.Insn].Name()] == "" {
				continue
			}
			others := set.ByName(siblings[set.Insns[it.Insn].Name()])
			if len(others) > 0 {
				from, to := set.Insns[it.Insn].Pattern, others[0].Pattern
				out[p.Blocks[b].Addr+uint64(4*i)] = uint32(it.Word&^from.FixedMask | to.FixedBits)
				break
			}
		}
	}
	return out
}

// TestSwapsByDigest: what is wrong on one side is found and blamed by digests as it is without, whichever side sends them.
func TestSwapsByDigest(t *testing.T) {
	needtool.Slow(t)
	for _, c := range []struct {
		cpu, abi, order string
		without         []string // what reads swapped code
	}{
		{"P5600", "o32fp64", "little", nil},
		{"24Kf", "o32", "big", nil},
		{"I6400", "n64", "big", []string{"L.*PC"}},
		{"I6400", "n32", "little", []string{"L.*PC"}},
		{"mips32r6-generic", "o32fp64", "little", []string{"L.*PC"}},
	} {
		t.Run(c.cpu+" "+c.abi, func(t *testing.T) {
			img, command := digestImage(t, c.cpu, c.abi, c.order, arch.Options{
				Seed: 8, Count: 4000, BlockLen: 24, Rounds: 8, Select: arch.Selection{NotPatterns: c.without},
			})
			swaps := someSwaps(img.Program, 5)
			require.Greater(t, len(swaps), 10)
			run := func(d runtime.DigestOptions) (*runtime.Report, map[[2]int]bool) {
				blamed := map[[2]int]bool{}
				r, err := runtime.Run(context.Background(), img, &runtime.Exec{Command: command},
					&doctored{command: command, dir: t.TempDir(), words: swaps},
					runtime.Options{Stall: time.Minute, Digest: d, Observe: func(b runtime.Blame) { blamed[[2]int{b.Block, b.Item}] = true }})
				require.NoError(t, err)
				return r, blamed
			}
			want, blamed := run(runtime.DigestOptions{})
			require.Greater(t, len(blamed), 8)
			for _, d := range []runtime.DigestOptions{
				{Output: arch.RoundDigests}, {Output: arch.BlockDigests}, {Output: arch.RoundDigests, Apprentice: true}, {Output: arch.BlockDigests, Apprentice: true},
			} {
				got, by := run(d)
				require.Equal(t, blamed, by)
				require.Positive(t, got.Digests.Again)
				require.Zero(t, got.Digests.Unsteady)
				require.Zero(t, got.Digests.NotAgain)
				require.Equal(t, plainJSON(t, want), plainJSON(t, got))
			}
		})
	}
}

// plainJSON is a report as JSON, without times and how it was made.
func plainJSON(t *testing.T, r *runtime.Report) string {
	t.Helper()
	c := *r
	c.Digests, c.Seconds, c.ExecutionRate = nil, 0, 0
	js, err := json.MarshalIndent(&c, "", " ")
	require.NoError(t, err)
	return string(js)
}
