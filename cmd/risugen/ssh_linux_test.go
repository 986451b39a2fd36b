//go:build linux

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/sshboard"
	"github.com/risugen/risugen/runtime"
)

// TestSSH: an image on another machine compares as it does here, as either side and recorded.
func TestSSH(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	const emulator = "qemu-mipsel -cpu P5600"
	img := filepath.Join(t.TempDir(), "img")
	must(t, "gen", "--cpu", "P5600", "-n", "1500", "--seed", "5", "-o", img)
	live := report(t, must(t, "run", img, "--json"))
	for name, o := range map[string]sshboard.Options{"openssh": {}, "busybox": {BusyBox: true}} {
		t.Run(name, func(t *testing.T) {
			b := sshboard.New(t, o)
			t.Setenv(runtime.SSHEnv, b.SSH)
			target := "ssh:board,keep,run='" + emulator + " {}'"
			assert.Equal(t, live, report(t, must(t, "run", img, "--json", "--master", target)))
			assert.Equal(t, live, report(t, must(t, "run", img, "--json", "--master", target, "--apprentice", target)))

			file := filepath.Join(t.TempDir(), "x.trace")
			must(t, "record", img, "--target", target, "-o", file)
			info := figures(t, must(t, "trace", "info", "--json", file))
			assert.Equal(t, target, info.Description.Target)
			assert.NotEmpty(t, info.Description.Machine["kernel"])
			assert.Contains(t, info.Description.Machine["cpuinfo"], "processor")
			assert.Equal(t, live, report(t, must(t, "replay", file, "--json")))

			r := command("", "run", img, "--master", target, "--apprentice", "ssh:board,run='qemu-mipsel -cpu 24Kf {}'")
			assert.Equal(t, 2, r.code)
			assert.Contains(t, r.err, "apprentice (ssh:board,run=")
			r = command("", "check", "--cpu", "24Kc", "--pattern", "ADDU,ROTR", "-n", "200", "--seed", "1",
				"--master", "qemu-mipsel -cpu 24Kc", "--apprentice", "ssh:board,run=qemu-mipsel -cpu 4Kc {}")
			assert.Equal(t, 1, r.code, r.err)
			assert.Contains(t, r.out, "ROTR")
			args := []string{"check", "--cpu", "24Kc", "-n", "1000", "--rounds", "4", "--seed", "5", "--apprentice", "qemu-mipsel -cpu 4Kc", "--json"}
			full := command("", args...)
			require.Equal(t, 1, full.code)
			r = command("", append(args, "--digest", "block", "--master", "ssh:board,run=qemu-mipsel -cpu 24Kc {}")...)
			require.Equal(t, 1, r.code, r.err)
			assert.Equal(t, mismatches(t, full.out), mismatches(t, r.out), "blocks that differ run there again")
			r = command("", "run", img, "--master", "ssh:board")
			assert.Equal(t, 2, r.code)
			assert.Contains(t, r.err, "run= names an emulator", "this machine does not run MIPS programs")
			require.Equal(t, []string{"risugen-kept-61234"}, b.Files("/tmp"))
		})
	}
}

// mismatches are those of a report in JSON.
func mismatches(t *testing.T, text string) []*runtime.Mismatch {
	t.Helper()
	var r runtime.Report
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	require.NotEmpty(t, r.MismatchList)
	return r.MismatchList
}

// asRisugen is the environment variable that makes TestSSHKilled be risugen; it holds the arguments, one a line.
const asRisugen = "RISUGEN_TEST_ARGUMENTS"

// TestSSHKilled: risugen itself is killed, and can clean up nothing. The board is clean all the same, and no ssh is left here.
func TestSSHKilled(t *testing.T) {
	if text := os.Getenv(asRisugen); text != "" {
		os.Exit(run(strings.Split(text, "\n"), os.Stdin, os.Stdout, os.Stderr))
	}
	needtool.Slow(t)
	img := filepath.Join(t.TempDir(), "img")
	must(t, "gen", "--cpu", "P5600", "-n", "100", "--seed", "5", "-o", img)
	self, err := os.Executable()
	require.NoError(t, err)
	for name, o := range map[string]sshboard.Options{"openssh": {}, "busybox": {BusyBox: true}} {
		t.Run(name, func(t *testing.T) {
			b := sshboard.New(t, o)
			target := `ssh:board,run='sh -c "cat /dev/zero | sleep 1000" {}'`
			cmd := exec.Command(self, "-test.run=^TestSSHKilled$")
			cmd.Env = append(os.Environ(), runtime.SSHEnv+"="+b.SSH, asRisugen+"="+strings.Join([]string{"record", img, "--target", target, "--stall", "10m", "-o", filepath.Join(t.TempDir(), "trace")}, "\n"))
			cmd.Stderr = os.Stderr
			require.NoError(t, cmd.Start())
			running := func(command string) bool {
				for _, line := range b.Processes() {
					if line == command {
						return true
					}
				}
				return false
			}
			require.Eventually(t, func() bool { return running("sleep 1000") }, time.Minute, 20*time.Millisecond)
			require.NotEmpty(t, b.Files("/tmp"))
			require.NotEmpty(t, local(t, filepath.Dir(b.Key)))
			require.NoError(t, cmd.Process.Kill())
			require.Error(t, cmd.Wait())
			require.Eventually(t, func() bool {
				return len(b.Files("/tmp")) == 0 && len(b.Processes()) == 0 && len(local(t, filepath.Dir(b.Key))) == 0
			}, time.Minute, 20*time.Millisecond)
		})
	}
}

// local are the command lines of ssh on this machine that hold a text.
func local(t *testing.T, text string) (lines []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	for _, file := range files {
		if line, _ := os.ReadFile(file); strings.HasPrefix(string(line), "ssh\x00") && strings.Contains(string(line), text) {
			lines = append(lines, string(line))
		}
	}
	return lines
}
