package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/probe"
)

// complete gives the shell the values of a flag. Of a flag that takes a list with commas between, the last value is completed.
func complete(cmd *cobra.Command, flag string, values func() []string) {
	completeWith(cmd, flag, func(*cobra.Command) []string { return values() })
}

// completeWith is complete for values that other flags of the command line decide about.
func completeWith(cmd *cobra.Command, flag string, values func(*cobra.Command) []string) {
	list := cmd.Flags().Lookup(flag).Value.Type() == "stringSlice"
	_ = cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		if !list {
			return values(cmd), cobra.ShellCompDirectiveNoFileComp
		}
		return afterComma(begun, values(cmd)), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}

// afterComma puts the values of a list that stand there already before each value that may come next. A value that is there once
// is not offered again.
func afterComma(begun string, values []string) []string {
	comma := strings.LastIndexByte(begun, ',') + 1
	there := strings.Split(begun[:comma], ",")
	var out []string
	for _, v := range values {
		if !slices.Contains(there, v) {
			out = append(out, begun[:comma]+v)
		}
	}
	return out
}

// completeMachine completes the flags that choose a machine, and patterns of it, of those that a command has. What the shell is
// offered for one depends on those that stand on the command line already.
func completeMachine(cmd *cobra.Command) {
	for flag, values := range map[string]func(*cobra.Command) []string{
		"cpu": func(*cobra.Command) []string { return cpuNames() },
		"abi": func(cmd *cobra.Command) []string {
			return ofModels(cmd, func(c arch.CPU) []string { return c.ABIs() })
		},
		"order": func(cmd *cobra.Command) []string {
			return ofModels(cmd, func(c arch.CPU) []string { return c.Orders() })
		},
		"isa": func(cmd *cobra.Command) []string {
			return ofModels(cmd, func(c arch.CPU) []string { return isasWith(c, flagText(cmd, "abi")) })
		},
		"pattern":     patternNames,
		"not-pattern": patternNames,
	} {
		if cmd.Flags().Lookup(flag) != nil {
			completeWith(cmd, flag, values)
		}
	}
}

// isasWith lists the instruction sets that a model has with an ABI; "": with any.
func isasWith(c arch.CPU, abi string) (out []string) {
	for _, v := range c.Variants {
		if abi == "" || v.ABI == abi {
			out = append(out, v.ISAs...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ofModels collects what the model of --cpu has. Where it is none that is known, or there is none, all models are asked.
func ofModels(cmd *cobra.Command, of func(arch.CPU) []string) []string {
	name := flagText(cmd, "cpu")
	var all []string
	for _, a := range arches {
		for _, c := range a.CPUs() {
			if strings.EqualFold(c.Name, name) {
				return of(c)
			}
			all = append(all, of(c)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// flagText is a flag's value as it stands so far; "" where the command has no such flag.
func flagText(cmd *cobra.Command, flag string) string {
	if f := cmd.Flags().Lookup(flag); f != nil {
		return f.Value.String()
	}
	return ""
}

// completedMachine is the machine of the command line so far, or nil: who completes is told of no errors.
func completedMachine(cmd *cobra.Command) arch.Machine {
	c := arch.Config{CPU: orElse(flagText(cmd, "cpu"), "P5600"), ABI: flagText(cmd, "abi"), Order: flagText(cmd, "order")}
	c.ISAs, _ = cmd.Flags().GetStringSlice("isa")
	var sources sourceFlags
	sources.decode, _ = cmd.Flags().GetStringArray("decode")
	sources.overlay, _ = cmd.Flags().GetStringArray("overlay")
	var err error
	if c.Sources, err = sources.read(c.ISAs); err != nil {
		return nil
	}
	m, err := machineOf(c)
	if err != nil {
		return nil
	}
	return m
}

// patternNames lists the patterns of the machine that can be drawn, and the groups that these are in as "@group".
func patternNames(cmd *cobra.Command) []string {
	m := completedMachine(cmd)
	if m == nil {
		return nil
	}
	names := map[string]bool{}
	for _, in := range m.Set().Patterns() {
		if !arch.Schedulable(in, m.Layout()) {
			continue
		}
		names[in.Pattern.Name] = true
		for _, g := range in.Groups {
			names["@"+g] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// completeInputs completes the names of --set up to the equals sign: registers and states of the machine, and its memory.
func completeInputs(cmd *cobra.Command, flag string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		m := completedMachine(cmd)
		if m == nil || strings.Contains(begun, "=") {
			return nil, directive
		}
		var out []string
		for _, name := range probe.NewNames(m.Layout()).All() {
			out = append(out, name+"=")
		}
		return append(out, "mem+"), directive
	})
}

// completeInstruction completes the first argument, an instruction: the patterns of the machine, and behind one its arguments.
func completeInstruction(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	m := completedMachine(cmd)
	if m == nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	names := map[string]bool{}
	head, _, behind := strings.Cut(begun, " ")
	for _, in := range m.Set().Patterns() {
		switch {
		case !behind:
			names[in.Pattern.Name] = true
		case strings.EqualFold(in.Pattern.Name, head):
			before := begun[:strings.LastIndexByte(begun, ' ')+1]
			for i := range in.Pattern.Args {
				if a := &in.Pattern.Args[i]; a.Field != nil && !strings.Contains(before, " "+a.Name+"=") {
					names[before+a.Name+"="] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names)), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
