//go:build linux

package runtime

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/patience"
	"github.com/risugen/risugen/internal/sshboard"
)

// sshBoard makes a board, and has ssh know it.
func sshBoard(t *testing.T, o sshboard.Options) *sshboard.Board {
	t.Helper()
	needtool.Slow(t)
	b := sshboard.New(t, o)
	t.Setenv(SSHEnv, b.SSH)
	return b
}

// scriptImage is an image that any machine with a shell runs: after a script come bytes, which "records" prints.
func scriptImage(img *Image, script string, data []byte) *Image {
	head := fmt.Sprintf("#!/bin/sh\nPATH=/bin:/usr/bin\nrecords() { tail -c %d \"$0\"; }\n%s\nexit\n", len(data), script)
	return &Image{Program: img.Program, Digest: img.Digest, Data: append([]byte(head), data...)}
}

// requireClean waits until the board has neither files nor processes of a run.
func requireClean(t *testing.T, b *sshboard.Board, dir string) {
	t.Helper()
	require.Eventually(t, func() bool { return len(b.Files(dir)) == 0 && len(b.Processes()) == 0 }, time.Minute, 50*time.Millisecond,
		"the board still has something")
}

func sshTarget(t *testing.T, text string) *SSH {
	t.Helper()
	target, err := ParseTarget(text)
	require.NoError(t, err)
	return target.(*SSH)
}

// boards are what the protocol is tried on: the poorest has neither checksums nor head, setsid, id and find.
var boards = map[string]sshboard.Options{
	"openssh": {},
	"busybox": {BusyBox: true},
	"poor": {BusyBox: true, NoHUP: true, Without: []string{
		"sha256sum", "sha1sum", "sha512sum", "sha3sum", "md5sum", "base64", "head", "setsid", "id", "find", "touch", "mktemp", "uname",
	}},
	"loud":   {Shell: "#!/bin/sh\necho 'Welcome to'\nprintf 'this board. '\necho 'do not press' >&2\nexec /bin/sh \"$@\"\n"},
	"banner": {Banner: "No trespassing.\n"},
}

// TestSSHAgrees: an image runs on the other machine as it does here, more than once, and nothing stays there.
func TestSSHAgrees(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	for name, o := range boards {
		t.Run(name, func(t *testing.T) {
			b := sshBoard(t, o)
			remote := scriptImage(img, `echo nothing of note >&2; records`, s)
			for range 2 {
				target := sshTarget(t, "ssh:board,timeout=20")
				r, err := Run(t.Context(), remote, target, &fake{data: s}, patient)
				require.NoError(t, err)
				require.False(t, r.Failed())
				require.EqualValues(t, len(img.Program.Blocks)*img.Program.Rounds, r.Records)
				require.Contains(t, target.Describe(t.Context())["cpuinfo"], "processor")
				requireClean(t, b, "/tmp")
			}
		})
	}
}

// TestSSHPatience: the limits of the beginning do not hold for what follows. The second time little is sent, and little
// time given for it.
func TestSSHPatience(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	sshBoard(t, sshboard.Options{})
	patience.Grow(t, time.Second, func(limit time.Duration) error {
		seconds := int(limit.Seconds())
		slow := scriptImage(img, fmt.Sprintf("sleep %d; records", 3*seconds), s)
		for range 2 {
			r, err := Run(t.Context(), slow, sshTarget(t, fmt.Sprintf("ssh:board,keep,timeout=%d", seconds)), &fake{data: s}, patient)
			if err != nil {
				return late(err, limit)
			}
			require.False(t, r.Failed())
		}
		return nil
	})
}

// late names the limit where ssh, which was told it, was the first to give up.
func late(err error, limit time.Duration) error {
	if strings.Contains(err.Error(), "timed out") {
		return fmt.Errorf("within %s: %w", limit, err)
	}
	return err
}

// TestSSHNotRunnable: shells take a file that the system cannot run for a script. It does no harm.
func TestSSHNotRunnable(t *testing.T) {
	img := toyImage(t, "little", small(1))
	for _, board := range []string{"openssh", "busybox", "poor"} {
		b := sshBoard(t, boards[board])
		text := []byte("touch /tmp/touched\n: >here\nexit 2\n")
		_, err := Run(t.Context(), &Image{Program: img.Program, Digest: img.Digest, Data: text}, sshTarget(t, "ssh:board"), &fake{}, patient)
		requireStreamError(t, err, []string{"exit status 2 (does that machine run programs for this CPU? run= names an emulator)"})
		requireClean(t, b, "/tmp")
		require.NotContains(t, b.Files("/home/board"), "here")
	}
}

