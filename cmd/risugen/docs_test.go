package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-shellwords"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documented finds commands in a page: lines of it, after a prompt or without, and what stands in backquotes, also where the page
// breaks it into two lines.
var (
	documentedLine   = regexp.MustCompile(`(?m)^ *(?:[a-z]*\$ )?(?:bin/)?(risugen [a-z].*)$`)
	documentedInline = regexp.MustCompile("(?s)`(?:bin/)?(risugen [a-z][^`]*)`")
	fences           = regexp.MustCompile("(?m)^ *```.*$")
)

// commandsOf lists the commands of a page, each in a line of its own.
func commandsOf(text string) (out []string) {
	for line := range strings.Lines(text) {
		indented := strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t")
		if m := documentedLine.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil && (indented || strings.Contains(line, "$ ")) {
			out = append(out, m[1])
		}
	}
	for _, m := range documentedInline.FindAllStringSubmatch(fences.ReplaceAllString(text, ""), -1) {
		out = append(out, strings.Join(strings.Fields(m[1]), " "))
	}
	return out
}

// pages are those whose commands are tried.
func pages(t *testing.T) []string {
	t.Helper()
	docs, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	return append(docs, "../../README.md", "../../CHANGELOG.md")
}

// TestDocumentedCommands: each command in a page names a command that there is, with flags and as many arguments as it takes. It is
// not run.
func TestDocumentedCommands(t *testing.T) {
	count := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, line := range commandsOf(string(text)) {
			if strings.Contains(line, "…") || strings.HasPrefix(line, "risugen tcp ") { // something is left out; a protocol's first line
				continue
			}
			count++
			assert.NoError(t, parses(line), "%s: %s", filepath.Base(page), line)
		}
	}
	assert.Greater(t, count, 150)
}

// placeholders are what pages write for something that is to be filled in.
var placeholders = regexp.MustCompile(`^[A-Z][A-Z/]*$`)

// parses finds the command of a line, and parses its flags and arguments.
func parses(line string) error {
	p := shellwords.NewParser()
	words, err := p.Parse(line) // up to what a shell would do with it
	if err != nil {
		return err
	}
	root := (&app{stdout: io.Discard, stderr: io.Discard}).root()
	root.InitDefaultCompletionCmd(words[1:]...)
	cmd, args, err := root.Find(comment(words[1:]))
	if err != nil {
		return err
	}
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	err = cmd.Flags().ParseAll(args, func(f *pflag.Flag, value string) error {
		if placeholders.MatchString(value) {
			return nil
		}
		return cmd.Flags().Set(f.Name, value)
	})
	// In the text a command may stand without what it needs.
	if err != nil || cmd.Flags().NArg() == 0 {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

// comment cuts what a shell takes for a comment.
func comment(words []string) []string {
	for i, w := range words {
		if strings.HasPrefix(w, "#") {
			return words[:i]
		}
	}
	return words
}
