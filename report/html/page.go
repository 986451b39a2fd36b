package html

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/runtime"
)

var (
	//go:embed page.tmpl
	pageText string
	//go:embed style.css
	style string
	//go:embed script.js
	script string
)

var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"comma": func(n any) string { return humanize.Comma(integer(n)) },
	"style": func() template.CSS { return template.CSS(style) },
	"code":  func() template.JS { return template.JS(script) },
	"policy": func() string {
		return "default-src 'none'; img-src data:; style-src " + digest(style) + "; script-src " + digest(script) +
			"; base-uri 'none'; form-action 'none'"
	},
}).Parse(pageText))

// digest names a text of the page as a Content-Security-Policy does.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func integer(n any) int64 {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int64:
		return n
	}
	return 0
}

// Options are what a page says beside its report.
type Options struct {
	Tool string // the program that wrote it, with its version; may be empty
}

// page is what the template shows.
type page struct {
	Options
	Title    string
	Verdict  verdict
	Early    string // how the run ended, if before its end
	What     string // the image, or the campaign
	Sides    []side
	Tiles    []tile
	Rows     []runtime.Row
	Again    string
	Kinds    []kind // of entries
	Entries  []*entry
	Left     int64  // what no entry counts, or has details of
	LeftHow  string // what would show it
	Known    []known
	Skipped  []string // jobs that were left out
	Unhit    []string // what images may hit and none did, of a campaign that went on until all was hit
	UnhitAll int      // with those that are not listed
	Notes    []string // what was counted and is no difference
	States   []state  // of patterns, with how many there are of each
	Coverage string   // of which jobs that is, where it is not of all
	Groups   []*group
	Patterns []*pattern
	Missing  int    // patterns with a small field of which a legal value was not seen
	Order    string // of bytes
	Models   *table // of many jobs
}

// verdict is what a report comes to.
type verdict struct{ Class, Symbol, Text string }

var (
	agree   = verdict{"good", "✓", "The targets agree"}
	agreeAs = verdict{"known", "≈", "They agree, but for known differences"}
	differ  = verdict{"bad", "≠", "They differ"}
	wrong   = verdict{"bad", "!", "They agree on what must not be"}
	partly  = verdict{"known", "…", "No verdict: not all of it was compared"}
)

// side is one of the two targets.
type side struct{ Role, Target, More string }

// tile is a number that is shown large.
type tile struct{ Value, Name, Class string }

// kind is a kind of entries.
type kind struct {
	Name  string
	Count int
}

// known is an entry of a list of known differences.
type known struct {
	ID, Text, See string
	Often         string // how often it covered something, or what became of it else
	Where         string // models, and the place of the entry
	State         state  // other than that it covered something
	Link          bool   // See is an address
}

// table has a row for each CPU model.
type table struct {
	Head []string
	Rows []row
}

// row is a line of a table: a CPU model, the share of its jobs that ended so or so, and texts.
type row struct {
	Name  string
	Bar   []segment
	Cells []cell
}

// cell is a text of a table, in a colour if it has a class.
type cell struct{ Text, Class string }

// WriteFile writes the page of a report to a file, which appears whole or not at all.
func WriteFile(path string, r *runtime.Report, o Options) error {
	return writeFile(path, newPage(r, o))
}

func writeFile(path string, p *page) error {
	var b bytes.Buffer
	if err := pages.Execute(&b, p); err != nil {
		return err
	}
	return runtime.WriteDocument(path, b.Bytes())
}
