package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ParseReport reads a report that was written as JSON. Members that it does not know are left out, so that a result of
// another release can be read; an object that is no report is refused. Errors of the syntax name the line.
func ParseReport(text []byte) (*Report, error) {
	r := &Report{}
	if err := ParseJSON(text, r); err != nil {
		return nil, err
	}
	if r.CPU == "" || r.Digest == "" || r.MismatchList == nil {
		return nil, errors.New("it is no result of a run: it lacks cpu, digest or mismatch_list")
	}
	if err := r.noNulls(); err != nil {
		return nil, err
	}
	return r, nil
}

// ParseJSON reads a result that was written as JSON, whatever it is of.
func ParseJSON(text []byte, result any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(result); err != nil {
		return jsonError(text, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("line %d: something follows the result", lineOf(text, dec.InputOffset()))
	}
	return nil
}

// noNulls refuses lists with null in them, which nothing writes.
func (r *Report) noNulls() error {
	for _, list := range []struct {
		name string
		null bool
	}{
		{"mismatch_list", slices.Contains(r.MismatchList, nil)}, {"findings", slices.Contains(r.Findings, nil)},
		{"known", slices.Contains(r.KnownSeen, nil)},
		{"code_difference_list", slices.Contains(r.CodeList, nil)}, {"cause_difference_list", slices.Contains(r.CauseList, nil)},
	} {
		if list.null {
			return fmt.Errorf("%s has a null in it", list.name)
		}
	}
	return nil
}

// jsonError says where a text is not as it must be.
func jsonError(text []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %w", lineOf(text, syntax.Offset), err)
	case errors.As(err, &kind):
		return fmt.Errorf("line %d: %s is a JSON %s", lineOf(text, kind.Offset), kind.Field, kind.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends early")
	}
	return err
}

// lineOf is the number of the line at an offset.
func lineOf(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:min(offset, int64(len(text)))], []byte("\n"))
}
