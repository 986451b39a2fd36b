package reduce_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/reduce"
	"github.com/risugen/risugen/runtime"
)

// value is what an operand held: up to 128 bits.
type value struct{ lo, hi uint64 }

// bug flips a bit of a result where the operands of a pattern meet a condition.
type bug struct {
	pattern string
	when    func(in map[string]value) bool
}

// wrongTarget runs images on an emulator, and changes its records as a bug would.
type wrongTarget struct {
	*runtime.Exec
	bug    bug
	starts int
}

func (w *wrongTarget) Start(ctx context.Context, img *runtime.Image) (runtime.Process, error) {
	w.starts++
	p, err := w.Exec.Start(ctx, img)
	return &wrongProcess{Process: p, bug: &w.bug, prog: img.Program}, err
}

type wrongProcess struct {
	runtime.Process
	bug  *bug
	prog *arch.Program
	in   []byte // of the emulator, not yet passed on
	out  []byte // to be passed on
	err  error
}

// Read implements runtime.Process.
func (p *wrongProcess) Read(b []byte) (int, error) {
	for len(p.out) == 0 {
		if p.err != nil {
			p.out, p.in = p.in, nil
			if len(p.out) > 0 {
				break
			}
			return 0, p.err
		}
		buf := make([]byte, 1<<16)
		var n int
		n, p.err = p.Process.Read(buf)
		p.in = append(p.in, buf[:n]...)
		p.pass()
	}
	n := copy(b, p.out)
	p.out = p.out[n:]
	return n, nil
}

// pass passes whole records on.
func (p *wrongProcess) pass() {
	order := p.prog.Machine.Layout().Order
	for len(p.in) >= arch.RecordHeaderSize {
		h, ok := arch.ParseRecordHeader(p.in, order)
		n := arch.RecordHeaderSize + int(h.Length)
		if !ok || len(p.in) < n {
			return
		}
		if h.Kind == arch.RecordCheck {
			p.spoil(&p.prog.Blocks[h.Block], h.Round, p.in[arch.RecordHeaderSize:n])
		}
		p.out, p.in = append(p.out, p.in[:n]...), p.in[n:]
	}
}

// spoil flips the lowest bit of a result in a record.
func (p *wrongProcess) spoil(b *arch.Block, round uint32, payload []byte) {
	l, set := p.prog.Machine.Layout(), p.prog.Machine.Set()
	for _, res := range p.prog.Effects(b).Results {
		in := set.Insns[b.Items[res.Item].Insn]
		if in.Name() != p.bug.pattern || res.Operand < 0 || res.Place.Kind != arch.RegisterPlace || b.Items[res.Item].Kind != arch.Test {
			continue
		}
		if p.bug.when(p.operands(b, round, res.Item)) {
			at, n := l.Span(res.Place)
			if arch.OrderName(l.Order) == "big" {
				at += min(8, n) - 1
			}
			payload[at] ^= 1
			return
		}
	}
}

// operands finds what an instruction reads, where it is the input of the round.
func (p *wrongProcess) operands(b *arch.Block, round uint32, item int) map[string]value {
	l, out := p.prog.Machine.Layout(), map[string]value{}
	window := p.prog.PoolWindow(b, round)
	for _, u := range p.uses(&b.Items[item]) {
		name := p.prog.Machine.Set().Insns[b.Items[item].Insn].Operands[u.Operand].Name
		switch {
		case !u.Role.Reads() || p.written(b, item, u):
		case u.Kind == constraints.UseState:
			out[name] = value{lo: p.prog.Machine.InitialState(b, int(u.Num), round, window)}
		case u.Kind == constraints.UseRegister:
			c := &l.Classes[u.Class]
			if c.Zero>>u.Num&1 != 0 {
				out[name] = value{}
				continue
			}
			raw := window[c.Pool+int(u.Num)*c.Bytes:][:c.Bytes]
			switch c.Bytes {
			case 4:
				out[name] = value{lo: uint64(l.Order.Uint32(raw))}
			case 8:
				out[name] = value{lo: l.Order.Uint64(raw)}
			case 16:
				out[name] = value{l.Order.Uint64(raw), l.Order.Uint64(raw[8:])}
			}
		}
	}
	return out
}

func (p *wrongProcess) uses(it *arch.Item) []constraints.Use {
	in := p.prog.Machine.Set().Insns[it.Insn]
	return in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil))
}

// written reports whether an item before another one writes what that uses.
func (p *wrongProcess) written(b *arch.Block, item int, use constraints.Use) bool {
	for i := range b.Items[:item] {
		it := &b.Items[i]
		switch {
		case it.Kind == arch.Reset && use.Kind == constraints.UseState && it.State == use.Num:
			return true
		case !it.Kind.UnderTest():
			if it.Kind != arch.Space && use.Kind == constraints.UseRegister && it.Class == use.Class && it.Reg == use.Num {
				return true
			}
		default:
			for _, u := range p.uses(it) {
				if u.Role.Writes() && u.Kind == use.Kind && u.Class == use.Class && u.Num == use.Num {
					return true
				}
			}
		}
	}
	return false
}

