package main

import (
	"errors"
	"fmt"
	"strconv"
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

// wanted says what the values of a flag's type are.
var wanted = map[string]string{
	"int": "a whole number", "uint64": "a whole number, 0 or more", "float64": "a number, such as 0.25",
	"duration": "a time with its unit, such as 20s, 500ms or 2m", "bool": "true or false, or nothing, which is true",
}

// flagError says in plain words what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &unknown) && len(unknown.GetSpecifiedName()) > 1:
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		name := "--" + unknown.GetSpecifiedName()
		return fmt.Errorf("%s has no flag %s%s", cmd.CommandPath(), name, likely(name, names))
	case !errors.As(err, &invalid):
		return err
	}
	f := invalid.GetFlag()
	switch what := wanted[f.Value.Type()]; {
	case errors.Is(err, errEmpty):
		return fmt.Errorf("--%s: %w", f.Name, errEmpty)
	case errors.Is(err, strconv.ErrRange):
		return fmt.Errorf("--%s %s: the number is too large", f.Name, invalid.GetValue())
	case what != "":
		return fmt.Errorf("--%s %s: it must be %s", f.Name, shellQuote(invalid.GetValue()), what)
	}
	return err
}

// noneIsMeant lets a flag be given with an empty list.
func noneIsMeant(cmd *cobra.Command, flag string) {
	_ = cmd.Flags().SetAnnotation(flag, mayBeEmpty, []string{"yes"})
}
