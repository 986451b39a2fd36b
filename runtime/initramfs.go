package runtime

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/cavaliergopher/cpio"
)

// guestInit is the script that a guest runs in place of an init: see there for what it says to whom.
//
//go:embed guestinit.sh
var guestInit []byte

// writeInitramfs writes the archive that a guest's kernel unpacks and starts /init of. token is the line that the script
// marks its own words with.
func (p *systemPlan) writeInitramfs(w io.Writer, img *Image, token string) error {
	out := &archive{w: cpio.NewWriter(w)}
	for _, dir := range []string{"bin", "dev", "modules", "proc"} {
		out.put(dir, cpio.TypeDir|0o755, nil)
	}
	out.put("init", cpio.TypeReg|0o755, guestInit)
	out.put("token", cpio.TypeReg|0o600, []byte(token+"\n"))
	out.copy("bin/busybox", p.busybox)
	for _, module := range p.modules {
		out.copy(path.Join("modules", filepath.Base(module)), module)
	}
	out.put("image", cpio.TypeReg|0o755, img.Data)
	if out.err == nil {
		out.err = out.w.Close()
	}
	return out.err
}

// archive is an archive that is being written, until the first error.
type archive struct {
	w   *cpio.Writer
	err error
}

func (a *archive) put(name string, mode cpio.FileMode, data []byte) {
	if a.err == nil {
		a.err = a.w.WriteHeader(&cpio.Header{Name: name, Mode: mode, Size: int64(len(data)), Links: 1})
	}
	if a.err == nil && len(data) > 0 {
		_, a.err = io.Copy(a.w, bytes.NewReader(data))
	}
}

func (a *archive) copy(name, file string) {
	data, err := os.ReadFile(file)
	if a.err == nil && err == nil && len(data) == 0 {
		err = fmt.Errorf("%s is empty", file)
	}
	if a.err == nil {
		a.err = err
	}
	a.put(name, cpio.TypeReg|0o755, data)
}
