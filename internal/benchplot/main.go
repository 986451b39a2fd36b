//go:build linux

// Command benchplot measures what checking takes, from a thousand to a hundred million executions, and draws it:
// time and memory of the program itself (not of the targets) against instructions executed. It writes the measured
// numbers to a CSV file and the plot, made of nothing but these, to an SVG file beside it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	binary := flag.String("risugen", "bin/risugen", "program to measure")
	dir := flag.String("o", "docs", "directory to write costs.csv and costs.svg to")
	most := flag.Float64("most", 1e8, "executions to end at")
	again := flag.Bool("again", false, "draw the numbers that are there again, without measuring")
	flag.Parse()
	if err := run(*binary, *dir, *most, *again); err != nil {
		fmt.Fprintln(os.Stderr, "benchplot:", err)
		os.Exit(1)
	}
}

func run(binary, dir string, most float64, again bool) error {
	numbers := filepath.Join(dir, "costs.csv")
	if !again {
		points, err := measureAll(binary, most)
		if err != nil {
			return err
		}
		if err := writePoints(numbers, points); err != nil {
			return err
		}
	}
	points, err := readPoints(numbers)
	if err != nil {
		return err
	}
	return draw(filepath.Join(dir, "costs.svg"), points)
}
