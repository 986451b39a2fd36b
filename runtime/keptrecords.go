package runtime

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/risugen/risugen/arch"
)

// Some targets write records once, and cannot run the image of blocks whose digests differ: a trace from a pipe, or a
// risugen master, which has one image. Beside them the records of such blocks are kept as they come.

// maxKept bounds the records that are kept, in bytes. Blocks beyond that are not run again, which is told.
var maxKept = 256 << 20

// runsOnce says why a target cannot be started on an image that is derived from another; empty: it can.
func runsOnce(t Target) string {
	switch t := t.(type) {
	case *Remote:
		return "is a risugen master, which runs one image"
	case *Recording:
		if info, err := os.Stat(t.Path); t.Path == "-" || err == nil && !info.Mode().IsRegular() {
			return "is a trace that can be read only once"
		}
	}
	return ""
}

// checkKeepGoing refuses targets that cannot be started again after a death: else the first one would end the run, and
// the error would be of another target.
func checkKeepGoing(opt Options, targets [2]Target) error {
	for i, role := range [2]string{roleMaster, roleApprentice} {
		if why := runsOnce(targets[i]); why != "" && opt.KeepGoing > 0 {
			return fmt.Errorf("to keep going after a target's death both are started again, and the %s (%s) %s", role, targets[i].Name(), why)
		}
	}
	return nil
}

// keptTarget is a target that runs once: what it would write on an image of blocks that differ is what it wrote of them.
type keptTarget struct {
	Target
	d *digester
}

// Start implements Target.
func (t *keptTarget) Start(ctx context.Context, img *Image) (Process, error) {
	if img.Program.Part == nil {
		return t.Target.Start(ctx, img)
	}
	order := img.Program.Machine.Layout().Order
	out := streamStart(img)
	for i := range img.Program.Blocks { // the first ones of those in doubt
		recs := bytes.Clone(t.d.doubts[i].records)
		for at := 0; at < len(recs); {
			h, _ := arch.ParseRecordHeader(recs[at:], order)
			h.Block = uint32(i)
			h.Put(recs[at:], order)
			at += arch.RecordHeaderSize + int(h.Length)
		}
		out = append(out, recs...)
	}
	return &keptProcess{bytes.NewReader(append(out, streamEnd(img)...))}, nil
}

// keptProcess is records as a process.
type keptProcess struct{ *bytes.Reader }

// Wait implements Process.
func (*keptProcess) Wait() error { return nil }

// Kill implements Process.
func (*keptProcess) Kill() {}

// retain returns the records of a block in doubt, if they are to be kept: as many as may be run again, of those whose
// difference may be none as of others.
func (d *digester) retain(x *doubt) []byte {
	n := &d.retained[btoi(x.explained())]
	if !d.keep || *n == d.s.opt.Digest.Again || d.bytes+len(d.kept) > maxKept {
		return nil
	}
	*n++
	d.bytes += len(d.kept)
	return bytes.Clone(d.kept)
}

// forgotten takes those off the list of blocks in doubt that cannot be run again, and returns them.
func (d *digester) forgotten() (out []doubt) {
	if !d.keep {
		return nil
	}
	var rest []doubt
	for _, x := range d.doubts {
		if x.records == nil {
			out = append(out, x)
		} else {
			rest = append(rest, x)
		}
	}
	d.doubts = rest
	return out
}