// TestSSHEnds: what the target says of a program's end is what happened there, and the last good block is named.
func TestSSHEnds(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	at, _ := recordAt(t, img, s, 2, 4)
	cases := map[string]struct {
		script string
		want   []string
	}{
		"status":  {`records; echo no such thing >&2; exit 3`, []string{"ended early after block 2 round 3: exit status 3; standard error: no such thing"}},
		"255":     {`records; exit 255`, []string{"ended early after block 2 round 3: exit status 255"}},
		"signal":  {`records; kill -BUS $$`, []string{"exit status 135 (SIGBUS)"}},
		"silent":  {`exit 0`, []string{"ended early before the first block"}},
		"message": {`records; echo qemu: something went very wrong; exit 1`, []string{"garbage after block 2 round 3", "something went very wrong"}},
		"hangs":   {`records; printf why >&2; sleep 1000`, []string{"stalled after block 2 round 3", "standard error: why"}},
		"orphan":  {`records; sleep 1000 & exit 0`, []string{"ended early after block 2 round 3"}},
		"flood":   {`records; i=0; while test $i -lt 9000; do echo line $i >&2; i=$((i+1)); done; exit 1`, []string{"exit status 1", "standard error: …", "line 8999"}},
		"open":    {`records; printf 'no line end' >&2; exit 5`, []string{"exit status 5; standard error: no line end"}},
		"mark":    {`records; echo risugen- exit 0 >&2; exit 5`, []string{"exit status 5; standard error: risugen- exit 0"}},
	}
	for _, board := range []string{"openssh", "busybox"} {
		b := sshBoard(t, boards[board])
		for name, c := range cases {
			t.Run(board+" "+name, func(t *testing.T) {
				run := func(stall time.Duration) error {
					_, err := Run(t.Context(), scriptImage(img, c.script, s[:at]), sshTarget(t, "ssh:board"), &fake{data: s}, Options{Stall: stall})
					return err
				}
				want := append(c.want, "master (ssh:board)")
				if name == "hangs" {
					growStall(t, want, run)
				} else {
					requireStreamError(t, run(patient.Stall), want)
				}
				requireClean(t, b, "/tmp")
			})
		}
	}
}

// TestSSHRefused: ssh's own words are the error.
func TestSSHRefused(t *testing.T) {
	img := toyImage(t, "little", small(1))
	remote := scriptImage(img, `records`, nil)
	b := sshBoard(t, sshboard.Options{})
	wrong := filepath.Join(t.TempDir(), "key")
	other := sshboard.New(t, sshboard.Options{})
	require.NoError(t, os.Rename(other.Key, wrong))
	known, err := os.ReadFile(filepath.Join(filepath.Dir(other.Key), "known_hosts"))
	require.NoError(t, err)
	strange := filepath.Join(t.TempDir(), "known_hosts")
	require.NoError(t, os.WriteFile(strange, []byte(strings.ReplaceAll(string(known), other.Addr, b.Addr)), 0o600))
	for text, want := range map[string]string{
		"ssh:board,o=IdentityFile=" + wrong:                              "Permission denied (publickey",
		"ssh:board,o=UserKnownHostsFile=" + strange:                      "REMOTE HOST IDENTIFICATION HAS CHANGED",
		"ssh:board,o=UserKnownHostsFile=/dev/null":                       "Host key verification failed",
		"ssh:board,port=23":                                              "Connection refused",
		"ssh:board,o=AddressFamily=inet6":                                "Could not resolve hostname", // which no server of names is asked for
		"ssh:nobody@board":                                               "Permission denied",
		"ssh:board,o=BatchMode":                                          "NAME=VALUE",
		"ssh:board,o=NoSuchOption=1":                                     "Bad configuration option",
		"ssh:board,o=ProxyCommand=sleep 60,timeout=2,o=ConnectTimeout=2": "timed out",
	} {
		target, err := ParseTarget(text)
		if err == nil {
			if strings.HasPrefix(want, "Permission") && strings.Contains(text, wrong) {
				t.Setenv(SSHEnv, strings.Replace(b.SSH, filepath.Dir(b.Key), configWithout(t, b, "IdentityFile"), 1))
			}
			_, err = Run(t.Context(), remote, target, &fake{}, patient)
			t.Setenv(SSHEnv, b.SSH)
		}
		require.ErrorContains(t, err, want, text)
	}
	t.Setenv(SSHEnv, "/no/such/ssh")
	_, err = sshTarget(t, "ssh:board").Start(t.Context(), remote)
	require.ErrorContains(t, err, "no such file")
	t.Setenv(SSHEnv, "ssh '")
	_, err = sshTarget(t, "ssh:board").Start(t.Context(), remote)
	require.ErrorContains(t, err, SSHEnv)
	requireClean(t, b, "/tmp")
}

// configWithout copies the client's configuration without the lines of an option. It returns the directory.
func configWithout(t *testing.T, b *sshboard.Board, option string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(b.Key), "config"))
	require.NoError(t, err)
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, option) {
			out.WriteString(line)
		}
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config"), []byte(out.String()), 0o600))
	return dir
}

