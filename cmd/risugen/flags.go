package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// errEmpty is what is wrong with a flag that is given without a text.
var errEmpty = errors.New("it is empty, as a variable of a shell is that is not set: leave the flag out if its default is meant")

// nonEmpty is the value of a flag that is a text, or several. An empty one is refused: a target that came from a variable which is not
// set would be the default, and a gate that compares the installed emulator with itself stays green.
type nonEmpty struct{ pflag.Value }

// Set implements pflag.Value.
func (v nonEmpty) Set(s string) error {
	if strings.TrimSpace(s) == "" {
		return errEmpty
	}
	return v.Value.Set(s)
}

// mayBeEmpty annotates flags for which an empty list is not the same as none.
const mayBeEmpty = "may be empty"

// strictFlags has the flags of a command and those below it refuse what is empty.
func strictFlags(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(flagError)
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Annotations[mayBeEmpty] != nil {
			return
		}
		switch f.Value.Type() {
		case "string":
			f.Value = nonEmpty{f.Value}
		case "stringSlice", "stringArray":
			f.Value = nonEmpty{f.Value}
			if f.DefValue == "[]" {
				f.DefValue = "" // what help takes for no default, of a type that it does not know
			}
		}
	})
	for _, c := range cmd.Commands() {
		strictFlags(c)
	}
}

// flagError says in plain words what is wrong with a flag.
func flagError(_ *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	if errors.Is(err, errEmpty) {
		return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, errEmpty)
	}
	return err
}

// noneIsMeant lets a flag be given with an empty list.
func noneIsMeant(cmd *cobra.Command, flag string) {
	_ = cmd.Flags().SetAnnotation(flag, mayBeEmpty, []string{"yes"})
}
