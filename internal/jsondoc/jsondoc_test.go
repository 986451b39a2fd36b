package jsondoc

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

var update = flag.Bool("update", false, "write the documentation anew")

const docs = "../../docs/"

// root is a root and where it is described.
type root struct {
	Root
	file    string // the schema
	section string // of docs/json.md
}

var kinds = map[string][]string{
	"Mismatch.kind": {"Kind"}, "Finding.kind": {"Finding"}, "PatternState.state": {"State"},
}

var roots = []root{
	{Root{reflect.TypeFor[runtime.Report](), "A result of risugen check, run and replay, as --json prints it", kinds}, "report.schema.json", "report"},
	{Root{reflect.TypeFor[campaign.Summary](), "The summary of a campaign, as risugen campaign and merge print it with --json", nil}, "summary.schema.json", "summary"},
}

func source(t *testing.T) *Source {
	t.Helper()
	s, err := Read("../../runtime", "../../campaign", "../../cover")
	require.NoError(t, err)
	return s
}

// TestDocumentation: every member has a comment, and the schemas and tables are what types and comments say.
func TestDocumentation(t *testing.T) {
	s := source(t)
	page, err := os.ReadFile(docs + "json.md")
	require.NoError(t, err)
	text := string(page)
	seen := map[string]bool{}
	for _, r := range roots {
		schema, err := s.Schema(r.Root)
		require.NoError(t, err)
		out, err := json.MarshalIndent(schema, "", "  ")
		require.NoError(t, err)
		assertFile(t, docs+r.file, append(out, '\n'))

		objects, err := s.Objects(r.Root)
		require.NoError(t, err)
		var fresh []Object // what no section before has described
		for _, o := range objects {
			if key := fmt.Sprint(o); !seen[key] {
				seen[key] = true
				fresh = append(fresh, o)
			}
		}
		text = replace(t, text, r.section, Markdown(fresh, func(name string) string { return name }))
	}
	assertFile(t, docs+"json.md", []byte(text))
}

// replace puts text between the marks of a section.
func replace(t *testing.T, page, section, text string) string {
	t.Helper()
	begin, end := "<!-- made of the source: "+section+" -->\n", "<!-- end -->"
	before, rest, found := strings.Cut(page, begin)
	require.True(t, found, begin)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found, end)
	return before + begin + "\n" + text + end + after
}

func assertFile(t *testing.T, path string, want []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, want, 0o644))
		return
	}
	have, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(have), "go test ./internal/jsondoc -update writes %s anew", path)
}

// TestNoComment: a member without a comment is an error that names it.
func TestNoComment(t *testing.T) {
	s := source(t)
	s.fields["runtime.Fault"]["Code"] = ""
	_, err := s.Objects(roots[0].Root)
	assert.EqualError(t, err, "runtime.Fault.Code (code) has no comment that says what it is")
}