var bugs = []struct {
	arch            arch.Arch
	cpu, abi, order string
	command         []string
	seed            uint64 // of the program; 0: 1
	bug             bug
	want            map[string]value
}{
	{
		arch: mips.New(), cpu: "24Kc", order: "little", command: []string{"qemu-mipsel", "-cpu", "24Kc"},
		bug: bug{"ADDU", func(in map[string]value) bool {
			return in["rs"].lo>>31 == 1 && in["rt"].lo&^(1<<31) != 0 && in["rt"].lo>>31 == 0
		}},
		want: map[string]value{"rs": {lo: 1 << 31}, "rt": {lo: 1}},
	},
	{
		arch: mips.New(), cpu: "P5600", order: "big", command: []string{"qemu-mips", "-cpu", "P5600"},
		bug:  bug{"ADDV", func(in map[string]value) bool { return in["ws"].hi>>36&1 == 1 && in["wt"].lo>>3&1 == 1 }},
		want: map[string]value{"ws": {hi: 1 << 36}, "wt": {lo: 8}},
	},
	{ // a jump, which goes to an address in its word
		arch: mips.New(), cpu: "24Kc", order: "little", command: []string{"qemu-mipsel", "-cpu", "24Kc"},
		bug: bug{"JAL", func(in map[string]value) bool { return true }},
	},
	{ // a load, whose base register glue points into memory
		arch: mips.New(), cpu: "24Kc", order: "big", command: []string{"qemu-mips", "-cpu", "24Kc"},
		bug: bug{"LHU", func(in map[string]value) bool { return true }},
	},
	{ // stood in a loop with the store that is linked to it
		arch: mips.New(), cpu: "24Kc", order: "little", command: []string{"qemu-mipsel", "-cpu", "24Kc"},
		bug: bug{"LL", func(in map[string]value) bool { return true }},
	},
	{ // code is what it reads
		arch: arm.New(), cpu: "cortex-a72", order: "little", command: []string{"qemu-aarch64", "-cpu", "cortex-a72"},
		bug: bug{"LDRSW_lit", func(in map[string]value) bool { return true }},
	},
	{ // a rounding mode: towards zero is 1
		arch: mips.New(), cpu: "P5600", order: "little", command: []string{"qemu-mipsel", "-cpu", "P5600"},
		bug:  bug{"FADD", func(in map[string]value) bool { return in["msacsr"].lo&3 == 1 && in["ws"].lo&4 != 0 }},
		want: map[string]value{"ws": {lo: 4}, "wt": {}, "msacsr": {lo: 1}},
	},
	{
		arch: arm.New(), cpu: "cortex-a72", order: "little", command: []string{"qemu-aarch64", "-cpu", "cortex-a72"},
		bug:  bug{"ADD_shift", func(in map[string]value) bool { return in["rn"].lo>>62&1 == 1 && in["rm"].lo > 1 }},
		want: map[string]value{"rn": {lo: 1 << 62}, "rm": {lo: 2}},
	},
	{
		arch: arm.New(), cpu: "cortex-a72", order: "little", command: []string{"qemu-aarch64", "-cpu", "cortex-a72"},
		bug:  bug{"ADR", func(in map[string]value) bool { return true }}, // it tells where it stands
		want: map[string]value{},
	},
	{
		arch: arm.New(), cpu: "cortex-a15", abi: "eabi", order: "big", command: []string{"qemu-armeb", "-cpu", "cortex-a15"},
		seed: 2, // with which rn is not rm
		bug:  bug{"UMAAL", func(in map[string]value) bool { return in["rn"].lo>>31 == 1 && in["rm"].lo&2 != 0 }},
		want: map[string]value{"rn": {lo: 1 << 31}, "rm": {lo: 2}},
	},
	{
		arch: arm.New(), cpu: "cortex-a15", abi: "thumb", order: "little", command: []string{"qemu-arm", "-cpu", "cortex-a15"},
		bug:  bug{"UMAAL", func(in map[string]value) bool { return in["rn"].lo>>31 == 1 && in["rm"].lo&2 != 0 }},
		want: map[string]value{"rn": {lo: 1 << 31}, "rm": {lo: 2}},
	},
}

