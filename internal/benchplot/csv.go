//go:build linux

package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

var columns = []string{"series", "executions", "seconds", "megabytes"}

// writePoints writes measurements as comma-separated values.
func writePoints(path string, points []point) error {
	return replace(path, func(f *os.File) error {
		w := csv.NewWriter(f)
		w.Write(columns)
		for _, p := range points {
			w.Write([]string{p.series, format(p.executions, 0), format(p.seconds, 3), format(p.megabytes, 1)})
		}
		w.Flush()
		return w.Error()
	})
}

func format(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }

// readPoints reads what writePoints wrote.
func readPoints(path string) ([]point, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var points []point
	for i, row := range rows[min(1, len(rows)):] {
		p := point{series: row[0]}
		var errs [3]error
		p.executions, errs[0] = strconv.ParseFloat(row[1], 64)
		p.seconds, errs[1] = strconv.ParseFloat(row[2], 64)
		p.megabytes, errs[2] = strconv.ParseFloat(row[3], 64)
		if err := errors.Join(errs[:]...); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+2, err)
		}
		points = append(points, p)
	}
	if len(points) == 0 {
		return nil, fmt.Errorf("%s: no measurements", path)
	}
	return points, nil
}

// replace writes a file anew, or leaves it as it is when that fails.
func replace(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "benchplot-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(write(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
