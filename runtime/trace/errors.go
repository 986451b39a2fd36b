package trace

import "fmt"

// CutOffError says that a trace has no end, or that its end says that the recording was stopped. What came before
// is whole.
type CutOffError struct {
	Offset  int64  // bytes of the trace that were read
	Frame   int64  // number of the frame that is missing or not whole
	Records int64  // whole records before that
	Why     string // why the recording was stopped; empty if the trace itself breaks off
}

// Error implements error.
func (e *CutOffError) Error() string {
	if e.Why != "" {
		return "the recording was stopped: " + e.Why
	}
	return fmt.Sprintf("the trace breaks off at offset %#x, in frame %d", e.Offset, e.Frame)
}

// DamagedError says that a part of a trace is not as it was written.
type DamagedError struct {
	Offset int64  // of the frame in the trace
	Frame  int64  // its number; -1: the bytes before the first frame
	Kind   string // "image", "records" …; empty if not even that is known
	What   string
}

// Error implements error.
func (e *DamagedError) Error() string {
	if e.Frame < 0 {
		return fmt.Sprintf("the trace is damaged at its beginning (offset %#x): %s", e.Offset, e.What)
	}
	kind := ""
	if e.Kind != "" {
		kind = " (" + e.Kind + ")"
	}
	return fmt.Sprintf("the trace is damaged in frame %d%s at offset %#x: %s", e.Frame, kind, e.Offset, e.What)
}
