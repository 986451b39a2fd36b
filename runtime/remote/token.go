package remote

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// Limits of a token, in bytes. Whoever listens to a handshake can try tokens at home, so that a short one is none.
const (
	minToken = 16
	maxToken = 4096
)

// ReadToken reads a token from a file, without white space around it. The warning is not empty if others than the
// file's owner may read it.
func ReadToken(path string) (token []byte, warning string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, "", err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxToken+1))
	if err != nil {
		return nil, "", err
	}
	if len(text) > maxToken {
		return nil, "", fmt.Errorf("%s: a token has at most %d bytes", path, maxToken)
	}
	token = []byte(strings.TrimSpace(string(text)))
	if len(token) < minToken {
		return nil, "", fmt.Errorf("%s: a token has at least %d bytes; head -c 32 /dev/urandom | base64 makes one", path, minToken)
	}
	if mode := info.Mode(); runtime.GOOS != "windows" && mode.IsRegular() && mode.Perm()&0o077 != 0 {
		warning = fmt.Sprintf("%s: others than its owner may use this token (mode %04o): chmod 600", path, mode.Perm())
	}
	return token, warning, nil
}
