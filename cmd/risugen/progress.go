package main

import (
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/runtime"
)

// progress shows a bar on standard error while something runs, if that is a terminal.
type progress struct {
	bar  *progressbar.ProgressBar
	what string

	mu          sync.Mutex
	began, next time.Time // when it is said next how long it will take
}

// progress is a bar for the records of an image.
func (a *app) progress(img *runtime.Image, what string, quiet bool) *progress {
	return a.bar(int64(len(img.Program.Blocks))*int64(img.Program.Rounds), what, "records", quiet)
}

// bar is one for a number of things.
func (a *app) bar(total int64, what, things string, quiet bool) *progress {
	if quiet || !isTerminal(a.stderr) {
		return &progress{}
	}
	return &progress{what: what, began: time.Now(), bar: progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetDescription(what),
		progressbar.OptionThrottle(50*time.Millisecond),
		progressbar.OptionEnableColorCodes(useColor(a.stderr)),
		progressbar.OptionShowCount(),
		progressbar.OptionSetItsString(things),
		progressbar.OptionShowIts(),
		progressbar.OptionSetPredictTime(false), // timeLeft does
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionClearOnFinish(),
	)}
}

// set shows how many of all there are. It may be called from another goroutine.
func (p *progress) set(done, total int64) {
	if p.bar != nil {
		p.describe(done, total, time.Now())
		_ = p.bar.Set64(done)
	}
}

// describe says from time to time how long it will take.
func (p *progress) describe(done, total int64, now time.Time) {
	const often = 200 * time.Millisecond
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(often)
	p.bar.Describe(p.what + timeLeft(done, total, now.Sub(p.began)))
}

// timeLeft says how long the rest takes if it goes on like this. In the first second that is no guess.
func timeLeft(done, total int64, took time.Duration) string {
	if done <= 0 || done >= total || took < time.Second {
		return ""
	}
	return ", " + screen.Left(time.Duration(float64(took)*float64(total-done)/float64(done))) + " left"
}

// done takes the bar away: what comes next stands in its place.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
