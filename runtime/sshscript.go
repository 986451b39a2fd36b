package runtime

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"strings"
)

//go:embed ssh.sh
var sshScript string

// sshRun is one run of an image, as the script on the other side knows it.
type sshRun struct {
	left, right string // halves of what begins the script's lines
	token       string // random; part of the name of the directory
}

// newSSHRun draws the names. The halves of the mark stand apart in all that is sent, so that a device that only sends
// back what it gets does not look like a shell.
func newSSHRun() sshRun {
	var b [24]byte
	_, _ = rand.Read(b[:]) // never fails
	text := hex.EncodeToString(b[:])
	return sshRun{left: "risugen-" + text[:16], right: "-" + text[16:32], token: text[32:]}
}

// mark begins each line of the script.
func (r sshRun) mark() string { return r.left + r.right }

// bootstrap is the command that ssh is given: it says that it is there, and runs a script of so many bytes that comes
// through its standard input. It is short since old releases of Dropbear take no more than 1,000 bytes, has no line
// break, and no more than csh understands, too: it is for the user's login shell to read. Reading bytes one by one takes
// nothing away from what follows.
func (r sshRun) bootstrap(script string) string {
	return fmt.Sprintf(`exec sh -c 'echo "%s""%s ready"; eval "$(dd bs=1 count=%d 2>/dev/null)"'`, r.left, r.right, len(script))
}

// script is what the other side runs.
func (r sshRun) script(s *SSH, img *Image) string {
	var b strings.Builder
	assign := func(name, value string) { fmt.Fprintf(&b, "%s=%s\n", name, quoteSh(value)) }
	flag := func(name string, on bool) {
		value := ""
		if on {
			value = "1"
		}
		assign(name, value)
	}
	fmt.Fprintf(&b, "mark=%s\"\"%s\n", quoteSh(r.left), quoteSh(r.right))
	assign("token", r.token)
	assign("dir", s.Dir)
	flag("keep", s.Keep)
	flag("bare", len(s.Run) == 0)
	assign("size", fmt.Sprint(len(img.Data)))
	assign("sum", fmt.Sprintf("%x", sha256.Sum256(img.Data)))
	assign("md5", fmt.Sprintf("%x", md5.Sum(img.Data))) // against damage, where nothing better is there
	assign("emulator", s.emulator())
	assign("run", commandSh(s.Run))
	for line := range strings.Lines(sshScript) {
		if line = strings.TrimLeft(line, "\t"); line != "\n" && !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// commandSh is a shell command that sets the positional parameters to the words of a command, with $image in the place
// of {}, or behind them all where no word has it.
func commandSh(words []string) string {
	var b strings.Builder
	b.WriteString("set --")
	for _, w := range withImage(words, "{}") {
		b.WriteByte(' ')
		for i, part := range strings.Split(w, "{}") {
			if i > 0 {
				b.WriteString(`"$image"`)
			}
			if part != "" || w == "" {
				b.WriteString(quoteSh(part))
			}
		}
	}
	return b.String()
}

// quoteSh quotes a word for a shell.
func quoteSh(w string) string { return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'" }
