package junit

import (
	"bytes"
	"encoding/xml"
	"io"

	"github.com/risugen/risugen/runtime"
)

// Write writes a document.
func Write(w io.Writer, s *Suites) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// WriteFile writes a file, which appears whole or not at all; a link is followed. What is there and is no file, such as a
// pipe, is written to.
func WriteFile(path string, s *Suites) error {
	var b bytes.Buffer
	if err := Write(&b, s); err != nil {
		return err
	}
	return runtime.WriteDocument(path, b.Bytes())
}
