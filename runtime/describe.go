package runtime

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
)

// Describer is implemented by targets that can tell something of the machine on which they run images.
type Describer interface {
	// Describe returns what is known, by name: "kernel", the system's name, release and version; "cpuinfo", what
	// /proc/cpuinfo says; others as they like. It may take time, but not longer than ctx allows, and returns nil
	// or less where there is no answer.
	Describe(ctx context.Context) map[string]string
}

// elsewhere are commands that run others on another machine, of which this one knows nothing.
var elsewhere = []string{"ssh", "rsh", "adb"}

// Describe implements Describer: a command runs on this machine, unless it is known to be one that does not.
func (e *Exec) Describe(context.Context) map[string]string {
	if len(e.Command) > 0 && slices.Contains(elsewhere, filepath.Base(e.Command[0])) {
		return nil
	}
	d := map[string]string{"kernel": kernel()}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		d["cpuinfo"] = CPUInfo(text)
	}
	return d
}

// maxCPUInfo bounds what is kept of /proc/cpuinfo, in bytes.
const maxCPUInfo = 16 << 10

// CPUInfo shortens the text of /proc/cpuinfo: a line that stands there for each of many processors is kept once.
func CPUInfo(text []byte) string {
	var out []byte
	seen := map[string]bool{}
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || seen[string(line)] {
			continue
		}
		if seen[string(line)] = true; len(out)+len(line) >= maxCPUInfo {
			break
		}
		out = append(append(out, line...), '\n')
	}
	return string(bytes.ToValidUTF8(out, nil))
}
