//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// running is a risugen master in a test.
type running struct {
	target string // that connects to it
	done   chan result
}

// startMaster runs a master on a port that is free.
func startMaster(t *testing.T, args ...string) *running {
	t.Helper()
	r, w := io.Pipe()
	m := &running{done: make(chan result, 1)}
	go func() {
		var err bytes.Buffer
		code := run(append([]string{"master", "--listen", "127.0.0.1:0"}, args...), strings.NewReader(""), w, &err)
		w.Close()
		m.done <- result{code: code, err: err.String()}
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		require.FailNow(t, "no master", "%+v", <-m.done)
	}
	address, ok := strings.CutPrefix(line, "listening on ")
	require.True(t, ok, line)
	address, _, _ = strings.Cut(address, ": ")
	m.target = "tcp:" + address
	return m
}

// smallImage makes an image for release 2 of MIPS32.
func smallImage(t *testing.T) string {
	t.Helper()
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	img := filepath.Join(t.TempDir(), "img")
	must(t, "gen", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,ROTR", "-n", "3000", "--rounds", "20", "--seed", "1", "-o", img)
	return img
}

// TestMasterTwoReleases: two releases of QEMU, each beside its own risugen, compare as they do beside one.
func TestMasterTwoReleases(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	other := needtool.OtherQEMU(t, "qemu-mipsel") + " -cpu P5600"
	img := filepath.Join(t.TempDir(), "img")
	must(t, "gen", "--cpu", "P5600", "-n", "1500", "--seed", "5", "-o", img)
	live := command("", "run", img, "--json", "--apprentice", other)
	require.Equal(t, 0, live.code, live.err)
	m := startMaster(t, img, "--once")
	over := command("", "run", img, "--json", "--master", m.target, "--apprentice", other)
	require.Equal(t, 0, over.code, over.err)
	require.Equal(t, report(t, live.out), report(t, over.out))
	var names struct {
		Targets, Recorded, Versions struct{ Master, Apprentice string }
	}
	require.NoError(t, json.Unmarshal([]byte(over.out), &names))
	assert.Equal(t, m.target, names.Targets.Master)
	assert.Equal(t, "qemu-mipsel -cpu P5600", names.Recorded.Master)
	assert.Contains(t, names.Versions.Master, "version")
	assert.NotEqual(t, names.Versions.Master, names.Versions.Apprentice)
	ended := <-m.done
	assert.Equal(t, 0, ended.code, ended.err)
	assert.Contains(t, ended.err, "served, ")

	m = startMaster(t, img, "--once", "--target", other, "--compress=false")
	over = command("", "run", img, "--json", "--apprentice", m.target)
	require.Equal(t, 0, over.code, over.err)
	require.Equal(t, report(t, live.out), report(t, over.out))
	<-m.done
}

// TestMasterExitCodes: 0, 1 and 2 mean what they always do.
func TestMasterExitCodes(t *testing.T) {
	img := smallImage(t)
	m := startMaster(t, img)
	r := command("", "run", img, "--master", m.target)
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "  runs       │ qemu-mipsel -cpu 24Kc; qemu-mipsel version")
	r = command("", "run", img, "--master", m.target, "--apprentice", differing)
	assert.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.out, "ROTR")
	r = command("", "run", img, "--master", m.target, "--apprentice", "false")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "apprentice (false): ended early before the first block: exit status 1")

	file := filepath.Join(t.TempDir(), "x.trace")
	must(t, "record", img, "--target", m.target, "-o", file)
	info := figures(t, must(t, "trace", "info", "--json", file))
	assert.Equal(t, "qemu-mipsel -cpu 24Kc", info.Description.Target)
	assert.Equal(t, m.target, info.Description.Via)
	assert.NotEmpty(t, info.Description.Machine["kernel"])
	assert.Contains(t, must(t, "trace", "info", file), m.target)
	assert.Contains(t, must(t, "replay", file, "--target", m.target), m.target)

	other := filepath.Join(t.TempDir(), "other")
	must(t, "gen", "--cpu", "24Kc", "--pattern", "ADDU", "-n", "10", "--seed", "1", "-o", other)
	r = command("", "run", other, "--master", m.target)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "the master's image has the digest")

	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGTERM)) // the master takes it for the whole process
	ended := <-m.done
	assert.Equal(t, 0, ended.code, ended.err)
	assert.Equal(t, 2, command("", "run", img, "--master", m.target).code, "nobody is there")
}

