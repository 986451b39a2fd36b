package main

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/internal/screen"
)

// coverFlags choose what is shown of coverage.
type coverFlags struct {
	out      string
	patterns []string
	missing  bool
	never    bool
	json     bool
}

func (a *app) coverCommand() *cobra.Command {
	var f coverFlags
	cmd := &cobra.Command{
		Use:   "cover FILE…",
		Short: "Show what runs have hit, and what not",
		Long: `Merge files that --cover of check, run, replay and campaign wrote, and show what all these runs have hit: patterns, values of
small fields (arguments of at most 6 bits), faults that patterns declare, addresses of accesses modulo 16, directions and ways of branches.
Then follows what was not hit, by description file.

Only what was compared counts. What there is to hit is what images for the CPU models may hold; patterns that none
can hold are counted apart, and --never lists them. Of long lists only the length is shown, unless --pattern or --json is given. Executions and images add up, also where a file is given twice; all else is united.

Exit codes: 0, whatever is missing; 2 for files that cannot be read, or that do not belong together.`,
		Example: `  risugen check --cpu P5600 -n 20000 --cover p5600.cover && risugen cover p5600.cover
  risugen cover night.*.cover -o night.cover --missing   # join the shards of a campaign
  risugen cover night.cover --pattern 'LD.*' --json
  risugen check --cpu P5600 --cover night.cover --until-covered   # hit what is missing`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.showCover(args, f) },
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.out, "output", "o", "", "write what was merged to this file")
	fl.StringSliceVar(&f.patterns, "pattern", nil, "show only these: regular expressions that match a whole name, without commas")
	fl.BoolVar(&f.missing, "missing", false, "show only what was not hit")
	fl.BoolVar(&f.never, "never", false, "show the patterns that no image can hold, and why")
	fl.BoolVar(&f.json, "json", false, "print summary and what is missing as a JSON object")
	return cmd
}

// coverInfo is what risugen cover --json prints.
type coverInfo struct {
	cover.Summary
	Missing []cover.Missing   `json:"missing"`
	List    []*cover.Pattern  `json:"pattern_list"`
	Files   map[string]string `json:"descriptions"`
}

// showCover is risugen cover.
func (a *app) showCover(files []string, f coverFlags) error {
	s, err := cover.MergeFiles(files)
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := s.WriteFile(f.out); err != nil {
			return err
		}
	}
	if err := only(s, f.patterns); err != nil {
		return err
	}
	missing, summary := s.Missing(), s.Summary()
	if f.json {
		return json.NewEncoder(a.stdout).Encode(coverInfo{summary, missing, s.Patterns, s.Descriptions})
	}
	text, width := "", screen.Width(a.stdout)
	switch {
	case f.never:
		text = s.NeverText(width)
	case f.missing:
		text = cover.MissingText(missing, len(f.patterns) > 0, width)
	case len(missing) == 0:
		text = summary.Text(width) + "Nothing is missing.\n"
	default:
		text = summary.Text(width) + "\n" + cover.MissingText(missing, len(f.patterns) > 0, width)
	}
	_, err = fmt.Fprint(a.stdout, text)
	return err
}

// only leaves out the patterns of a set that none of some expressions matches.
func only(s *cover.Set, exprs []string) error {
	if len(exprs) == 0 {
		return nil
	}
	used := map[*cover.Pattern]bool{}
	for _, e := range exprs {
		re, err := regexp.Compile("^(?:" + e + ")$")
		if err != nil {
			return fmt.Errorf("pattern %q: %w", e, err)
		}
		n := len(used)
		for _, p := range s.Patterns {
			if re.MatchString(p.Name) {
				used[p] = true
			}
		}
		if len(used) == n {
			return fmt.Errorf("pattern %q matches none of %d", e, len(s.Patterns))
		}
	}
	s.Keep(func(p *cover.Pattern) bool { return used[p] })
	return nil
}
