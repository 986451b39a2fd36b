// Command risugen finds wrong instructions in emulators and CPUs: it writes programs of random
// instructions, runs them on two targets and compares every register.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

func main() {
	collectLater()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// firstHeap is how much is allocated, as a share in percent of the 4 MiB from which Go counts, before garbage is collected
// for the first time: 64 MiB.
const firstHeap = 1600

// collectLater spares the start of the program collections of garbage. A machine's descriptions stay in use, and to look
// through them again and again while they grow takes a quarter of the time to the first instruction. From the
// first collection on all is as usual. GOGC in the environment overrides this.
func collectLater() {
	if _, given := os.LookupEnv("GOGC"); given {
		return
	}
	usual := debug.SetGCPercent(firstHeap)
	garbage := new([64]byte)
	runtime.AddCleanup(garbage, func(percent int) { debug.SetGCPercent(percent) }, usual)
}
