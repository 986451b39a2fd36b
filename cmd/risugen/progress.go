package main

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/risugen/risugen/runtime"
)

// progress shows a bar on standard error while something runs, if that is a terminal.
type progress struct{ bar *progressbar.ProgressBar }

// progress is a bar for the records of an image.
func (a *app) progress(img *runtime.Image, what string, quiet bool) *progress {
	return a.bar(int64(len(img.Program.Blocks))*int64(img.Program.Rounds), what, "records", quiet)
}

// bar is one for a number of things.
func (a *app) bar(total int64, what, things string, quiet bool) *progress {
	if quiet || !isTerminal(a.stderr) {
		return &progress{}
	}
	return &progress{bar: progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetDescription(what),
		progressbar.OptionThrottle(50*time.Millisecond),
		progressbar.OptionEnableColorCodes(useColor(a.stderr)),
		progressbar.OptionShowCount(),
		progressbar.OptionSetItsString(things),
		progressbar.OptionShowIts(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)}
}

// set shows how many of all there are. It may be called from another goroutine.
func (p *progress) set(done, total int64) {
	if p.bar != nil {
		_ = p.bar.Set64(done)
	}
}

// done takes the bar away: what comes next stands in its place.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
