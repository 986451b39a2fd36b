package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime/trace"
)

// Recording is a target that is a trace: it says again what the target said that was recorded.
type Recording struct {
	Path string // "-" is standard input

	mu   sync.Mutex
	open *openTrace // read up to its first record, by OpenRecording
	desc trace.Description
}

// openTrace is a trace that is being read.
type openTrace struct {
	*trace.Reader
	io.Closer
}

// OpenRecording opens a trace as a target, with the image that was recorded.
func OpenRecording(path string, machine MachineFunc) (*Recording, *Image, error) {
	return openRecording(path, nil, machine)
}

// ReadRecording is OpenRecording for a stream. The target can be started once.
func ReadRecording(src io.Reader, machine MachineFunc) (*Recording, *Image, error) {
	return openRecording("-", src, machine)
}

func openRecording(path string, src io.Reader, machine MachineFunc) (*Recording, *Image, error) {
	t := &Recording{Path: path}
	var err error
	if t.open, err = openTraceFile(path, src); err != nil {
		return nil, nil, err
	}
	t.desc = t.open.Description()
	img, err := Load(t.open.Image(), machine)
	if err == nil && t.desc.Digest != fmt.Sprintf("%x", img.Digest) {
		err = errors.New("it is not the one that the description names")
	}
	if err != nil {
		t.open.Close()
		return nil, nil, fmt.Errorf("%s: the image in the trace: %w", path, err)
	}
	return t, img, nil
}

// openTraceFile reads the beginning of a trace: of src, or if that is nil of a file.
func openTraceFile(path string, src io.Reader) (*openTrace, error) {
	t := &openTrace{Closer: io.NopCloser(nil)}
	switch {
	case src != nil:
	case path == "-":
		src = os.Stdin
	default:
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		src, t.Closer = f, f
	}
	var err error
	if t.Reader, err = trace.NewReader(src); err != nil {
		t.Closer.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Close ends reading.
func (t *openTrace) Close() error {
	t.Reader.Close()
	return t.Closer.Close()
}

// isTrace reports whether a file begins like a trace.
func isTrace(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	b := make([]byte, len(trace.Magic))
	_, err = io.ReadFull(f, b)
	return err == nil && string(b) == trace.Magic
}

// Name implements Target.
func (t *Recording) Name() string { return "trace:" + t.Path }

// Description says what was recorded. It is known once the trace was opened or started.
func (t *Recording) Description() trace.Description {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.desc
}

// take returns the trace, opened.
func (t *Recording) take() (*openTrace, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	open := t.open
	t.open = nil
	if open == nil {
		var err error
		if open, err = openTraceFile(t.Path, nil); err != nil {
			return nil, err
		}
	}
	t.desc = open.Description()
	return open, nil
}

// Start implements Target. The trace must be of the same image, or of what the image is a part of.
func (t *Recording) Start(ctx context.Context, img *Image) (Process, error) {
	open, err := t.take()
	if err != nil {
		return nil, err
	}
	recorded := img
	if img.whole != nil && img.Program.Part != nil && img.Program.Output == arch.FullRecords {
		recorded = img.whole
	}
	if digest := fmt.Sprintf("%x", recorded.Digest); open.Description().Digest != digest {
		open.Close()
		return nil, fmt.Errorf("the trace is of another image: it recorded %.12s…, not %.12s…", open.Description().Digest, digest)
	}
	open.Open(recorded.Program)
	p := &playback{trace: open, rest: streamStart(recorded), end: streamEnd(recorded)}
	p.stopKill = context.AfterFunc(ctx, p.Kill)
	if recorded != img {
		return newPartPlayback(p, recorded, img), nil
	}
	return p, nil
}

// CutOff reports whether nothing else is wrong with a run than that a trace ended early: then all that there was has
// been compared.
func CutOff(err error) bool {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			if !CutOff(e) {
				return false
			}
		}
		return true
	}
	cut := (*trace.CutOffError)(nil)
	return errors.As(err, &cut)
}

// described is a target that passes on what another one wrote: a [Recording], or a [Remote].
type described interface{ Description() trace.Description }

// recordedTarget is the target that was recorded or that a master runs, as it was written there, if a target is such
// a one.
func recordedTarget(t Target) string {
	if r, ok := t.(described); ok {
		return r.Description().Target
	}
	return ""
}

// RecordedCommand is the target that a trace was recorded from, if text stands for a trace that can be read; else
// text itself.
func RecordedCommand(text string) string {
	t, err := ParseTarget(text)
	r, ok := t.(*Recording)
	if err != nil || !ok || r.Path == "-" {
		return text
	}
	open, err := openTraceFile(r.Path, nil)
	if err != nil {
		return text
	}
	defer open.Close()
	return open.Description().Target
}
