//go:build linux

package runtime

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/sshboard"
)

// endings are what a program may do when its connection breaks.
var endings = map[string]string{
	"waits":    `records; exec sleep 1000`,
	"writes":   `records; while :; do sleep 1; echo; done`,
	"children": `records; sh -c 'sleep 1000 & sleep 1000' & sleep 1000`,
	"deaf":     `trap '' HUP INT TERM PIPE; records; while :; do sleep 1; done`,
}

// startAndRead starts a program that writes data and then goes on, and reads the data.
func startAndRead(t *testing.T, ctx context.Context, text, script string, data []byte) Process {
	t.Helper()
	img := toyImage(t, "little", small(1))
	p, err := sshTarget(t, text).Start(ctx, scriptImage(img, script, data))
	require.NoError(t, err)
	_, err = io.ReadFull(p, make([]byte, len(data)))
	require.NoError(t, err)
	return p
}

// TestSSHDropped: the server's process dies. The error says so, and the board is clean again.
func TestSSHDropped(t *testing.T) {
	for _, board := range []string{"openssh", "busybox", "poor"} {
		b := sshBoard(t, boards[board])
		for name, script := range endings {
			if board == "poor" && name == "children" {
				continue // without setsid a program's children are not known
			}
			t.Run(board+" "+name, func(t *testing.T) {
				p := startAndRead(t, t.Context(), "ssh:board", script, []byte("data"))
				require.NotEmpty(t, b.Files("/tmp"))
				require.NotEmpty(t, b.Processes())
				b.Drop()
				_, _ = io.Copy(io.Discard, p)
				err := p.Wait()
				require.ErrorAs(t, err, new(*LinkError))
				require.ErrorContains(t, err, "ssh ended with exit status 255")
				requireClean(t, b, "/tmp")
			})
		}
	}
}

// TestSSHGivenUp: this side gives the run up.
func TestSSHGivenUp(t *testing.T) {
	b := sshBoard(t, sshboard.Options{})
	for name, script := range endings {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			p := startAndRead(t, ctx, "ssh:board", script, []byte("data"))
			cancel()
			_, _ = io.Copy(io.Discard, p)
			require.ErrorContains(t, p.Wait(), "SIGKILL")
			requireClean(t, b, "/tmp")
		})
	}
}

// TestSSHLinkDown: the link goes while records come. The run ends with the last good block, though nobody closed the
// connection; the board is clean soon after the link is back.
func TestSSHLinkDown(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, _ := recordAt(t, img, s, 3, 0)
	for _, board := range []string{"openssh", "busybox"} {
		t.Run(board, func(t *testing.T) {
			b := sshBoard(t, boards[board])
			opt := patient
			opt.Progress = func(done, _ int64) {
				if done == int64(3*img.Program.Rounds) { // all that come
					b.Link(false)
				}
			}
			text := "ssh:board,o=ServerAliveInterval=1"
			_, err := Run(t.Context(), scriptImage(img, `records; sleep 1000`, s[:at]), sshTarget(t, text), &fake{data: s}, opt)
			requireStreamError(t, err, []string{"connection lost after block 2 round 5: ssh ended with exit status 255", "Timeout, server", "not responding"})
			require.NotEmpty(t, b.Files("/tmp"))
			b.Link(true)
			requireClean(t, b, "/tmp")
		})
	}
}

// TestSSHLinkDownBefore: there is no way to the board.
func TestSSHLinkDownBefore(t *testing.T) {
	b := sshBoard(t, sshboard.Options{})
	b.Link(false)
	_, err := sshTarget(t, "ssh:board,timeout=1").Start(t.Context(), scriptImage(toyImage(t, "little", small(1)), "records", nil))
	require.ErrorContains(t, err, "connecting: ssh ended with exit status 255: ")
}

