//go:build amd64 || arm64

package browsertest

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/report/html"
	"github.com/risugen/risugen/runtime"
)

// bigPage writes the page of a report with many patterns and differences, every tenth of which is known.
func bigPage(t testing.TB, patterns, differences int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big.html")
	require.NoError(t, html.WriteFile(path, bigReport(patterns, differences), html.Options{Tool: "risugen test"}))
	return path
}

func bigReport(patterns, differences int) *runtime.Report {
	r := &runtime.Report{
		CPU: "max", ABI: "lp64", ISAs: []string{"base", "fp", "simd"}, Order: "little", Digest: "00", Seed: 1, Patterns: patterns, Covered: patterns,
		Targets:  runtime.TargetPair{Master: "qemu-aarch64 -cpu max", Apprentice: "build/qemu-aarch64 -cpu max"},
		Versions: runtime.TargetPair{Master: "qemu-aarch64 version 7.2.22", Apprentice: "qemu-aarch64 version 10.0.2"},
		Records:  1_000_000, Executions: 12_345_678, Again: "risugen check --cpu max -n 200000 --seed 1",
		Mismatches: int64(differences), KnownMismatches: int64(differences / 10),
	}
	states := []string{runtime.StateCovered, runtime.StateCovered, runtime.StateCovered, runtime.StateFaulted, runtime.StateCompleted, runtime.StateNever}
	for i := range patterns {
		p := runtime.PatternState{
			Pattern: fmt.Sprintf("PATTERN%d", i), Source: fmt.Sprintf("file%d.decode:%d", i/250, i%250+1), State: states[i%len(states)],
			Executions: int64(i), Faults: map[string]int64{"SIGFPE": 3}, Fields: []runtime.FieldState{{Name: "sf", Legal: []int64{0, 1}, Seen: []int64{0, 1}}},
			Branches: []runtime.FieldState{{Name: "back", Legal: []int64{0, 1}, Seen: []int64{1}}},
		}
		registers := runtime.FieldState{Name: "rd"}
		for v := range int64(32) {
			registers.Legal = append(registers.Legal, v)
			if int(v)%(i%5+1) == 0 {
				registers.Seen = append(registers.Seen, v)
			}
		}
		p.Fields = append(p.Fields, registers)
		r.PatternList = append(r.PatternList, p)
	}
	for i := range differences {
		r.MismatchList = append(r.MismatchList, bigMismatch(r.PatternList[i%patterns], i))
	}
	if differences > 0 {
		r.KnownSeen = []*runtime.KnownSeen{{ID: "a-bug", Text: "It is wrong", See: "docs/findings.md", Count: int64(differences / 10)}}
	}
	return r
}

// bigMismatch is a difference of a vector register.
func bigMismatch(p runtime.PatternState, i int) *runtime.Mismatch {
	m := &runtime.Mismatch{
		Kind: []string{runtime.KindResult, runtime.KindResult, runtime.KindFault, runtime.KindUndeclared}[i%4], Count: int64(i*7919%1000 + 1), Words: i%9 + 1,
		Where: runtime.Where{
			Pattern: p.Pattern, Source: p.Source, Block: i, Item: i % 24, Address: runtime.Hex(0x500000 + 4*i), Word: runtime.Hex(0x4e20d400 + i), Width: 32,
			Disassembly: fmt.Sprintf("fadd v%d.4s, v%d.4s, v%d.4s", i%32, (i+7)%32, (i+13)%32),
			Arguments: []runtime.Argument{
				{Name: "rd", Value: int64(i % 32), Mask: 0x1f}, {Name: "rn", Value: int64(i / 32 % 32), Mask: 0x1f << 5}, {Name: "rm", Value: 0, Mask: 0x1f << 16},
			},
		},
		Inputs: []runtime.Value{
			{Operand: "rn", Place: fmt.Sprintf("v%d", (i+7)%32), Value: fmt.Sprintf("%032x", i)}, {Operand: "rm", Place: fmt.Sprintf("v%d", (i+13)%32), Value: fmt.Sprintf("%032x", i*i)},
			{Operand: "fpcr", Place: "fpcr", Value: "00000000"},
		},
		Outputs: []runtime.Difference{
			{Operand: "rd", Place: fmt.Sprintf("v%d", i%32), Master: "0123456789abcdef3f8000007fc00000", Apprentice: "0123456789abcdef3f8000017fc00000"},
			{Operand: "fpsr", Place: "fpsr", Master: "00000010", Apprentice: "00000010", Via: "mrs x3, fpsr"},
			{Operand: "rt", Place: "mem[1] at 0x600010", Master: "0011223344556677", Apprentice: "0011223344556678"},
		},
		Apprentice: &runtime.Fault{Signal: "SIGILL", Code: 128, PC: 0x500000},
	}
	if i%10 == 0 {
		m.Known = "a-bug"
	}
	return m
}
