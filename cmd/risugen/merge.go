package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/campaign"
)

func (a *app) mergeCommand() *cobra.Command {
	var out, page string
	var asJSON bool
	var xml string
	cmd := &cobra.Command{
		Use:   "merge RESULTS…",
		Short: "Join the results of a campaign's shards",
		Long: `Join results files of one campaign, such as those of its shards, and print the summary of all of them. Of one file it
prints the summary, of a campaign that is running too.

A job that is in several files must have the same result in all. Shards that lack jobs are named; then the exit code is 2,
whatever differs. -o replaces a file of the same campaign, and no other. What it writes can be merged again, and risugen campaign --resume goes on with it.`,
		Example: `  risugen merge nightly.*-of-8.jsonl -o nightly.jsonl
  risugen merge nightly.jsonl --json
  risugen merge nightly.jsonl --html nightly.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var to *campaign.Output
			if out != "" {
				var err error
				if to, err = campaign.OpenOutput(out); err != nil {
					return err
				}
				defer to.Close()
			}
			m, err := campaign.Merge(args, againOf)
			if err != nil {
				return err
			}
			defer m.Close()
			for _, n := range m.Notes {
				fmt.Fprintf(a.stderr, "note: %s\n", n)
			}
			if to != nil {
				if err := m.Write(to); err != nil {
					return err
				}
			}
			if err := a.showSummary(m.Summary, summaryForms{asJSON, page, xml}); err != nil {
				return err
			}
			fmt.Fprint(a.stderr, missing(m.Summary))
			return verdictError(m.Summary)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write all results to")
	addHTML(cmd, &page)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as JSON")
	addSummaryJUnit(cmd, &xml)
	return cmd
}

// missing says in a line which results a merge lacks; nothing if it has all.
func missing(s *campaign.Summary) string {
	if s.Left == 0 {
		return ""
	}
	const shown = 5
	var names []string
	for _, sh := range s.Shards[:min(shown, len(s.Shards))] {
		names = append(names, sh.Shard)
	}
	if len(s.Shards) > shown {
		names = append(names, "…")
	}
	return fmt.Sprintf("risugen: %d of %d jobs have no result, of shard %s\n", s.Left, s.Jobs, strings.Join(names, ", "))
}