// TestEmulators: a bug that is planted in an emulator's records is found to be one instruction with the values that it takes, in
// few runs, out of random programs of everything that the CPU has.
func TestEmulators(t *testing.T) {
	needtool.Slow(t)
	for _, b := range bugs {
		t.Run(fmt.Sprint(b.cpu, b.abi, b.order, b.bug.pattern), func(t *testing.T) {
			needtool.Path(t, b.command[0])
			m, err := b.arch.Machine(arch.Config{CPU: b.cpu, ABI: b.abi, Order: b.order})
			require.NoError(t, err)
			img := rich(t, m, b.bug.pattern, max(1, b.seed))
			wrong := &wrongTarget{Exec: &runtime.Exec{Command: b.command}, bug: b.bug}
			out, err := reduce.Run(context.Background(), img, reduce.Options{
				Targets: [2]runtime.Target{&runtime.Exec{Command: b.command}, wrong}, Tool: "test", Stall: time.Minute,
			})
			require.NoError(t, err)
			c := only(t, out, b.bug.pattern)
			exactly(t, c, wrong, b.want)
			assert.LessOrEqual(t, wrong.starts, 60)
		})
	}
}

// TestEmulatorsNeedRounds: of what only the fourth execution shows, four rounds of the instruction are left.
func TestEmulatorsNeedRounds(t *testing.T) {
	needtool.Slow(t)
	for _, test := range []struct {
		arch    arch.Arch
		abi     string
		command []string
		cpu     string
		pattern string
		not     []string
	}{
		{mips.New(), "", []string{"qemu-mipsel", "-cpu", "24Kc"}, "24Kc", "ROTR", nil},
		{arm.New(), "lp64", []string{"qemu-aarch64", "-cpu", "cortex-a72"}, "cortex-a72", "LDRSW_lit", nil},
		{arm.New(), "thumb", []string{"qemu-arm", "-cpu", "cortex-a15"}, "cortex-a15", "CLZ", []string{"IT"}},
	} {
		t.Run(test.cpu, func(t *testing.T) {
			needtool.Path(t, test.command[0])
			m, err := test.arch.Machine(arch.Config{CPU: test.cpu, ABI: test.abi})
			require.NoError(t, err)
			process, seen := 0, 0
			wrong := &wrongTarget{Exec: &runtime.Exec{Command: test.command}}
			wrong.bug = bug{test.pattern, func(map[string]value) bool {
				if process != wrong.starts {
					process, seen = wrong.starts, 0
				}
				seen++
				return seen >= 4
			}}
			o := arch.Options{Seed: 1, Count: 24, BlockLen: 3, Rounds: 32, Select: arch.Selection{Patterns: []string{test.pattern, "ADDU|ADD_imm"}, NotPatterns: test.not}}
			p, err := arch.Generate(m, o)
			require.NoError(t, err)
			img, err := runtime.Build(p, "test")
			require.NoError(t, err)
			out, err := reduce.Run(context.Background(), img, reduce.Options{
				Targets: [2]runtime.Target{&runtime.Exec{Command: test.command}, wrong}, Tool: "test", Stall: time.Minute,
			})
			require.NoError(t, err)
			require.Len(t, out.Cases, 1)
			c := out.Cases[0]
			require.Equal(t, reduce.StateBlock, c.State(), "%v", c.Tried)
			assert.Contains(t, under(c), test.pattern)
			tests := 0 // executions in a round
			for _, name := range under(c) {
				assert.Equal(t, test.pattern, name)
				tests++
			}
			assert.Equal(t, (4+tests-1)/tests, c.Image.Program.Rounds)
		})
	}
}

// rich is an image of a pattern and every tenth of what else a machine has.
func rich(t *testing.T, m arch.Machine, pattern string, seed uint64) *runtime.Image {
	patterns := []string{pattern}
	for i, in := range m.Set().Patterns() {
		if (i%10 == 0 || in.Prefix != nil) && arch.Schedulable(in, m.Layout()) {
			patterns = append(patterns, regexp.QuoteMeta(in.Name()))
		}
	}
	p, err := arch.Generate(m, arch.Options{
		Seed: seed, Count: 3000, BlockLen: 24, Rounds: 32, EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare,
		Select: arch.Selection{Patterns: patterns},
	})
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	return img
}

// exactly wants a case's instruction to read these values, all other registers to be zero, and no bit that could be cleared.
func exactly(t *testing.T, c *reduce.Case, w *wrongTarget, want map[string]value) {
	t.Helper()
	p := c.Image.Program
	b := &p.Blocks[0]
	item := 0
	for !b.Items[item].Kind.UnderTest() {
		item++
	}
	got := (&wrongProcess{prog: p}).operands(b, 0, item)
	for name, v := range want {
		assert.Equal(t, v, got[name], name)
	}
	l, ones := p.Machine.Layout(), 0
	window := p.PoolWindow(b, 0)
	for _, v := range window[:l.Window] {
		for ; v > 0; v &= v - 1 {
			ones++
		}
	}
	bits := 0
	for name, v := range want {
		if l.StateIndex(name) < 0 {
			for _, half := range [2]uint64{v.lo, v.hi} {
				for ; half > 0; half &= half - 1 {
					bits++
				}
			}
		}
	}
	assert.Equal(t, bits, ones, "bits of the input that are set")
}
