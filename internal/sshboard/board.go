//go:build linux

package sshboard

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// Options say what a board is like.
type Options struct {
	BusyBox bool     // Dropbear and BusyBox; else OpenSSH and this machine's programs
	Without []string // programs of BusyBox that the board lacks
	Shell   string   // text of a script that is the user's login shell; empty: /bin/sh
	Banner  string   // that OpenSSH sends before the login
	Tmp     string   // mount options of /tmp, beside mode=1777; empty: none
	NoHUP   bool     // the server ignores SIGHUP, and so does what it starts, as under nohup
}

// Board is a machine with a user named board, who is not root.
type Board struct {
	Addr string
	Key  string // file with the user's private key
	SSH  string // command line of ssh with a configuration for the host "board"

	t      testing.TB
	dir    string // here
	name   string // of the network namespace
	link   string // this side of it
	server *exec.Cmd
	log    bytes.Buffer
}

// user is the board's user, and that user's group.
const user = 61234

// New starts a board, which ends with the test. The test is skipped where it cannot be made.
func New(t testing.TB, o Options) *Board {
	t.Helper()
	tools := []string{"ssh", "ssh-keygen", "ip", "unshare", "mount", "chroot"}
	if o.BusyBox {
		tools = append(tools, "dropbear", "dropbearkey", "busybox")
	} else {
		tools = append(tools, "sshd")
	}
	if os.Geteuid() != 0 {
		needtool.Miss(t, "a network namespace needs root")
	}
	for _, tool := range tools {
		needtool.Path(t, tool)
	}
	dir, err := os.MkdirTemp("", "risugen-board-")
	require.NoError(t, err)
	b := &Board{t: t, dir: dir, name: filepath.Base(dir)}
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	b.connect()
	b.fill(o)
	b.serve(o)
	return b
}

// connect makes the network namespace and the link to it.
func (b *Board) connect() {
	b.t.Helper()
	if out, err := exec.Command("ip", "netns", "add", b.name).CombinedOutput(); err != nil {
		needtool.Miss(b.t, "a network namespace is not permitted: %s: %s", err, out)
	}
	b.t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", b.name).Run() })
	number := b.name[strings.LastIndexByte(b.name, '-')+1:]
	b.link = "rg" + number
	n, err := strconv.ParseUint(number, 10, 64)
	require.NoError(b.t, err)
	subnet := func(last uint64) string { // of a network that is kept for tests of devices (RFC 2544)
		a := n % (1 << 15) * 4
		return fmt.Sprintf("198.%d.%d.%d", 18+a>>16, a>>8&0xff, a&0xff+last)
	}
	b.Addr = subnet(2)
	b.host("ip", "link", "add", b.link, "type", "veth", "peer", "name", "eth0", "netns", b.name)
	b.t.Cleanup(func() { _ = exec.Command("ip", "link", "del", b.link).Run() })
	b.host("ip", "addr", "add", subnet(1)+"/30", "dev", b.link)
	b.host("ip", "-n", b.name, "addr", "add", b.Addr+"/30", "dev", "eth0")
	b.host("ip", "-n", b.name, "link", "set", "eth0", "up")
	b.host("ip", "-n", b.name, "link", "set", "lo", "up")
	b.Link(true)
}

// host runs a command on this machine.
func (b *Board) host(words ...string) string {
	b.t.Helper()
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	require.NoError(b.t, err, "%s\n%s", words, out)
	return string(out)
}

// Link takes the link up or down.
func (b *Board) Link(up bool) {
	b.t.Helper()
	b.host("ip", "link", "set", b.link, map[bool]string{true: "up", false: "down"}[up])
}

// serve starts the server, and waits until it answers.
func (b *Board) serve(o Options) {
	b.t.Helper()
	b.server = exec.Command("ip", "netns", "exec", b.name, "unshare", "--mount", "--pid", "--fork", "--kill-child",
		"/bin/sh", "-euc", b.setup(o))
	if o.NoHUP {
		b.server.Args[len(b.server.Args)-1] = "trap '' HUP\n" + b.setup(o)
	}
	b.server.Stdout, b.server.Stderr = &b.log, &b.log
	b.server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // a test that panics leaves no server
	require.NoError(b.t, b.server.Start())
	b.t.Cleanup(func() {
		_ = b.server.Process.Kill() // and with it all that runs in its namespace
		_ = b.server.Wait()
		if b.t.Failed() {
			b.t.Logf("the server's messages:\n%s", b.log.String())
		}
	})
	require.Eventually(b.t, func() bool {
		c, err := net.DialTimeout("tcp", b.Addr+":22", time.Second)
		if err == nil {
			c.Close()
		}
		return err == nil
	}, time.Minute, 20*time.Millisecond, "the server does not answer")
}

// families are the numbers of the children of each process on this machine. The kernel's own lists of children may lack some while
// others end, and not every kernel has them.
func families(t testing.TB) map[int][]int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	of := map[int][]int{}
	for _, file := range files {
		stat, _ := os.ReadFile(file) // of one that has ended there is nothing
		_, behind, _ := strings.Cut(string(stat[bytes.LastIndexByte(stat, ')')+1:]), " ")
		var state string
		var parent int
		if _, err := fmt.Sscan(behind, &state, &parent); err != nil {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			of[parent] = append(of[parent], pid)
		}
	}
	return of
}

// first is the number of the first process of the board, of which all others are children.
func (b *Board) first() int {
	b.t.Helper()
	servers := families(b.t)[b.server.Process.Pid]
	require.NotEmpty(b.t, servers, "the server has ended")
	return servers[0]
}

// Drop kills the server's processes for the connections that there are; new ones are served.
func (b *Board) Drop() {
	b.t.Helper()
	var sessions []int
	of := families(b.t)
	var walk func(pid int)
	walk = func(pid int) {
		for _, child := range of[pid] {
			name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", child))
			if text := strings.TrimSpace(string(name)); strings.HasPrefix(text, "sshd") || text == "dropbear" {
				sessions = append(sessions, child)
				walk(child)
			}
		}
	}
	walk(b.first())
	require.NotEmpty(b.t, sessions, "there is no connection")
	for _, pid := range sessions {
		_ = syscall.Kill(pid, syscall.SIGKILL) // one may have followed another
	}
}

// Sh runs a shell command on the board, as its user, and returns what it prints.
func (b *Board) Sh(command string) string {
	b.t.Helper()
	words := append(strings.Fields(b.SSH), "board", command)
	cmd := exec.Command(words[0], words[1:]...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	require.NoError(b.t, err, "%s\n%s%s", command, out, errs.String())
	return string(out)
}

// Processes are the command lines of the user's processes, but for those of the servers.
func (b *Board) Processes() (lines []string) {
	of := families(b.t)
	var walk func(pid int)
	walk = func(pid int) {
		for _, child := range of[pid] {
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
			var stat syscall.Stat_t
			if syscall.Stat(fmt.Sprintf("/proc/%d", child), &stat) == nil && stat.Uid == user && !bytes.HasPrefix(line, []byte("sshd")) {
				lines = append(lines, strings.TrimSpace(strings.ReplaceAll(string(line), "\x00", " ")))
			}
			walk(child)
		}
	}
	walk(b.server.Process.Pid)
	return lines
}

// Files are the names in a directory of the board, as this machine sees it.
func (b *Board) Files(dir string) (names []string) {
	b.t.Helper()
	entries, err := os.ReadDir(b.Path(dir))
	require.NoError(b.t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Path is where a file of the board is on this machine.
func (b *Board) Path(file string) string {
	b.t.Helper()
	return fmt.Sprintf("/proc/%d/root/%s", b.first(), file)
}
