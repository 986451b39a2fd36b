//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Instructions run so often: the default of the commands.
const rounds = 64

// imageSize is how many instructions an image of a campaign has.
const imageSize = 10_000

// point is one measurement.
type point struct {
	series     string
	executions float64
	seconds    float64 // from the program's start to its end
	megabytes  float64 // the most that the program itself had in memory
}

// series is a way to run many instructions.
type series struct {
	name  string
	least float64                              // executions that it makes sense from
	args  func(dir string, insns int) []string // the program's arguments
}

// allSeries: one image that grows, and a campaign of images of one size, as one runs it for long.
var allSeries = []series{
	{"MSA, one image", 0, one("--cpu", "P5600", "--isa", "msa")},
	{"A64 integer, one image", 0, one("--cpu", "cortex-a72", "--isa", "base")},
	{"MSA, campaign", 2 * imageSize * rounds, campaign("--cpus", "P5600", "--isas", "msa")},
	{"A64 integer, campaign", 2 * imageSize * rounds, campaign("--cpus", "cortex-a72", "--isas", "base")},
}

func one(model ...string) func(string, int) []string {
	return func(_ string, insns int) []string {
		return append([]string{"check", "--seed", "1", "--json", "-n", strconv.Itoa(insns)}, model...)
	}
}

func campaign(model ...string) func(string, int) []string {
	return func(dir string, insns int) []string {
		seeds := fmt.Sprintf("1-%d", (insns+imageSize-1)/imageSize)
		out := filepath.Join(dir, "results.jsonl")
		os.Remove(out)
		return append([]string{"campaign", "--quiet", "--json", "-n", strconv.Itoa(imageSize), "--seeds", seeds, "-o", out}, model...)
	}
}

// measureAll measures every series, three points to a power of ten.
func measureAll(binary string, most float64) ([]point, error) {
	dir, err := os.MkdirTemp("", "benchplot-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var points []point
	for _, s := range allSeries {
		for decade := 1e3; decade <= most; decade *= 10 {
			for _, step := range []float64{1, 2, 5} {
				if at := decade * step; at >= s.least && at <= most {
					p, err := measureBest(binary, s, dir, at)
					if err != nil {
						return nil, err
					}
					fmt.Fprintf(os.Stderr, "%-24s %12.0f executions %8.3f s %6.0f MB\n", p.series, p.executions, p.seconds, p.megabytes)
					points = append(points, p)
				}
			}
		}
	}
	return points, nil
}

// measureBest takes the best of three times, where they are short, for others run on the machine too.
func measureBest(binary string, s series, dir string, executions float64) (point, error) {
	best := point{}
	for range 3 {
		p, err := measure(binary, s, dir, executions)
		if err != nil || p.seconds > 5 {
			return p, err
		}
		if best.seconds == 0 || p.seconds < best.seconds {
			best = p
		}
	}
	return best, nil
}

// measure runs the program once. Its exit code says whether anything differed, which is not asked here.
func measure(binary string, s series, dir string, executions float64) (point, error) {
	cmd := exec.Command(binary, s.args(dir, int(executions/rounds+0.5))...)
	cmd.Stderr = os.Stderr
	start := time.Now()
	out, err := cmd.Output()
	took := time.Since(start)
	if err != nil && cmd.ProcessState.ExitCode() != 1 {
		return point{}, fmt.Errorf("%v: %w", cmd.Args, err)
	}
	var said struct{ Executions float64 }
	if err := json.Unmarshal(out, &said); err != nil || said.Executions == 0 {
		return point{}, fmt.Errorf("%v: no executions in what it printed: %.200s", cmd.Args, out)
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return point{s.name, said.Executions, took.Seconds(), float64(used.Maxrss) / 1024}, nil
}
