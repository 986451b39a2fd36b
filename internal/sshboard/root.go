//go:build linux

package sshboard

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// in is a path of the board's file system, on this machine, before anything is mounted there.
func (b *Board) in(path string) string { return filepath.Join(b.dir, "root", path) }

func (b *Board) write(path, text string, mode os.FileMode) {
	b.t.Helper()
	require.NoError(b.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(b.t, os.WriteFile(path, []byte(text), mode))
	require.NoError(b.t, os.Chmod(path, mode))
}

// fill writes the files of the board and the client's configuration.
func (b *Board) fill(o Options) {
	b.t.Helper()
	for _, dir := range []string{"proc", "tmp", "dev", "etc", "usr", "run/sshd", "home/board/.ssh"} {
		require.NoError(b.t, os.MkdirAll(b.in(dir), 0o755))
	}
	shell := "/bin/sh"
	if o.Shell != "" {
		shell = "/shell"
		b.write(b.in(shell), o.Shell, 0o755)
	}
	b.write(b.in("etc/shells"), "/bin/sh\n"+shell+"\n", 0o644)
	b.write(b.in("etc/group"), fmt.Sprintf("root:x:0:\nboard:x:%d:\n", user), 0o644)
	b.write(b.in("etc/passwd"), fmt.Sprintf("root:*:0:0::/:/bin/sh\nsshd:*:100:65534::/run/sshd:/bin/false\nboard:*:%d:%d::/home/board:%s\n", user, user, shell), 0o644)
	for _, path := range []string{"lib", "lib32", "lib64", "bin", "sbin"} {
		if to, err := os.Readlink("/" + path); err == nil && (!o.BusyBox || strings.HasPrefix(path, "lib")) {
			require.NoError(b.t, os.Symlink(to, b.in(path)))
		}
	}
	if o.BusyBox {
		b.installBusyBox(o.Without)
	}

	b.Key = filepath.Join(b.dir, "key")
	b.host("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", b.Key)
	public, err := os.ReadFile(b.Key + ".pub")
	require.NoError(b.t, err)
	b.write(b.in("home/board/.ssh/authorized_keys"), string(public), 0o600)
	for _, path := range []string{"home/board", "home/board/.ssh", "home/board/.ssh/authorized_keys"} {
		require.NoError(b.t, os.Chown(b.in(path), user, user))
	}
	known := filepath.Join(b.dir, "known_hosts")
	b.write(known, b.Addr+" "+b.hostKey(o), 0o644)
	if o.Banner != "" {
		b.write(b.in("etc/banner"), o.Banner, 0o644)
	}
	b.write(b.in("etc/sshd_config"), "HostKey /etc/host_key\nUsePAM no\nPidFile none\nStrictModes no\nUseDNS no\nPasswordAuthentication no\n"+
		map[bool]string{true: "Banner /etc/banner\n"}[o.Banner != ""], 0o644)
	config := filepath.Join(b.dir, "config")
	b.write(config, fmt.Sprintf("Host board\n HostName %s\n User board\n IdentityFile %s\n IdentitiesOnly yes\n IdentityAgent none\n"+
		" UserKnownHostsFile %s\n GlobalKnownHostsFile /dev/null\n", b.Addr, b.Key, known), 0o644)
	b.SSH = "ssh -F " + config
}

// installBusyBox makes a link for each of BusyBox's programs.
func (b *Board) installBusyBox(without []string) {
	b.t.Helper()
	for _, dir := range []string{"bin", "usr/lib", "usr/lib64", "usr/lib32"} {
		require.NoError(b.t, os.MkdirAll(b.in(dir), 0o755))
	}
	for _, tool := range []string{"busybox", "dropbear"} {
		path, err := exec.LookPath(tool)
		require.NoError(b.t, err)
		b.host("cp", path, b.in("bin"))
	}
	for _, name := range strings.Fields(b.host("busybox", "--list")) {
		if name != "busybox" && !slices.Contains(without, name) {
			require.NoError(b.t, os.Symlink("busybox", b.in("bin/"+name)))
		}
	}
	if path, err := exec.LookPath("qemu-mipsel"); err == nil {
		b.host("cp", path, b.in("bin"))
	}
}

// hostKey makes the server's key and returns the public half.
func (b *Board) hostKey(o Options) string {
	b.t.Helper()
	file := b.in("etc/host_key")
	if !o.BusyBox {
		b.host("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)
		public, err := os.ReadFile(file + ".pub")
		require.NoError(b.t, err)
		return string(public)
	}
	b.host("dropbearkey", "-t", "ed25519", "-f", file)
	for line := range strings.Lines(b.host("dropbearkey", "-y", "-f", file)) {
		if strings.HasPrefix(line, "ssh-") {
			return line
		}
	}
	b.t.Fatal("dropbearkey prints no key")
	return ""
}

// setup is the shell script that mounts the board's file system and becomes its server.
func (b *Board) setup(o Options) string {
	var s strings.Builder
	do := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	root := b.in("")
	do("bind() { mount --bind /$1 $1; mount -o remount,bind,ro $1; }") // whatever happens to it, this machine's stays whole
	do("cd %s", root)
	if o.BusyBox {
		do("for d in lib lib32 lib64; do if [ -d /usr/$d ]; then bind usr/$d; fi; done")
	} else {
		do("bind usr")
	}
	do("for d in bin sbin lib lib32 lib64; do if [ -d /$d ] && [ ! -L /$d ] && [ ! -e $d ]; then mkdir $d; bind $d; fi; done")
	do("for d in null zero random urandom; do : >dev/$d; mount --bind /dev/$d dev/$d; done")
	options := "mode=1777"
	if o.Tmp != "" {
		options += "," + o.Tmp
	}
	do("mount -t tmpfs -o %s none tmp", options)
	do("mount -t proc none proc")
	if o.BusyBox {
		do("exec chroot . /bin/dropbear -F -E -s -r /etc/host_key -p 22")
	} else {
		do("exec chroot . /usr/sbin/sshd -D -e -f /etc/sshd_config")
	}
	return s.String()
}