// TestMasterTargetDies: the apprentice's side says what befell the master's target, with its standard error.
func TestMasterTargetDies(t *testing.T) {
	img := smallImage(t)
	dies := `sh -c 'qemu-mipsel -cpu 24Kc "$1" | head -c 200000; echo out of luck >&2; exit 9' sh {}`
	m := startMaster(t, img, "--once", "--target", dies)
	r := command("", "run", img, "--master", m.target)
	assert.Equal(t, 2, r.code)
	for _, want := range []string{"master (" + m.target + "): failed on the other side after block", "target (" + dies + ")", "exit status 9", "out of luck"} {
		assert.Contains(t, r.err, want)
	}
	ended := <-m.done
	assert.Equal(t, 2, ended.code)
	assert.Contains(t, ended.err, "out of luck")
}

// TestMasterToken: --token-file on both ends, and what is said of a token that others may read.
func TestMasterToken(t *testing.T) {
	img := smallImage(t)
	dir := t.TempDir()
	token, wrong, short := filepath.Join(dir, "token"), filepath.Join(dir, "wrong"), filepath.Join(dir, "short")
	require.NoError(t, os.WriteFile(token, []byte("0123456789abcdef0123456789abcdef\n"), 0o600))
	require.NoError(t, os.WriteFile(wrong, []byte("0123456789abcdef0123456789abcdeg\n"), 0o600))
	require.NoError(t, os.Chmod(wrong, 0o644))
	require.NoError(t, os.WriteFile(short, []byte("secret\n"), 0o600))
	m := startMaster(t, img, "--once", "--token-file", token)
	for _, c := range []struct {
		args []string
		want []string
	}{
		{nil, []string{"it wants a token (--token-file)"}},
		{[]string{"--token-file", wrong}, []string{"the token is another one", "warning: " + wrong, "chmod 600"}},
		{[]string{"--token-file", short}, []string{"at least 16 bytes"}},
		{[]string{"--token-file", token + "x"}, []string{"no such file"}},
	} {
		r := command("", append([]string{"run", img, "--master", m.target}, c.args...)...)
		assert.Equal(t, 2, r.code, c.args)
		for _, want := range c.want {
			assert.Contains(t, r.err, want)
		}
	}
	r := command("", "run", img, "--master", m.target, "--token-file", token)
	assert.Equal(t, 0, r.code, r.err)
	assert.Empty(t, r.err)
	ended := <-m.done
	assert.Equal(t, 0, ended.code)
	assert.NotContains(t, ended.err, "0123456789")
	r = command("", "run", img, "--token-file", token)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "there is none")
}

// TestMasterRefusesToStart: what would open a target to everybody, or cannot work, is an error before anything runs.
func TestMasterRefusesToStart(t *testing.T) {
	img := filepath.Join(t.TempDir(), "img")
	must(t, "gen", "--cpu", "24Kc", "--pattern", "ADDU", "-n", "10", "--seed", "1", "-o", img)
	for want, args := range map[string][]string{
		"can be reached from other machines": {"--listen", ":0"},
		"a tunnel is better (ssh -L)":        {"--listen", "0.0.0.0:0"},
		"--public needs --token-file":        {"--listen", ":0", "--public"},
		"missing port":                       {"--listen", "127.0.0.1"},
		"--clients must be 1 or more":        {"--clients", "0"},
		"must be longer than nothing":        {"--client-stall", "0s"},
		"is an unknown kind":                 {"--target", "warp:drive"},
		"no such file":                       {"--token-file", img + "x"},
		"tcp:HOST:PORT":                      {"--target", "tcp:board"},
	} {
		r := command("", append([]string{"master", img}, args...)...)
		assert.Equal(t, 2, r.code, args)
		assert.Contains(t, r.err, want)
		assert.Empty(t, r.out)
	}
	assert.Equal(t, 2, command("", "master", img+"x").code)
}
