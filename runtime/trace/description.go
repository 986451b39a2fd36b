package trace

import (
	"encoding/json"
	"fmt"
	"time"
)

// Description says what was recorded, and where.
type Description struct {
	Tool     string    `json:"tool"`          // what made the trace
	Target   string    `json:"target"`        // as the user wrote it, or who started the master that runs it
	Via      string    `json:"via,omitempty"` // what leads to that master: "tcp:HOST:PORT"
	Emulator string    `json:"emulator"`      // what an emulator says of its version; else empty
	Started  time.Time `json:"started"`
	// Machine is what is known of the machine that the target ran on: "kernel", "cpuinfo". Of a command it is the
	// machine that started it, so under an emulator of user mode the emulator's.
	Machine map[string]string `json:"machine,omitempty"`
	Digest  string            `json:"digest"`      // of the image, hexadecimal
	Bytes   int64             `json:"image_bytes"` // of the image's file
}

// parseDescription reads a description; keys that are not known are left out.
func parseDescription(text []byte) (Description, error) {
	var d Description
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("the description is no JSON object as expected: %w", err)
	}
	if d.Bytes < 1 || d.Bytes > maxImage {
		return d, fmt.Errorf("the description says that the image has %d bytes; it may have 1 to %d", d.Bytes, int64(maxImage))
	}
	return d, nil
}

// Totals count what a trace holds.
type Totals struct {
	Records    int64 `json:"records"`
	Executions int64 `json:"executions"` // instructions under test that ran, faulting ones included
	Raw        int64 `json:"raw_bytes"`  // of the records, as the target wrote them
	Stored     int64 `json:"stored_bytes"`
	Frames     int64 `json:"frames"` // of records
}

// add counts a frame of records.
func (t *Totals) add(f *frame) {
	t.Records += int64(f.count)
	t.Executions += int64(f.execution)
	t.Raw += int64(f.raw)
	t.Stored += frameHeaderSize + int64(f.stored)
	t.Frames++
}
