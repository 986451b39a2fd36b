package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/report/junit"
	"github.com/risugen/risugen/runtime"
)

// addJUnit adds the flag that names a file of JUnit XML.
func addJUnit(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "junit", "", "write the result to this file, too, as JUnit XML for CI systems: a case for each pattern")
}

// junitClass is the class of the cases of an image: what JUnit calls a class is a CPU model here.
func junitClass(cpu, abi, order string) string { return strings.Join([]string{cpu, abi, order}, "/") }

// writeJUnit writes the result of a run, if that is asked for, whatever came of it: r may be nil.
func (f *runFlags) writeJUnit(img *runtime.Image, r *runtime.Report, failed error, again string) error {
	if f.junit == "" {
		return nil
	}
	c := img.Program.Machine.Config()
	properties := []junit.Property{
		{Name: "seed", Value: junit.Text(fmt.Sprint(img.Program.Seed))},
		{Name: "image", Value: junit.Text(fmt.Sprintf("%x", img.Digest))},
	}
	if r != nil {
		properties = append(properties, targetProperties(r.Targets, r.Versions)...)
		properties = append(properties, junit.Property{Name: "executions", Value: junit.Text(fmt.Sprint(r.Executions))})
	}
	s := &junit.Suites{Name: "risugen"}
	s.Add(junit.OfRuns(junitClass(c.CPU, c.ABI, c.Order), []junit.Run{
		junit.RunOf(fmt.Sprintf("seed %d", img.Program.Seed), again, r, failed),
	}, properties...))
	return junit.WriteFile(f.junit, s)
}

// targetProperties name two targets and their versions.
func targetProperties(targets, versions runtime.TargetPair) []junit.Property {
	var out []junit.Property
	for _, p := range [][2]string{
		{"master", targets.Master}, {"master version", versions.Master},
		{"apprentice", targets.Apprentice}, {"apprentice version", versions.Apprentice},
	} {
		if p[1] != "" {
			out = append(out, junit.Property{Name: junit.Text(p[0]), Value: junit.Text(p[1])})
		}
	}
	return out
}

// addSummaryJUnit is addJUnit for a campaign, which keeps no results of patterns that are as they should be.
func addSummaryJUnit(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "junit", "", "write the summary to this file, too, as JUnit XML for CI systems: a case for each CPU model")
}

// summaryJUnit is a suite with a case for each CPU model: it failed if jobs of it differ, and is an error if jobs failed.
func summaryJUnit(s *campaign.Summary) *junit.Suites {
	suite := &junit.Suite{Name: "campaign", Time: junit.Seconds(s.Seconds)}
	for _, c := range s.CPUs {
		one := &junit.Case{Name: junit.Text(c.CPU), Classname: "campaign", SystemOut: junit.Text(fmt.Sprintf("%d jobs, %d executions", c.Jobs, c.Executions))}
		switch {
		case c.Differs > 0:
			one.Failure = &junit.Reason{Message: junit.Text(fmt.Sprintf("%d of %d jobs differ", c.Differs, c.Jobs)), Text: junit.Text(differencesOf(s, c.CPU))}
		case c.Failed > 0:
			one.Error = &junit.Reason{Message: junit.Text(fmt.Sprintf("%d of %d jobs failed", c.Failed, c.Jobs)), Text: junit.Text(failuresOf(s, c.CPU))}
		case c.Known > 0:
			one.SystemOut += junit.Text(fmt.Sprintf("; known differences in %d of the jobs", c.Known))
		}
		suite.Cases = append(suite.Cases, one)
	}
	if s.Left > 0 {
		suite.Cases = append(suite.Cases, &junit.Case{
			Name: "jobs without a result", Classname: "campaign", Error: &junit.Reason{Message: junit.Text(fmt.Sprintf("%d of %d jobs have no result", s.Left, s.Jobs))},
		})
	}
	out := &junit.Suites{Name: junit.Text("risugen campaign " + s.Name)}
	out.Add(suite)
	return out
}

// differencesOf describes what differs on a CPU model, and what failed beside it.
func differencesOf(s *campaign.Summary, cpu string) string {
	var out []string
	for _, d := range s.Differences {
		if !slices.Contains(d.CPUs, cpu) {
			continue
		}
		text := d.Text
		if d.Example != nil {
			text = d.Example.Text()
		}
		out = append(out, d.Name()+"\n"+text+"\nagain: "+d.Again)
	}
	if text := failuresOf(s, cpu); text != "" {
		out = append(out, text)
	}
	return strings.Join(out, "\n\n")
}

func failuresOf(s *campaign.Summary, cpu string) string {
	var out []string
	for _, f := range s.Failures {
		if slices.Contains(f.CPUs, cpu) {
			out = append(out, "failed: "+f.Error+"\nagain: "+f.Again)
		}
	}
	return strings.Join(out, "\n\n")
}
