package main

import (
	"context"
	"fmt"
	"os/signal"
)

// untilSignal does work that does not look for signals itself. One that ends the program makes that an error, which says what
// became of it; the work goes on until the program has ended, and writes nothing.
func untilSignal[T any](left string, work func() (T, error)) (T, error) {
	ctx, stop := signal.NotifyContext(context.Background(), endingNotIgnored()...)
	defer stop()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("%w: %s", context.Cause(ctx), left)
	}
}
