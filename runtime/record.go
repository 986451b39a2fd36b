package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime/trace"
)

// RecordOptions say how to record.
type RecordOptions struct {
	// Stall is how long the target may be silent, 20 seconds by default.
	Stall time.Duration
	// Tool is the version of the tool, for the trace's description.
	Tool string
	// Progress is called after each block, if not nil, with how many records came.
	Progress func(done, total int64)
}

// Recorded is what a recording holds.
type Recorded struct {
	trace.Totals
	Size int64 // bytes of the whole trace
}

// Record runs an image on a target and writes a trace of it. If the target fails, or ctx is done, the trace is ended
// with what came before, and the error says why; it can be replayed up to there. An error of w leaves a trace
// without an end.
func Record(ctx context.Context, img *Image, target Target, w io.Writer, opt RecordOptions) (Recorded, error) {
	var done Recorded
	if err := checkProgram(img.Program); err != nil {
		return done, err
	}
	if err := checkRecords(img.Program); err != nil {
		return done, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := start(ctx, roleTarget, target, img, Options{Stall: opt.Stall}.withDefaults().Stall)
	if err != nil {
		return done, err
	}
	defer s.stop()
	about := describe(ctx, img, target, opt.Tool) // of another machine, or a guest, which has said it by now
	out, err := trace.NewWriter(w, about, img.Data, img.Program)
	if err != nil {
		return done, fmt.Errorf("write the trace: %w", err)
	}
	done, failed, err := keepAll(ctx, img, s, out, opt.Progress)
	if err != nil {
		err = fmt.Errorf("write the trace: %w", err)
	}
	return done, errors.Join(failed, err)
}

// keepAll writes all records of a stream, and the end of the trace. What is wrong with the stream, and what is wrong
// with the trace, are two errors.
func keepAll(ctx context.Context, img *Image, s *stream, out *trace.Writer, progress func(done, total int64)) (done Recorded, failed, err error) {
	failed, err = keep(img, s, out, progress)
	if failed != nil && ctx.Err() != nil {
		failed = context.Cause(ctx)
	}
	switch {
	case err != nil:
		out.Stop("it could not be written") // which is not written either
	case failed != nil:
		err = out.Stop(failed.Error())
	default:
		err = out.Close()
	}
	done.Totals, done.Size = out.Totals(), out.Size()
	return done, failed, err
}

// describe says what is going to be recorded.
func describe(ctx context.Context, img *Image, t Target, tool string) trace.Description {
	d := trace.Description{
		Tool: tool, Target: t.Name(), Emulator: versionOf(ctx, t), Digest: fmt.Sprintf("%x", img.Digest),
	}
	if r, ok := t.(*Remote); ok {
		d.Target, d.Via = r.Description().Target, t.Name()
	}
	if teller, ok := t.(Describer); ok {
		d.Machine = teller.Describe(ctx)
	}
	return d
}

// keep writes all records of a stream. What is wrong with the stream and what is wrong with the trace are two
// errors.
func keep(img *Image, s *stream, out *trace.Writer, progress func(done, total int64)) (failed, err error) {
	p := img.Program
	total := int64(len(p.Blocks)) * int64(p.Rounds)
	for b := range p.Blocks {
		size := arch.RecordHeaderSize + p.Machine.Layout().PayloadSize(&p.Blocks[b])
		for range p.Rounds {
			rec, err := s.record(size)
			if err != nil {
				return err, nil
			}
			if err := out.Append(rec); err != nil {
				return nil, err
			}
		}
		if progress != nil {
			progress(int64(b+1)*int64(p.Rounds), total)
		}
	}
	return s.end(), nil
}