// TestSSHCopyBreaks: the connection breaks while the image is copied: nothing of it stays, and nothing of it runs.
func TestSSHCopyBreaks(t *testing.T) {
	img := toyImage(t, "little", small(1))
	big := scriptImage(img, "touch /tmp/it-ran", make([]byte, 96<<20))
	for _, board := range []string{"openssh", "busybox", "poor"} {
		for _, options := range []string{"", ",keep"} {
			t.Run(board+options, func(t *testing.T) {
				b := sshBoard(t, boards[board])
				failed := make(chan error, 1)
				target := sshTarget(t, "ssh:board"+options)
				go func() {
					_, err := target.Start(t.Context(), big)
					failed <- err
				}()
				pattern := b.Path("/tmp/risugen-run-*/part")
				if options != "" {
					pattern = b.Path("/tmp/*/risugen-run-*/part")
				}
				require.Eventually(t, func() bool {
					parts, _ := filepath.Glob(pattern)
					if len(parts) != 1 {
						return false
					}
					info, err := os.Stat(parts[0])
					return err == nil && info.Size() > 1<<20
				}, time.Minute, time.Millisecond)
				b.Drop()
				require.ErrorContains(t, <-failed, "copying the image: ssh ended with exit status 255")
				dir := "/tmp"
				if options != "" {
					dir += "/" + b.Files(dir)[0]
				}
				requireClean(t, b, dir)
			})
		}
	}
}

// TestSSHCopyEnds: less of the image comes than there is.
func TestSSHCopyEnds(t *testing.T) {
	img := toyImage(t, "little", small(1))
	big := scriptImage(img, "touch /tmp/it-ran", make([]byte, 1<<20))
	for _, board := range []string{"openssh", "busybox", "poor"} {
		t.Run(board, func(t *testing.T) {
			b := sshBoard(t, boards[board])
			short := filepath.Join(t.TempDir(), "ssh")
			require.NoError(t, os.WriteFile(short, []byte("#!/bin/sh\ndd bs=1 count=20000 2>/dev/null | "+b.SSH+" \"$@\"\n"), 0o700))
			t.Setenv(SSHEnv, short)
			_, err := sshTarget(t, "ssh:board").Start(t.Context(), big)
			require.ErrorContains(t, err, "the image could not be stored in /tmp: it arrived incomplete or damaged")
			requireClean(t, b, "/tmp")
		})
	}
}

// TestSSHSweep: what a run left behind that nobody could clean up goes with the next one; what lives stays.
func TestSSHSweep(t *testing.T) {
	for _, board := range []string{"openssh", "busybox"} {
		t.Run(board, func(t *testing.T) {
			b := sshBoard(t, boards[board])
			img := toyImage(t, "little", small(1))
			s := toyStream(t, img, nil)
			boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
			require.NoError(t, err)
			here := strings.Split(string(boot), "-")[0]
			b.Sh(fmt.Sprintf(`cd /tmp; mkdir risugen-run-%s-99999-dead risugen-run-0ff0-1-old risugen-run-0ff0-99999-new risugen-run-x-y-z mine
				mkdir /home/board/linked; ln -s /home/board/linked risugen-run-%s-99998-link
				touch risugen-run-%s-99999-dead/image; touch -d '2001-01-01 00:00:00' risugen-run-0ff0-1-old`, here, here, here))
			live := startAndRead(t, t.Context(), "ssh:board", "records; sleep 1000", []byte("data"))
			require.Len(t, b.Files("/tmp"), 5)
			_, err = Run(t.Context(), scriptImage(img, "records", s), sshTarget(t, "ssh:board"), &fake{data: s}, patient)
			require.NoError(t, err)
			left := b.Files("/tmp")
			require.Subset(t, left, []string{"risugen-run-0ff0-99999-new", "risugen-run-x-y-z", "mine", "risugen-run-" + here + "-99998-link"})
			require.Len(t, left, 5)
			require.DirExists(t, b.Path("/home/board/linked"))
			live.Kill()
			_ = live.Wait()
			require.Eventually(t, func() bool { return len(b.Files("/tmp")) == 4 }, time.Minute, 50*time.Millisecond)
		})
	}
}
