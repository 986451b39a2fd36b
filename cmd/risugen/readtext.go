package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxText bounds, in bytes, what is read of a file that is text, a hundred times what anybody writes: something endless is an error.
const maxText = 64 << 20

// readText reads a file of text.
func readText(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := boundedText(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

// boundedText reads all of a text. Its error does not name the file.
func boundedText(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return nil, path.Err
	}
	if err == nil && len(text) > maxText {
		err = fmt.Errorf("it has more than %d bytes", maxText)
	}
	return text, err
}
