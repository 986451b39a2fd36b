package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
)

// everyCommand calls f for the program's commands, with the words that name them.
func everyCommand(f func(cmd *cobra.Command, words []string)) {
	a := &app{nil, strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer)}
	var walk func(cmd *cobra.Command, words []string)
	walk = func(cmd *cobra.Command, words []string) {
		f(cmd, words)
		for _, c := range cmd.Commands() {
			walk(c, append(slices.Clone(words), c.Name()))
		}
	}
	walk(a.root(), nil)
}

// TestEmptyFlags: no flag of any command that is a text, or several, may be empty: a variable that is not set is no default.
func TestEmptyFlags(t *testing.T) {
	tried := 0
	everyCommand(func(cmd *cobra.Command, words []string) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !strings.HasPrefix(f.Value.Type(), "string") || f.Name == "features" {
				return
			}
			tried++
			for _, empty := range []string{"", " "} {
				r := command("", append(words, "--"+f.Name, empty)...)
				assert.Equal(t, 2, r.code, "%v --%s", words, f.Name)
				assert.Contains(t, r.err, "--"+f.Name+": it is empty", "%v", words)
				assert.Empty(t, r.out)
			}
		})
	})
	assert.Greater(t, tried, 80)
	r := command("", "check", "--known", "x.yaml", "--known", "")
	assert.Contains(t, r.err, "it is empty", "the second one, too")
	r = command("", "run", "no.img", "--master", "", "--apprentice", "true")
	assert.Equal(t, result{2, "", `risugen: --master: it is empty, as a variable of a shell is that is not set: leave the flag out if its default is meant` + "\n"}, r)
}
