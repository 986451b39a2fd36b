package main

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// asProgram makes the test's executable the program that is tested, for what needs a process of its own.
const asProgram = "RISUGEN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	hearSignals()
	os.Exit(m.Run())
}

// hearSignals has programs that tests start end by a signal even where tests run with signals ignored, as under nohup, or in the
// background of a script: what is ignored is inherited, and what is heard is not.
func hearSignals() {
	for _, s := range ending {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

// process is the program as a process; its images stand in a directory of its own.
type process struct {
	*exec.Cmd
	out, err bytes.Buffer
}

// program makes a process that is not yet started. dir is where it runs, temp where it puts images.
func program(t *testing.T, dir, temp string, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &process{Cmd: exec.Command(self, args...)}
	p.Env = append(os.Environ(), asProgram+"=1", "TMPDIR="+temp)
	p.Dir, p.Stdout, p.Stderr = dir, &p.out, &p.err
	return p
}

// start starts it, and sees to its end.
func (p *process) start(t *testing.T) {
	t.Helper()
	require.NoError(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill() })
}

// commandDir makes a directory for programs in which the program is called risugen, for scripts that start it.
func commandDir(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	script := "#!/bin/sh\n" + asProgram + "=1 exec " + shellQuote(self) + " \"$@\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "risugen"), []byte(script), 0o700))
	return dir
}
