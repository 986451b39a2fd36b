package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/patience"
)

// What can become of a target, each with a real process: never agreement, never a hang, and always the last block that
// came through. That of ssh is in ssh_linux_test.go and package runtime, that of master and apprentice in master_test.go.

// targetFault is a shell script that runs an image ($1) as badly as a target may; $2 is another image of the same CPU, and
// $3 a file's name: what is done only while there is no such file is not done when the target is started again.
type targetFault struct {
	name   string
	script string
	want   string // in the error
	first  bool   // it comes before any block
	stays  bool   // starting again does not help, but is tried
	never  bool   // nor is it tried: the target is no target of this image
}

const emulated = "qemu-mipsel -cpu 24Kc "

var targetFaults = []targetFault{
	{name: "dies at start", script: `exit 3`, want: "exit status 3", first: true, stays: true},
	{name: "is not there", script: `exec /no/such/emulator "$1"`, want: "exit status 127", first: true, stays: true},
	{name: "dies in a block", script: emulated + `"$1" | head -c 150000; kill -SEGV $$`, want: "killed by SIGSEGV"},
	{name: "killed for want of memory", script: emulated + `"$1" | head -c 150000; kill -KILL $$`, want: "killed by SIGKILL"},
	{name: "gets no memory", script: `ulimit -v 20000; ` + emulated + `"$1"`, want: "ended early", first: true, stays: true},
	{name: "hangs", script: emulated + `"$1" | head -c 150000; exec sleep 1000`, want: "stalled"},
	{name: "hangs at once", script: `exec sleep 1000`, want: "stalled", first: true, stays: true},
	{name: "writes half a record", script: emulated + `"$1" | head -c 150001`, want: "middle of a record"},
	{name: "writes garbage", script: emulated + `"$1" | head -c 150000; head -c 5000 /dev/zero`, want: "garbage"},
	{name: "writes a message", script: emulated + `"$1" | head -c 64; echo qemu: uncaught target signal; exit 1`, want: "uncaught target signal", first: true},
	{name: "writes garbage alone", script: `head -c 100000 "$1"`, want: "garbage", first: true, stays: true},
	{name: "writes too much", script: emulated + `"$1"; echo`, want: "garbage", never: true},
	{name: "writes without end", script: emulated + `"$1"; exec yes`, want: "garbage", never: true},
	{name: "writes it all twice", script: emulated + `"$1"; ` + emulated + `"$1"`, want: "garbage", never: true},
	{name: "runs another image", script: emulated + `"$2"`, want: "wrong image", first: true, never: true},
	{name: "closes the pipe", script: emulated + `"$1" | head -c 150000; exec >&-; exec sleep 1000`, want: "did not exit"},
	{name: "fails in the end", script: emulated + `"$1"; exit 5`, want: "exit status 5", never: true},
	{name: "does not end", script: emulated + `"$1"; exec sleep 1000`, want: "stalled", never: true},
}

// target is the fault as a target: for ever, or once.
func (f *targetFault) target(t *testing.T, other, once string) string {
	script := f.script
	if once != "" {
		script = "if test -e $3; then exec " + emulated + "$1; fi; >$3; " + script
	}
	file := filepath.Join(t.TempDir(), "target")
	require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\n"+script+"\n"), 0o700)) //nolint:gosec // it is run
	return strings.TrimSpace(strings.Join([]string{"sh", file, "{}", other, once}, " "))
}

func TestFaultsOfTargets(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	img, other := filepath.Join(dir, "img"), filepath.Join(dir, "other")
	for file, seed := range map[string]string{img: "1", other: "2"} {
		must(t, "gen", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,ROTR,LW,SW", "-n", "2000", "--rounds", "8", "--seed", seed, "-o", file)
	}
	for _, f := range targetFaults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			for _, side := range []string{"--master", "--apprentice"} {
				where := " before the first block"
				if !f.first {
					where = " after block "
				}
				f.run(t, []string{f.want, strings.TrimPrefix(side, "--") + " (sh ", where}, func(stall string) result {
					r := command("", "run", img, "--stall", stall, side, f.target(t, other, ""))
					assert.Equal(t, 2, r.code, r.out)
					assert.NotContains(t, r.out, "agree")
					return r
				})
			}
			f.goOn(t, img, other)
		})
	}
}

// run calls do, which wants some words of a result, with a limit of silence: a short one only for a fault that comes to it, and longer
// ones while that is too short for what comes before.
func (f *targetFault) run(t *testing.T, want []string, do func(stall string) result) {
	t.Helper()
	limit := time.Minute
	if strings.Contains(f.script, "sleep") {
		limit = 500 * time.Millisecond
	}
	patience.Grow(t, limit, func(limit time.Duration) error {
		r := do(limit.String())
		return patience.Missing(r.out+r.err, want...)
	})
}

// goOn lets the fault happen once: with --keep-going that is counted, and every block is compared.
func (f *targetFault) goOn(t *testing.T, img, other string) {
	if f.never {
		f.run(t, []string{f.want}, func(stall string) result {
			r := command("", "run", img, "--stall", stall, "--keep-going", "--apprentice", f.target(t, other, filepath.Join(t.TempDir(), "once")))
			assert.Equal(t, 2, r.code, r.out)
			return r
		})
		return
	}
	var r result
	f.run(t, []string{"target died: the apprentice ", "but not when started again"}, func(stall string) result {
		r = command("", "run", img, "--stall", stall, "--keep-going", "--apprentice", f.target(t, other, filepath.Join(t.TempDir(), "once")))
		return r
	})
	assert.Equal(t, 1, r.code, r.out+r.err)
	if !f.stays {
		return
	}
	f.run(t, []string{f.want}, func(stall string) result {
		r := command("", "run", img, "--stall", stall, "--keep-going=1000", "--apprentice", f.target(t, other, ""))
		assert.Equal(t, 2, r.code, "what runs nothing at all is given up: %s", r.out)
		return r
	})
}

// TestDiskFullWhileRecording: what there was room for is kept and can be read, and is no whole trace. A limit on the
// size of files stands for the disk's.
func TestDiskFullWhileRecording(t *testing.T) {
	img, whole := recordSmall(t)
	dir := t.TempDir()
	info, err := os.Stat(whole)
	require.NoError(t, err)
	for _, blocks := range []int64{1, info.Size() / 512 / 2, info.Size()/512 - 1} {
		file := filepath.Join(dir, "x.trace")
		p := limited(t, dir, blocks, "record", img, "--target", "qemu-mipsel -cpu 24Kc", "-o", file)
		p.start(t)
		err := p.Wait()
		require.Error(t, err, "%d blocks", blocks)
		assert.Equal(t, 2, p.ProcessState.ExitCode(), p.err.String())
		assert.Contains(t, p.err.String(), "file too large")
		assert.NoFileExists(t, file)
		part := file + ".part"
		if _, err := os.Stat(part); err == nil {
			r := command("", "replay", part, "--target", "trace:"+whole)
			assert.Equal(t, 2, r.code, r.out)
			assert.Regexp(t, "breaks off|cut off", r.err)
			require.NoError(t, os.Remove(part))
		}
	}
}

// limited is the program with a limit on the size of files, in blocks of 512 bytes.
func limited(t *testing.T, dir string, blocks int64, args ...string) *process {
	p := program(t, dir, dir, args...)
	script := fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, blocks)
	p.Path, p.Args = "/bin/sh", append([]string{"sh", "-c", script, p.Path}, args...)
	return p
}
