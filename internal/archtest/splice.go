//go:build linux

package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/risugen/risugen/arch"
)

// spliced runs the image with what lets it splice its records: they must be those of any other run, however late they are
// read, and where they cannot be spliced.
func (s *sharing) spliced(t *testing.T, plain []byte) {
	out, err := s.throughPipe(t, s.command, 0, true)
	require.NoError(t, err)
	require.True(t, bytes.Equal(plain, out), "records that were spliced")

	_, err = s.throughPipe(t, withoutSplicing(t, unix.SECCOMP_RET_KILL_PROCESS, s.command), 0, false)
	require.ErrorContains(t, err, unix.SIGSYS.String(), "they were spliced")

	out, err = s.throughPipe(t, withoutSplicing(t, unix.SECCOMP_RET_KILL_PROCESS, s.command), 1<<7, false)
	require.NoError(t, err)
	require.True(t, bytes.Equal(plain, out), "records for another standard output, which are not spliced")

	out, err = s.throughPipe(t, withoutSplicing(t, unix.SECCOMP_RET_ERRNO|uint32(unix.EPERM), s.command), 0, false)
	require.NoError(t, err)
	require.True(t, bytes.Equal(plain, out), "records where the kernel refuses to splice")

	require.True(t, bytes.Equal(plain, s.intoFile(t)), "records in a file")
}

// throughPipe returns what an image writes, and how it ended. A late reader reads only when the pipe is full.
func (s *sharing) throughPipe(t *testing.T, command []string, wrong int, late bool) (out []byte, err error) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout = w
	cmd.ExtraFiles = []*os.File{s.head(t, w, wrong)}
	require.NoError(t, cmd.Start())
	w.Close()
	for b := make([]byte, 1<<18); err == nil; {
		if late {
			waitUntilFull(t, r, cmd.Process.Pid)
		}
		var n int
		n, err = r.Read(b[:1+rand.IntN(len(b))])
		out = append(out, b[:n]...)
	}
	require.ErrorIs(t, err, io.EOF)
	if err = cmd.Wait(); err != nil {
		err = fmt.Errorf("%s", cmd.ProcessState)
	}
	return out, err
}

// waitUntilFull waits until a process that writes to a pipe has no room in it any more, or has ended.
func waitUntilFull(t *testing.T, pipe *os.File, process int) {
	for {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
		require.NoError(t, err)
		_, state, _ := strings.Cut(string(stat), ") ")
		events, err := unix.Poll([]unix.PollFd{{Fd: int32(pipe.Fd()), Events: unix.POLLIN}}, 0)
		if errors.Is(err, unix.EINTR) {
			continue // the runtime's own signals
		}
		require.NoError(t, err)
		if state[0] == 'Z' || state[0] == 'S' && events > 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// intoFile returns what an image writes that is told to splice, and whose standard output is a file.
func (s *sharing) intoFile(t *testing.T) []byte {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer f.Close()
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.Stdout = f
	cmd.ExtraFiles = []*os.File{s.head(t, f, 0)}
	require.NoError(t, cmd.Run())
	out, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	return out
}

// head is the file that tells an image to splice into its standard output, of which bytes are wrong, as a mask says.
func (s *sharing) head(t *testing.T, output *os.File, wrong int) *os.File {
	path := filepath.Join(t.TempDir(), "head")
	head := s.withOutput(t, append(s.img.Digest[:], make([]byte, arch.ShareHead-arch.DigestSize)...), output, arch.ShareSpliced, wrong)
	require.NoError(t, os.WriteFile(path, head, 0o600))
	f, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// noSplicing is the variable of the environment that holds the command which a test is to run in its place, without vmsplice.
const noSplicing = "RISUGEN_TEST_NO_SPLICING"

// refused is a command, and what the kernel does when it calls vmsplice.
type refused struct {
	Action  uint32
	Command []string
}

// withoutSplicing makes of a command one for which the kernel refuses vmsplice: the same test, which becomes the command.
func withoutSplicing(t *testing.T, action uint32, command []string) []string {
	text, err := json.Marshal(refused{action, command})
	require.NoError(t, err)
	test, _, _ := strings.Cut(t.Name(), "/")
	return []string{"/usr/bin/env", noSplicing + "=" + string(text), os.Args[0], "-test.run", "^" + test + "$"}
}

// execWithoutSplicing becomes the command that withoutSplicing was given.
func execWithoutSplicing() {
	text := os.Getenv(noSplicing)
	if text == "" {
		return
	}
	var r refused
	err := json.Unmarshal([]byte(text), &r)
	if err == nil {
		err = refuse(unix.SYS_VMSPLICE, r.Action)
	}
	if err == nil {
		err = syscall.Exec(r.Command[0], r.Command, os.Environ())
	}
	panic(err)
}

// refuse has the kernel do something else for a system call in this thread, and in what it becomes.
func refuse(number, action uint32) error {
	runtime.LockOSThread()
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: number, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: action},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}
