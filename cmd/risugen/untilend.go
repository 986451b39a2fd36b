package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/runtime"
)

// untilResult is what --json prints.
type untilResult struct {
	Images     int             `json:"images"`
	Executions int64           `json:"executions"`
	Failed     []failedImage   `json:"failed,omitempty"` // images that differ
	Covered    bool            `json:"covered"`          // everything that images may hit was hit
	CutOff     bool            `json:"cut_off"`          // there were no more images to try
	Left       []string        `json:"left,omitempty"`   // what was not, and why
	Summary    cover.Summary   `json:"summary"`
	Missing    []cover.Missing `json:"missing,omitempty"`
}

// failedImage is an image that differs, which is kept.
type failedImage struct {
	File   string          `json:"file"`
	Report *runtime.Report `json:"report"`
}

// end prints what came out. Where more images might have hit what was not hit the exit code is 2, unless something differs.
func (u *untilCovered) end() error {
	d := &u.done
	for _, l := range u.chase.Left(u.set) {
		d.Left = append(d.Left, fmt.Sprintf("%s (%s) %s: %s", l.Pattern, l.Source, l.What, l.Why))
		d.CutOff = d.CutOff || l.More
	}
	d.Covered, d.Summary = len(d.Left) == 0, u.set.Summary()
	var err error
	switch {
	case len(d.Failed) > 0:
		err = errMismatch
	case d.CutOff:
		err = said(exitError)
	}
	if u.run.json {
		d.Missing = u.set.Missing()
		return errors.Join(json.NewEncoder(u.app.stdout).Encode(d), err)
	}
	fmt.Fprint(u.app.stdout, d.text(screen.Width(u.app.stdout)))
	return err
}

// text is the result for reading.
func (d *untilResult) text(width int) string {
	var b strings.Builder
	for _, l := range d.Left {
		fmt.Fprintf(&b, "not hit: %s\n", l)
	}
	if len(d.Left) > 0 {
		b.WriteString("\n")
	}
	b.WriteString(d.Summary.Text(width))
	fmt.Fprintf(&b, "%d images, %s executions: ", d.Images, humanize.Comma(d.Executions))
	switch {
	case d.Covered:
		b.WriteString("everything that they may hit was hit")
	case d.CutOff:
		fmt.Fprintf(&b, "%d things were not hit when there were no more images (--max-images)", len(d.Left))
	default:
		fmt.Fprintf(&b, "all was hit but %d things, which these targets seem not to do", len(d.Left))
	}
	if n := len(d.Failed); n > 0 {
		fmt.Fprintf(&b, "; %d images differ.\n", n)
	} else {
		b.WriteString("; the targets agree.\n")
	}
	return b.String()
}
