package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

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
