package runtime

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/risugen/risugen/runtime/trace"
)

// Survey is how far a trace goes.
type Survey struct {
	trace.Totals
	Size    int64 // bytes of the trace, as far as it was read
	Elapsed time.Duration
}

// Survey reads a trace that was opened and not started, all of it, or if quick is set its end alone, for which it
// must be a file. The error says that the trace is damaged or ends early; the survey then tells of what comes before.
func (t *Recording) Survey(img *Image, quick bool) (Survey, error) {
	open, err := t.take()
	if err != nil {
		return Survey{}, err
	}
	defer open.Close()
	if file, ok := open.Closer.(*os.File); quick && ok {
		return quickSurvey(file)
	}
	open.Open(img.Program)
	for err == nil {
		_, err = open.Next()
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return Survey{open.Totals(), open.Offset(), open.Elapsed()}, err
}

func quickSurvey(f *os.File) (Survey, error) {
	info, err := f.Stat()
	if err != nil {
		return Survey{}, err
	}
	x, err := trace.ReadIndex(f, info.Size())
	if err != nil {
		return Survey{}, err
	}
	s := Survey{x.Totals, info.Size(), x.Elapsed}
	if x.Stopped != "" {
		err = &trace.CutOffError{Offset: s.Size, Records: x.Records, Why: x.Stopped}
	}
	return s, err
}

// Close closes a trace that was opened and is not to be started.
func (t *Recording) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open != nil {
		t.open.Close()
		t.open = nil
	}
}
