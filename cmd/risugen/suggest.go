package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
)

// likely is the one of some names that a word is most likely meant to be, as a question in brackets, or "".
func likely(word string, names []string) string {
	for far := 1; far <= max(1, min(2, len(word)/3)); far++ {
		c := &cobra.Command{SuggestionsMinimumDistance: far}
		for _, name := range names {
			c.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
		}
		if found := c.SuggestionsFor(word); len(found) > 0 {
			return fmt.Sprintf(" (did you mean %s?)", found[0])
		}
	}
	return ""
}

// unknownCPU is the error about a CPU model that there is not.
func unknownCPU(name string) error {
	return fmt.Errorf("unknown CPU %q%s; known are %s", name, likely(name, cpuNames()), strings.Join(cpuNames(), ", "))
}

// noArguments is cobra.NoArgs for commands that have flags for what one may have meant.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if archOf(arch.Config{CPU: args[0]}) != nil && cmd.Flags().Lookup("cpu") != nil {
		return fmt.Errorf("%s takes no arguments: a CPU model is named by --cpu %s", cmd.CommandPath(), args[0])
	}
	return fmt.Errorf("%s takes no arguments, and got %q (%s --help lists its flags)", cmd.CommandPath(), args[0], cmd.CommandPath())
}

// emulatorPackage says where CPU models' usual emulators are to be had.
const emulatorPackage = "Debian and Ubuntu have QEMU's user mode emulators in the package qemu-user (apt install qemu-user)"

// emulatorHint says where a program is to be had that is a CPU model's usual emulator and is not installed, or "".
func emulatorHint(err error) string {
	var missing *exec.Error
	if errors.As(err, &missing) && errors.Is(err, exec.ErrNotFound) && isUsualEmulator(missing.Name) {
		return "; " + emulatorPackage
	}
	return ""
}
