package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/report/html"
	"github.com/risugen/risugen/runtime"
)

// addHTML adds --html.
func addHTML(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "html", "", "write the result to a file, too: one HTML page that needs no network")
}

// writePage writes the page of a report to a file, if one is named. What was printed stands: a long run is not lost for
// a directory that is not there.
func writePage(file string, r *runtime.Report) error {
	if file == "" {
		return nil
	}
	return html.WriteFile(file, r, html.Options{Tool: toolName()})
}

func (a *app) reportCommand() *cobra.Command {
	var f struct {
		html string
		json bool
	}
	cmd := &cobra.Command{
		Use:   "report RESULT",
		Short: "Show a result that --json printed",
		Long: `Show a result that check, run or replay printed with --json: as text, as an HTML page, or as JSON again. A CI job can keep the
JSON, and make a page of it when somebody wants to look. - is standard input.

Exit codes are those of the run: 0 the targets agree, 1 they differ, 2 the result cannot be read, or has no verdict.`,
		Example: `  risugen check --cpu P5600 -n 20000 --json >p5600.json
  risugen report p5600.json --html p5600.html
  ssh ci cat p5600.json | risugen report -`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := a.readReport(args[0])
			if err != nil {
				return fmt.Errorf("%s: %w", orName(args[0]), err)
			}
			if err := a.show(r, f.json); err != nil {
				return err
			}
			if err := writePage(f.html, r); err != nil {
				return err
			}
			if r.Failed() && r.Again != "" && !f.json {
				fmt.Fprintf(a.stdout, "\nagain: %s\n", r.Again)
			}
			return reportVerdict(r)
		},
	}
	addHTML(cmd, &f.html)
	cmd.Flags().BoolVar(&f.json, "json", false, "print the result as a JSON object")
	return cmd
}

func orName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// reportVerdict is how the command of a result ended.
func reportVerdict(r *runtime.Report) error {
	switch {
	case r.Failure != "":
		return errors.New(r.Failure)
	case r.Failed():
		return errMismatch
	case r.CutOff != "":
		return errors.New(r.CutOff)
	}
	return nil
}

// readReport reads a result from a file; - is standard input.
func (a *app) readReport(path string) (*runtime.Report, error) {
	in := a.stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, errors.Unwrap(err) // without the name, which the caller says
		}
		defer f.Close()
		in = f
	}
	text, err := boundedText(in)
	if err != nil {
		return nil, err
	}
	return runtime.ParseReport(text)
}
