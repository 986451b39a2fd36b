package archtest

import (
	"bytes"
	"context"

	"github.com/risugen/risugen/runtime"
)

// Bytes is a target whose records are there already.
type Bytes struct{ Records []byte }

// Name implements runtime.Target.
func (Bytes) Name() string { return "records" }

// Start implements runtime.Target.
func (b Bytes) Start(context.Context, *runtime.Image) (runtime.Process, error) {
	return &bytesProcess{bytes.NewReader(b.Records)}, nil
}

type bytesProcess struct{ *bytes.Reader }

func (*bytesProcess) Wait() error { return nil }
func (*bytesProcess) Kill()       {}
