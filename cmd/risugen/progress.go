package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/risugen/risugen/runtime"
)

// progress shows a bar on standard error while an image runs, if that is a terminal.
type progress struct {
	bar *progressbar.ProgressBar
	out io.Writer
}

func (a *app) progress(img *runtime.Image, what string, quiet bool) *progress {
	if quiet || !isTerminal(a.stderr) {
		return &progress{}
	}
	total := int64(len(img.Program.Blocks)) * int64(img.Program.Rounds)
	return &progress{out: a.stderr, bar: progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetDescription(what),
		progressbar.OptionThrottle(50*time.Millisecond),
		progressbar.OptionEnableColorCodes(useColor(a.stderr)),
		progressbar.OptionShowCount(),
		progressbar.OptionSetItsString("records"),
		progressbar.OptionShowIts(),
		progressbar.OptionSetPredictTime(true),
	)}
}

// set shows how many of the records have come. It may be called from another goroutine.
func (p *progress) set(done, total int64) {
	if p.bar != nil {
		_ = p.bar.Set64(done)
	}
}

// done leaves the full bar on its line.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Exit()
		fmt.Fprintln(p.out)
	}
}
