// Command risugen finds wrong instructions in emulators and CPUs: it writes programs of random
// instructions, runs them on two targets and compares every register.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
