package runtime

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

func TestParseSSH(t *testing.T) {
	for text, want := range map[string]*SSH{
		"board":           {Destination: "board"},
		"me@10.0.0.2":     {Destination: "me@10.0.0.2"},
		"me@fe80::1%eth0": {Destination: "me@fe80::1%eth0"},
		"board,port=2222,key=/k/id,dir=/var/tmp,keep,timeout=5": {
			Destination: "board", Port: 2222, Key: "/k/id", Dir: "/var/tmp", Keep: true, Timeout: 5 * time.Second,
		},
		"board,o=ProxyJump=gate,o=Compression=yes": {Destination: "board", Settings: []string{"ProxyJump=gate", "Compression=yes"}},
		"board,run=taskset 1 {}":                   {Destination: "board", Run: []string{"taskset", "1", "{}"}},
		"board,run='taskset -c 0,1 {}',keep":       {Destination: "board", Run: []string{"taskset", "-c", "0,1", "{}"}, Keep: true},
		`board,run=taskset -c 0\,1`:                {Destination: "board", Run: []string{"taskset", "-c", "0,1"}},
		`board,run="sh -c 'exec \"$0\"' {}"`:       {Destination: "board", Run: []string{"sh", "-c", `exec "$0"`, "{}"}},
		`board,dir="/a b/c,d=e"`:                   {Destination: "board", Dir: "/a b/c,d=e"},
		`board,"dir"=/t\\x`:                        {Destination: "board", Dir: `/t\x`},
		`board,dir="/t\x"`:                         {Destination: "board", Dir: `/t\x`},
	} {
		target, err := ParseTarget("ssh:" + text)
		require.NoError(t, err, text)
		require.Equal(t, "ssh:"+text, target.Name())
		if want.Dir == "" {
			want.Dir = "/tmp"
		}
		if want.Timeout == 0 {
			want.Timeout = 30 * time.Second
		}
		got := target.(*SSH)
		got.Text = ""
		require.Equal(t, want, got, text)
	}
	for text, want := range map[string]string{
		"":                        "no host",
		",port=1":                 "no host",
		"@board":                  "no host",
		"me@":                     "no host",
		"-oProxyCommand=sh":       "is no host",
		"//board:22":              "is no host",
		"two boards":              "is no host",
		"board,":                  `"" is no option of ssh: there are port=, key=, o=, dir=, keep, run=, timeout=`,
		"board,color=red":         `"color" is no option`,
		"board,port":              "port needs a value",
		"board,port=":             "port needs a value",
		"board,port=0":            "is no port",
		"board,port=65536":        "is no port",
		"board,port=ssh":          "is no port",
		"board,port=1,port=2":     "given twice",
		"board,keep=/tmp":         "keep takes no value",
		"board,timeout=0":         "number of seconds",
		"board,timeout=3601":      "number of seconds",
		"board,timeout=1s":        "number of seconds",
		"board,o=Compression":     "o=NAME=VALUE",
		"board,o==x":              "o=NAME=VALUE",
		"board,dir=~/x":           "relative to the home directory",
		"board,dir=-x":            "is no directory",
		"board,run=a | b":         `"|"`,
		"board,run=''":            "needs a value",
		"board,run=' '":           "no command",
		"board,run='a":            "no partner",
		`board\`:                  "no partner",
		"board,run=\"sh -c 'x\"":  "no partner",
		"board,dir=/tmp\x00/else": "NUL",
	} {
		_, err := ParseTarget("ssh:" + text)
		require.ErrorContains(t, err, want, text)
		require.ErrorContains(t, err, TargetForms)
	}
}

// FuzzParseSSH: what is read makes a command line in which ssh sees the destination where it must, and any text can be
// quoted.
func FuzzParseSSH(f *testing.F) {
	for _, text := range []string{"board", "me@board,port=1,keep", `b,run='a "b" {}',dir="\x"`, `b,o=A=b\,c`, "'", `\`, "b,dir=\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fields, err := splitOptions("x," + quoteSh(text) + `,"y"`)
		require.NoError(t, err)
		require.Equal(t, []string{"x", text, "y"}, fields)
		s, err := parseSSH(text)
		if err != nil {
			return
		}
		words, err := s.command("remote")
		require.NoError(t, err)
		require.NotEqual(t, byte('-'), s.Destination[0])
		require.Equal(t, []string{"--", s.Destination, "remote"}, words[len(words)-3:])
	})
}

// TestCommandSh: a shell takes the words apart again as they were.
func TestCommandSh(t *testing.T) {
	for _, shell := range [][]string{{"sh"}, {"busybox", "ash"}} {
		if _, err := exec.LookPath(shell[0]); err != nil {
			continue
		}
		for _, words := range [][]string{
			nil, {"a"}, {"a b", "", "it's", `"$HOME"`, "`x`", "\\", "*", "new\nline", "{}"}, {"x{}y{}", "-n"}, {"{}{}"},
		} {
			script := "image='/my image'; " + commandSh(words) + `; printf '<%s>' "$@"`
			out, err := exec.Command(shell[0], append(shell[1:], "-c", script)...).Output()
			require.NoError(t, err)
			want := "<" + strings.Join(withImage(words, "/my image"), "><") + ">"
			require.Equal(t, want, string(out))
		}
	}
}

// TestSSHCommand: the remote command is short, and what is sent does not hold the mark that the answers begin with.
func TestSSHCommand(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s, err := parseSSH("board,port=22,key=/k,o=BatchMode=no,timeout=7")
	require.NoError(t, err)
	r := newSSHRun()
	require.NotEqual(t, r, newSSHRun())
	script := r.script(s, img)
	boot := r.bootstrap(script)
	require.Less(t, len(boot), 1000)
	require.NotContains(t, boot, "\n")
	for _, text := range []string{boot, script} {
		require.NotContains(t, text, r.mark())
	}
	require.NotContains(t, script, "\n#")
	t.Setenv(SSHEnv, `"/my tools/ssh" -F x`)
	words, err := s.command(boot)
	require.NoError(t, err)
	require.Equal(t, []string{"/my tools/ssh", "-F", "x", "-o", "BatchMode=no", "-p", "22", "-i", "/k"}, words[:9])
	require.Contains(t, words, "BatchMode=yes")
	require.Contains(t, words, "ConnectTimeout=7")
	require.Equal(t, []string{"--", "board", boot}, words[len(words)-3:])
}

// TestSSHScriptIsPortable: shells read the script without complaint.
func TestSSHScriptIsPortable(t *testing.T) {
	needtool.Path(t, "sh")
	s, err := parseSSH("board")
	require.NoError(t, err)
	for _, shell := range [][]string{{"sh"}, {"dash"}, {"bash", "--posix"}, {"busybox", "ash"}, {"mksh"}, {"ksh"}, {"yash"}} {
		if _, err := exec.LookPath(shell[0]); err != nil {
			continue
		}
		cmd := exec.Command(shell[0], append(shell[1:], "-n")...)
		cmd.Env = append(os.Environ(), "LC_ALL=C") // bash complains of a locale that is not installed
		cmd.Stdin = strings.NewReader(newSSHRun().script(s, toyImage(t, "little", small(1))))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s: %s", shell, out)
		require.Empty(t, string(out), shell)
	}
}

// TestSSHErrors: what standard error holds comes in pieces of any size.
func TestSSHErrors(t *testing.T) {
	text := "a banner\nm begin\nfirst\n" + strings.Repeat("long ", 1000) + "\nlastm exit 139 SEGV\nlate"
	for size := range 40 {
		kept := tail{}
		e := sshErrors{mark: "m", tail: &kept}
		for piece := range slices.Chunk([]byte(text), size+1) {
			n, err := e.Write(piece)
			require.NoError(t, err)
			require.Equal(t, len(piece), n)
		}
		e.flush()
		how, known := e.ended()
		require.True(t, known)
		require.Equal(t, "exit status 139 (SIGSEGV)", how)
		require.NotContains(t, kept.text(), "banner")
		require.Equal(t, "lastlate", kept.text()[len(kept.text())-8:])
	}
	kept := tail{}
	e := sshErrors{mark: "m", tail: &kept}
	_, _ = e.Write([]byte("a banner\nm begin\nfirst\n"))
	require.Equal(t, "first", kept.text())
	for exit, want := range map[string]string{"m exit 0": "", "m exit 3": "exit status 3", "m exit 127 ": "exit status 127"} {
		e := sshErrors{mark: "m", tail: &tail{}}
		_, _ = e.Write([]byte(exit + "\n"))
		how, known := e.ended()
		require.True(t, known)
		require.Equal(t, want, how)
	}
	for _, other := range []string{"", "m exit\n", "m exit x\n", "exit 0\n", "mexit 0\n"} {
		e := sshErrors{mark: "m", tail: &tail{}}
		_, _ = e.Write([]byte(other))
		_, known := e.ended()
		require.False(t, known, other)
	}
}