// TestSSHNoRoom: whatever keeps an image from being stored or run there is named, and nothing stays.
func TestSSHNoRoom(t *testing.T) {
	img := toyImage(t, "little", small(1))
	big := scriptImage(img, "records", make([]byte, 4<<20))
	for name, c := range map[string]struct {
		tmp, options string
		want         []string
	}{
		"disk full":    {"size=1m", "", []string{"could not be stored in /tmp", "No space left on device"}},
		"kept":         {"size=1m", ",keep", []string{"could not be stored in /tmp/risugen-kept-", "No space left on device"}},
		"noexec":       {"noexec", "", []string{"programs in /tmp may not be run (mounted noexec?)", "Permission denied", "dir= names another place"}},
		"read-only":    {"ro", "", []string{"no directory can be made in /tmp", "Read-only file system"}},
		"no inodes":    {"nr_inodes=1", "", []string{"no directory can be made in /tmp", "No space left on device"}},
		"few inodes":   {"nr_inodes=2", "", []string{"no file can be made in /tmp", "No space left on device"}},
		"no directory": {"", ",dir=/no/such", []string{"no directory /no/such"}},
		"not ours":     {"", ",dir=/usr", []string{"no directory can be made in /usr"}},
		"not to keep":  {"", ",dir=/usr,keep", []string{"/usr/risugen-kept-", "cannot be made"}},
		"no command":   {"", ",run=/no/such/emulator {}", []string{"exit status 127", "/no/such/emulator"}},
		"no program":   {"noexec", ",run=env {}", []string{"exit status 126", "Permission denied"}},
	} {
		for _, board := range []string{"openssh", "busybox", "poor"} {
			if board == "poor" && c.options != "" && c.tmp == "" {
				continue // nothing that this one does in another way
			}
			t.Run(board+" "+name, func(t *testing.T) {
				o := boards[board]
				o.Tmp = c.tmp
				b := sshBoard(t, o)
				_, err := Run(t.Context(), big, sshTarget(t, "ssh:board"+c.options), &fake{}, patient)
				for _, w := range c.want {
					require.ErrorContains(t, err, w)
				}
				if strings.Contains(c.options, "keep") && c.tmp != "" {
					requireClean(t, b, fmt.Sprintf("/tmp/risugen-kept-%s", strings.TrimSpace(keptUser(board))))
				} else {
					requireClean(t, b, "/tmp")
				}
			})
		}
	}
}

// keptUser ends the name of the directory of kept images.
func keptUser(board string) string {
	if board == "poor" {
		return ""
	}
	return "61234"
}

// TestSSHNoShell: a login shell that is none.
func TestSSHNoShell(t *testing.T) {
	img := toyImage(t, "little", small(1))
	for name, c := range map[string]struct{ shell, want string }{
		"nologin": {"#!/bin/sh\necho This account is currently not available.\nexit 1\n", `no shell command; it printed "This account is currently not available.`},
		"silent":  {"#!/bin/sh\nexit 0\n", "connecting: ssh ended with exit status 0"},
		"echo":    {"#!/bin/sh\necho \"$@\"\ncat\n", "no shell command; it printed"},
		"endless": {"#!/bin/sh\nwhile :; do echo router; done\n", "no shell command; it printed"},
		"no dd":   {"#!/bin/sh\nPATH=/nowhere exec /bin/sh \"$@\"\n", "sh: not found"},
	} {
		t.Run(name, func(t *testing.T) {
			b := sshBoard(t, sshboard.Options{Shell: c.shell})
			patience.Grow(t, time.Second, func(limit time.Duration) error {
				target := sshTarget(t, fmt.Sprintf("ssh:board,timeout=%d", int(limit.Seconds())))
				_, err := target.Start(t.Context(), scriptImage(img, "records", nil))
				require.Error(t, err)
				return patience.Missing(late(err, limit).Error(), c.want)
			})
			requireClean(t, b, "/tmp")
		})
	}
}

// TestSSHShells: the login shell may be another than sh.
func TestSSHShells(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	for _, shell := range []string{"bash", "dash", "tcsh", "fish", "zsh", "ksh"} {
		path := "/usr/bin/" + shell
		if _, err := os.Stat(path); err != nil {
			continue // bash and dash are everywhere
		}
		t.Run(shell, func(t *testing.T) {
			b := sshBoard(t, sshboard.Options{Shell: "#!/bin/sh\nexec " + path + " \"$@\"\n"})
			_, err := Run(t.Context(), scriptImage(img, "records", s), sshTarget(t, "ssh:board"), &fake{data: s}, patient)
			require.NoError(t, err)
			requireClean(t, b, "/tmp")
		})
	}
}
