package runtime

import (
	"context"
	"time"

	"github.com/risugen/risugen/arch"
)

// Collected is the record of a round as a target wrote it.
type Collected struct {
	Block, Round int
	Header       arch.RecordHeader
	Payload      []byte // as arch.Layout describes it; valid until the next one comes
}

// Collect runs an image on one target and hands over each of its records, in order. Its stream is checked as in [Run]: what
// is not the stream of this image, whole, is an error, a *StreamError where the target is to blame. A target that is silent
// for longer than stall is given up; 0 is the usual time. An error of each ends the run and is returned.
func Collect(ctx context.Context, img *Image, target Target, stall time.Duration, each func(Collected) error) error {
	if err := checkProgram(img.Program); err != nil {
		return err
	}
	if err := checkRecords(img.Program); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := start(ctx, roleTarget, target, img, Options{Stall: stall}.withDefaults().Stall)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := collect(s, img.Program, each); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	}
	return nil
}

// collect reads all records of a stream.
func collect(s *stream, p *arch.Program, each func(Collected) error) error {
	l := p.Machine.Layout()
	for b := range p.Blocks {
		size := arch.RecordHeaderSize + l.PayloadSize(&p.Blocks[b])
		for round := range p.Rounds {
			rec, err := s.record(size)
			if err != nil {
				return err
			}
			h, _ := arch.ParseRecordHeader(rec, l.Order)
			if err := each(Collected{b, round, h, rec[arch.RecordHeaderSize:]}); err != nil {
				return err
			}
		}
	}
	return s.end()
}
