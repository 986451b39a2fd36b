// Command release builds what is published of a version: an archive for each system and processor, and SHA256SUMS.
//
//	go run ./internal/release -o dist
//	go run ./internal/release -o dist -only linux/mips,linux/arm
//
// Archives are reproducible: from the same commit, with the same version of Go, come the same bytes, wherever they are built. Settings
// that choose a processor's level or experiments do not come from the environment, paths are trimmed, files are sorted and have the time of the commit. It is some hundred lines and not a tool for releases, since that
// is all there is to do: Go builds for each system from every other one, and nothing is signed or sent anywhere.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	out := flag.String("o", "dist", "`directory` to write to")
	only := flag.String("only", "", "build these alone: `GOOS/GOARCH`, with commas between")
	flag.Parse()
	if err := release(*out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release builds the archives of the targets.
func release(out, only string) error {
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(out, ".build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	b, err := newBuilder(temp)
	if err != nil {
		return err
	}
	var names []string
	for _, t := range chosen {
		name, err := b.archive(t, out)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		fmt.Println(filepath.Join(out, name))
		names = append(names, name)
	}
	return writeSums(out, names)
}

// choose finds the targets that are asked for.
func choose(only string) ([]target, error) {
	if only == "" {
		return targets, nil
	}
	var out []target
	for _, name := range strings.Split(only, ",") {
		t, ok := find(name)
		if !ok {
			return nil, fmt.Errorf("there is no release for %s", name)
		}
		out = append(out, t)
	}
	return out, nil
}
