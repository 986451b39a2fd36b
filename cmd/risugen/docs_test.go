package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/mattn/go-shellwords"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documented finds commands in a page: lines of it, after a prompt or without, and what stands in backquotes, also where the page
// breaks it into two lines.
var (
	documentedLine   = regexp.MustCompile(`(?m)^ *(?:[a-z]*[$#] )?(?:bin/)?(risugen [a-z].*)$`)
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

var (
	links    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headings = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// anchors are the names of a page's headings, as they are made of their text where pages are shown.
func anchors(text string) map[string]bool {
	out := map[string]bool{}
	for _, m := range headings.FindAllStringSubmatch(text, -1) {
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])
		out[name] = true
	}
	return out
}

// TestLinks: links of pages lead to files and headings that there are, and README.md leads to all of them.
func TestLinks(t *testing.T) {
	led := map[string]bool{}
	for _, page := range pages(t) {
		text := string(read(t, page))
		for _, m := range links.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			path, anchor, named := strings.Cut(m[1], "#")
			file := page
			if path != "" {
				file = filepath.Join(filepath.Dir(page), path)
			}
			_, err := os.Stat(file)
			if !assert.NoError(t, err, "%s links %s", page, m[1]) {
				continue
			}
			if named && strings.HasSuffix(file, ".md") {
				assert.True(t, anchors(string(read(t, file)))[anchor], "%s links %s", page, m[1])
			}
			if page == "../../README.md" {
				led[file] = true
			}
		}
	}
	for _, page := range pages(t) {
		assert.True(t, led[page] || page == "../../README.md", "README.md leads to %s", page)
	}
}
