package decodetree

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a file. Line and Col count from 1; Col counts bytes.
type Pos struct {
	File      string
	Line, Col int
}

// String gives "file:line:col".
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// Error is one fault of a description.
type Error struct {
	Pos Pos
	Msg string
}

// Error gives "file:line:col: message".
func (e *Error) Error() string { return e.Pos.String() + ": " + e.Msg }

// ErrorList holds all faults found in one run, in file order.
type ErrorList []*Error

// Error gives one line for each fault.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the faults one by one to errors.As and errors.Is.
func (l ErrorList) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// faults collects errors while the phases run.
type faults struct {
	list ErrorList
}

func (f *faults) add(pos Pos, format string, args ...any) {
	if len(f.list) == maxErrors {
		f.list = append(f.list, &Error{Pos: pos, Msg: "too many errors"})
	}
	if len(f.list) < maxErrors {
		f.list = append(f.list, &Error{Pos: pos, Msg: fmt.Sprintf(format, args...)})
	}
}

// err gives nil or the sorted list.
func (f *faults) err() error {
	if len(f.list) == 0 {
		return nil
	}
	slices.SortStableFunc(f.list, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	return f.list
}
