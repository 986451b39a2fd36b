package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/regress"
	"github.com/risugen/risugen/report/html"
	"github.com/risugen/risugen/runtime"
)

// addHTML adds --html.
func addHTML(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "html", "", "write the result to a file, too: one HTML page that needs no network")
}

// writePage writes the page of a report to a file, if one is named. What was printed stands: a long run is not lost for
// a disk that is full.
func writePage(file string, r *runtime.Report) error {
	if file == "" {
		return nil
	}
	return html.WriteFile(file, r, html.Options{Tool: toolName()})
}

// writeRegressPage is writePage for the summary of a gate.
func writeRegressPage(file string, s *regress.Summary) error {
	if file == "" {
		return nil
	}
	return html.WriteRegressFile(file, s, html.Options{Tool: toolName()})
}

func (a *app) reportCommand() *cobra.Command {
	var f struct {
		html string
		json bool
	}
	cmd := &cobra.Command{
		Use:   "report RESULT",
		Short: "Show a result that --json printed",
		Long: `Show a result that check, run, replay, campaign, merge or regress printed with --json: as text, as an HTML page, or as JSON
again. A CI job can keep the JSON, and make a page of it when somebody wants to look. - is standard input.

Exit codes are those of the run: 0 the targets agree, 1 they differ, 2 the result cannot be read, or has no verdict.`,
		Example: `  risugen check --cpu P5600 -n 20000 --json >p5600.json
  risugen report p5600.json --html p5600.html
  risugen campaign nightly.yaml --keep-cover --json >nightly.json; risugen report nightly.json --html nightly.html
  ssh ci cat p5600.json | risugen report -`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := a.readResult(args[0])
			if err == nil {
				err = a.report(text, f.html, f.json)
			}
			if e := (*badResult)(nil); errors.As(err, &e) {
				err = fmt.Errorf("%s: %w", orName(args[0]), err)
			}
			return err
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

// badResult says why a result cannot be read.
type badResult struct{ error }

func (e *badResult) Unwrap() error { return e.error }

// readResult reads a file; - is standard input.
func (a *app) readResult(path string) ([]byte, error) {
	in := a.stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, &badResult{errors.Unwrap(err)} // without the name, which the caller says
		}
		defer f.Close()
		in = f
	}
	text, err := boundedText(in)
	if err != nil {
		return nil, &badResult{err}
	}
	return text, nil
}

// report shows a result: of an image, of a campaign, or of a gate, whose members tell which it is.
func (a *app) report(text []byte, page string, asJSON bool) error {
	var of struct{ Plan, Set any }
	_ = json.Unmarshal(text, &of) // what is wrong with it is found again
	switch {
	case of.Set != nil:
		return a.reportRegress(text, page, asJSON)
	case of.Plan != nil:
		return a.reportCampaign(text, page, asJSON)
	}
	r, err := runtime.ParseReport(text)
	if err != nil {
		return &badResult{err}
	}
	if err := a.show(r, asJSON); err != nil {
		return err
	}
	if err := writePage(page, r); err != nil {
		return err
	}
	if r.Failed() && r.Again != "" && !asJSON {
		fmt.Fprintf(a.stdout, "\nagain: %s\n", r.Again)
	}
	return reportVerdict(r)
}

func (a *app) reportCampaign(text []byte, page string, asJSON bool) error {
	s, err := campaign.ParseSummary(text)
	if err != nil {
		return &badResult{err}
	}
	if err := a.showSummary(s, summaryForms{asJSON, page, ""}); err != nil {
		return err
	}
	return verdictError(s)
}

func (a *app) reportRegress(text []byte, page string, asJSON bool) error {
	s, err := regress.ParseSummary(text)
	if err != nil {
		return &badResult{err}
	}
	if err := errors.Join(a.printRegress(a.stdout, s, asJSON), writeRegressPage(page, s)); err != nil {
		return err
	}
	return regressVerdict(s)
}
