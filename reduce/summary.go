package reduce

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/risugen/risugen/runtime"
)

// Entry is a case as --json shows it.
type Entry struct {
	Name         string            `json:"name"`
	Title        string            `json:"title"`
	State        string            `json:"state"` // "reduced", "block" where it takes several rounds, or "unsteady"
	Kind         string            `json:"kind"`
	Pattern      string            `json:"pattern,omitempty"`
	Source       string            `json:"source,omitempty"`
	Count        int64             `json:"count"`
	Instructions int               `json:"instructions"` // in the reduced image
	Inputs       int               `json:"inputs"`       // of it that are not zero
	Bits         int               `json:"bits"`         // set in these
	Times        int               `json:"times"`        // the reduced image was run
	Showed       int               `json:"showed"`       // of these, the runs that differed
	Runs         int               `json:"runs"`         // images run in all
	Tried        []string          `json:"tried,omitempty"`
	Found        []string          `json:"found,omitempty"` // the instructions before their words were made simpler
	Files        Files             `json:"files"`
	Command      string            `json:"command,omitempty"`  // that shows it again, in the files' directory
	Mismatch     *runtime.Mismatch `json:"mismatch,omitempty"` // of the reduced image
}

// Result is what --json prints.
type Result struct {
	First *runtime.Report `json:"first"` // of the original image
	Cases []Entry         `json:"cases"`
	Left  int             `json:"groups_left_out,omitempty"`
}

// Summary is an outcome for --json.
func Summary(out *Outcome, files []Files) Result {
	r := Result{First: out.First, Cases: []Entry{}, Left: out.Left}
	for i, c := range out.Cases {
		e := Entry{
			Name: c.Name, Title: strings.ReplaceAll(c.Title(), "`", ""), State: c.State(), Instructions: c.Instructions(),
			Times: c.Times, Showed: c.Showed, Runs: c.Runs, Count: c.Count, Tried: c.Tried, Found: c.Found, Mismatch: c.Shown,
		}
		if i < len(files) {
			e.Files, e.Command = files[i], files[i].command
		}
		switch {
		case c.Mismatch != nil:
			e.Kind, e.Pattern, e.Source = c.Mismatch.Kind, c.Mismatch.Pattern, c.Mismatch.Source
		case c.Finding != nil:
			e.Kind = c.Finding.Kind
		}
		if c.Image != nil && !c.Whole {
			e.Inputs, e.Bits = c.filled()
		}
		r.Cases = append(r.Cases, e)
	}
	return r
}

// What can become of a group: see Entry.State.
const (
	StateReduced  = "reduced"
	StateBlock    = "block"
	StateUnsteady = "unsteady"
)

// State says what became of a group.
func (c *Case) State() string {
	switch {
	case c.Image == nil || c.Wavers:
		return StateUnsteady
	case c.Whole:
		return StateBlock
	}
	return StateReduced
}

// Text writes an outcome for reading: a paragraph for each case.
func Text(w io.Writer, out *Outcome, files []Files) error {
	var b strings.Builder
	for i, c := range out.Cases {
		fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(c.Title(), "`", ""))
		switch {
		case c.Mismatch != nil:
			fmt.Fprintf(&b, "  %s of %s", count(c.Count, "record"), count(int64(c.Words), "instruction"))
		case c.Finding != nil:
			fmt.Fprintf(&b, "  %s", count(c.Count, "time"))
		}
		switch {
		case c.Image == nil:
			fmt.Fprintf(&b, "; unsteady: it could not be shown again by %s\n", strings.Join(c.Tried, "; "))
		case c.Wavers:
			b.WriteString(c.foundAs())
			fmt.Fprintf(&b, "; unsteady: %s; seen with %s\n", c.wavering(), c.Size())
		default:
			fmt.Fprintf(&b, "%s, reduced to %s\n", c.foundAs(), c.Size())
		}
		if i < len(files) {
			fmt.Fprintf(&b, "  %s\n", filepath.Join(files[i].dir, files[i].Report))
		}
		b.WriteString("\n")
	}
	switch n := len(out.Cases); {
	case n == 0 && !out.First.Failed():
		b.WriteString("Nothing differs.\n")
	case n == 0:
		b.WriteString("There are differences, but none that is to be reduced: risugen run shows them.\n")
	}
	if out.Left > 0 {
		fmt.Fprintf(&b, "%s more: see --max.\n", count(int64(out.Left), "group"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
