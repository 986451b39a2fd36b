package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/risugen/risugen/campaign"
)

// showProgress shows on standard error how far a campaign is: a bar on a terminal, else a line from time to time. The
// function that it returns ends that. gone is called if nobody reads what it writes.
func (a *app) showProgress(t *campaign.Tracker, f campaignFlags, gone func(error)) (done func()) {
	switch {
	case f.quiet:
		return func() {}
	case isTerminal(a.stderr):
		bar := campaignBar(a.stderr, useColor(a.stderr))
		return repeat(200*time.Millisecond, func() { showBar(bar, t.State()) }, func() { fmt.Fprintln(a.stderr) })
	}
	line := func() {
		if _, err := fmt.Fprintln(a.stderr, t.State()); err != nil {
			gone(fmt.Errorf("standard error: %w", err))
		}
	}
	return repeat(max(f.every, time.Second), line, func() {})
}

// repeat calls show at intervals until the function that it returns is called, and then end.
func repeat(interval time.Duration, show, end func()) (done func()) {
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticks := time.NewTicker(interval)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				show()
			case <-quit:
				show()
				return
			}
		}
	})
	return func() {
		close(quit)
		wg.Wait()
		end()
	}
}

// The bar is counted in steps of its own: its jobs are not all this process's, so that the library's rate would be wrong.
const barSteps = 1000

func campaignBar(w io.Writer, colored bool) *progressbar.ProgressBar {
	return progressbar.NewOptions(barSteps,
		progressbar.OptionSetWriter(w),
		progressbar.OptionEnableColorCodes(colored),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetWidth(10),
	)
}

// showBar says what is done before the bar grows: one that is full is not drawn again.
func showBar(bar *progressbar.ProgressBar, s campaign.State) {
	bar.Describe(s.Short())
	_ = bar.Set(int(s.Share() * barSteps))
}
