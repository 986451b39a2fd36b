//go:build unix

package runtime

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/patience"
)

// sh is a target that runs a shell script; $1 is the image, $2 a file with its records.
func sh(t *testing.T, script string, records []byte) *Exec {
	t.Helper()
	file := filepath.Join(t.TempDir(), "records")
	require.NoError(t, os.WriteFile(file, records, 0o600))
	return &Exec{Command: []string{"/bin/sh", "-c", script, "sh", "{}", file}, Text: "script"}
}

func TestExecAgrees(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	good := sh(t, `test -x "$1" && cat "$2"`, s)
	r, err := Run(t.Context(), img, good, good, Options{})
	require.NoError(t, err)
	require.False(t, r.Failed())
	require.NoFileExists(t, img.temp.path, "the image's temporary file is gone")
}

func TestExecDies(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, _ := recordAt(t, img, s, 2, 4)
	good := &fake{data: s}
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"status":   {`cat "$2"; echo no such thing >&2; exit 3`, []string{"after block 2 round 3: exit status 3; standard error: no such thing"}},
		"shell":    {`cat "$2"; exit 139`, []string{"exit status 139 (SIGSEGV)"}},
		"signal":   {`cat "$2"; kill -ABRT $$`, []string{"killed by SIGABRT"}},
		"silent":   {`exit 0`, []string{"ended early before the first block"}},
		"message":  {`cat "$2"; echo qemu: something went very wrong; exit 127`, []string{"garbage after block 2 round 3", "something went very wrong"}},
		"hangs":    {`cat "$2"; echo why >&2; sleep 1000`, []string{"stalled after block 2 round 3", "standard error: why"}},
		"orphan":   {`cat "$2"; sleep 1000 & exit 0`, []string{"stalled after block 2 round 3"}},
		"shut":     {`cat "$2"; exec >&-; sleep 1000`, []string{"ended early after block 2 round 3", "did not exit"}},
		"flood":    {`cat "$2"; i=0; while test $i -lt 9000; do echo line $i >&2; i=$((i+1)); done; exit 1`, []string{"standard error: …", "line 8999"}},
		"no image": {`cat "$1" | head -c 100`, []string{"garbage before the first block"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := func(stall time.Duration) error {
				_, err := Run(t.Context(), img, sh(t, c.script, s[:at]), good, Options{Stall: stall})
				return err
			}
			want := append(c.want, "master (script)")
			if strings.Contains(c.script, "sleep") {
				growStall(t, want, run)
			} else {
				requireStreamError(t, run(patient.Stall), want)
			}
		})
	}
	_, err := Run(t.Context(), img, good, &Exec{Command: []string{"/no/such/command"}}, Options{})
	require.ErrorContains(t, err, "start the apprentice (/no/such/command)")
}

// shellQuote is a word of a shell's command line.
func shellQuote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// growStall has a target stall, with as short a limit as this machine allows.
func growStall(t *testing.T, want []string, run func(stall time.Duration) error) {
	t.Helper()
	patience.Grow(t, 250*time.Millisecond, func(stall time.Duration) error {
		err := run(stall)
		require.ErrorAs(t, err, new(*StreamError))
		return patience.Missing(err.Error(), want...)
	})
}

// TestExecGroup: a script's child dies with it.
func TestExecGroup(t *testing.T) {
	img := toyImage(t, "little", small(1))
	pidFile := filepath.Join(t.TempDir(), "pid")
	e := &Exec{Command: []string{"/bin/sh", "-c", `sleep 1000 & echo $! >"$1"; echo; wait`, "{}", pidFile}}
	ctx, cancel := context.WithCancel(t.Context())
	p, err := e.Start(ctx, img)
	require.NoError(t, err)
	_, err = p.Read(make([]byte, 1))
	require.NoError(t, err)
	text, err := os.ReadFile(pidFile)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	cancel()
	_, err = io.Copy(io.Discard, p)
	_ = err // the end of the pipe, or the deadline that a kill sets
	require.ErrorContains(t, p.Wait(), "killed by SIGKILL")
	p.Kill() // harmless by now
	require.True(t, waits(func() bool { return gone(pid) }))
}

// TestExecPath: an image that has a file is run from there.
func TestExecPath(t *testing.T) {
	img := toyImage(t, "little", small(1))
	img.Path = filepath.Join(t.TempDir(), "my image")
	require.NoError(t, img.WriteFile(img.Path))
	e := &Exec{Command: []string{"/bin/echo", "-n", "<{}>"}}
	p, err := e.Start(t.Context(), img)
	require.NoError(t, err)
	out, err := io.ReadAll(p)
	require.NoError(t, err)
	require.NoError(t, p.Wait())
	require.Equal(t, "<"+img.Path+">", string(out))
	require.FileExists(t, img.Path)
}

func TestOneInsn(t *testing.T) {
	img := toyImage(t, "little", small(1))
	dir := t.TempDir()
	for help, option := range map[string]string{
		"-singlestep  QEMU_SINGLESTEP  run": "-singlestep", "-one-insn-per-tb  QEMU  run": "-one-insn-per-tb",
		"-one-insn-per-tb  QEMU  run\n-singlestep  old": "-one-insn-per-tb",
	} {
		qemu := filepath.Join(dir, "qemu-"+strconv.Itoa(len(help)))
		script := "#!/bin/sh\nif test \"$1\" = -help; then echo 'usage\n" + help + "'; else echo $1 $2; fi\n"
		require.NoError(t, os.WriteFile(qemu, []byte(script), 0o700))
		target, err := ParseTarget("one-insn:" + shellQuote(qemu) + " -cpu")
		require.NoError(t, err)
		p, err := target.Start(t.Context(), img)
		require.NoError(t, err)
		out, err := io.ReadAll(p)
		require.NoError(t, err)
		require.NoError(t, p.Wait())
		require.Equal(t, option+" -cpu\n", string(out))
	}
	target, err := ParseTarget("one-insn:echo")
	require.NoError(t, err)
	_, err = target.Start(t.Context(), img)
	require.ErrorContains(t, err, "QEMU's user mode")
}

// TestExecEscaped: a child that left the process group and holds the pipe open does not keep a run from
// ending.
func TestExecEscaped(t *testing.T) {
	needtool.Slow(t)
	t.Parallel()
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("needs setsid")
	}
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, _ := recordAt(t, img, s, 2, 4)
	pidFile := filepath.Join(t.TempDir(), "pid")
	script := `setsid sleep 600 & echo $! >` + shellQuote(pidFile) + `; cat "$2"; wait`
	growStall(t, []string{"stalled after block 2 round 3"}, func(stall time.Duration) error {
		_, err := Run(t.Context(), img, sh(t, script, s[:at]), &fake{data: s}, Options{Stall: stall})
		return err
	})
	text, err := os.ReadFile(pidFile)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL), "the run waited for the pipe")
}

// TestImagesThatRunHere: images are written while other goroutines start processes, and each can be started: nobody has
// it open for writing any more.
func TestImagesThatRunHere(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 40 {
				path, err := writeTemp(dir, "run-", []byte("#!/bin/sh\nexit 7\n"), 0o777)
				if !assert.NoError(t, err) {
					return
				}
				exit := (*exec.ExitError)(nil)
				if err := exec.Command(path).Run(); !assert.ErrorAs(t, err, &exit) || !assert.Equal(t, 7, exit.ExitCode()) {
					return
				}
			}
		})
	}
	wg.Wait()
}
