package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
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
				role := strings.TrimPrefix(side, "--")
				r := command("", "run", img, "--stall", "3s", side, f.target(t, other, ""))
				assert.Equal(t, 2, r.code, r.out)
				assert.Contains(t, r.err, f.want)
				assert.Contains(t, r.err, role+" (sh ")
				if f.first {
					assert.Contains(t, r.err, "before the first block")
				} else {
					assert.Regexp(t, `after block \d+ round \d`, r.err)
				}
				assert.NotContains(t, r.out, "agree")
			}
			f.goOn(t, img, other)
		})
	}
}

// goOn lets the fault happen once: with --keep-going that is counted, and every block is compared.
func (f *targetFault) goOn(t *testing.T, img, other string) {
	once := filepath.Join(t.TempDir(), "once")
	r := command("", "run", img, "--stall", "3s", "--keep-going", "--apprentice", f.target(t, other, once))
	if f.never {
		assert.Equal(t, 2, r.code, r.out)
		assert.Contains(t, r.err, f.want)
		return
	}
	assert.Equal(t, 1, r.code, r.out+r.err)
	assert.Contains(t, r.out, "target died: the apprentice ")
	assert.Contains(t, r.out, "but not when started again")
	if !f.stays {
		return
	}
	r = command("", "run", img, "--stall", "1s", "--keep-going=1000", "--apprentice", f.target(t, other, ""))
	assert.Equal(t, 2, r.code, "what runs nothing at all is given up: %s", r.out)
	assert.Contains(t, r.err, f.want)
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
