// Package manpage writes manual pages of a program's commands, in the macros of man(7).
//
// The texts of commands are what a terminal shows, and are taken as such: paragraphs with empty lines between, of which those
// that begin with a space or a tab keep their lines. That is why cobra's own writer does not do, which takes texts for Markdown, and
// makes something else of a table, of `*` or of `<`.
package manpage

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// About is what stands in the head and the foot of each page.
type About struct {
	Version string    // of the program
	Date    time.Time // the day of that version; the zero time is none
}

// Name is the name of a command's page, "risugen-trace-info"; its file is that with ".1".
func Name(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// Pages lists a command and all that are below it and have a page: those that help shows.
func Pages(root *cobra.Command) []*cobra.Command {
	out := []*cobra.Command{root}
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			out = append(out, Pages(c)...)
		}
	}
	return out
}

// Write writes the page of a command.
func Write(w io.Writer, cmd *cobra.Command, about About) error {
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	var p page
	day := ""
	if !about.Date.IsZero() {
		day = about.Date.UTC().Format(time.DateOnly)
	}
	p.line(".TH %s 1 %s %s", quote(strings.ToUpper(Name(cmd))), quote(day), quote(about.Version))
	p.line(".SH NAME")
	p.line("%s \\- %s", escape(Name(cmd)), escape(cmd.Short))
	p.line(".SH SYNOPSIS")
	p.synopsis(cmd)
	p.line(".SH DESCRIPTION")
	p.text(orElse(cmd.Long, cmd.Short+"."))
	p.options(cmd)
	if cmd.Example != "" {
		p.line(".SH EXAMPLES")
		p.asItStands(cmd.Example)
	}
	p.seeAlso(cmd)
	_, err := io.WriteString(w, p.String())
	return err
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// page is a page that is being written.
type page struct{ strings.Builder }

// line writes a line of macros or text, whose arguments are escaped already.
func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) synopsis(cmd *cobra.Command) {
	path, rest := cmd.CommandPath(), strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath())
	if cmd.Runnable() {
		p.line("\\fB%s\\fR%s", escape(path), escape(rest))
	}
	if cmd.HasAvailableSubCommands() {
		p.line("\\fB%s\\fR \\fIcommand\\fR [flags]", escape(path))
	}
}

// text writes paragraphs.
func (p *page) text(s string) {
	for i, paragraph := range strings.Split(strings.Trim(s, "\n"), "\n\n") {
		if i > 0 {
			p.line(".PP")
		}
		if strings.HasPrefix(paragraph, " ") || strings.HasPrefix(paragraph, "\t") {
			p.asItStands(paragraph)
			continue
		}
		p.line("%s", escape(paragraph))
	}
}

// asItStands writes lines that stay lines, without the two spaces or the tab that texts indent them by.
func (p *page) asItStands(s string) {
	p.line(".RS 4\n.nf")
	for l := range strings.Lines(s) {
		l = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(l, "\n"), "\t"), "  ")
		p.line("%s", escape(l))
	}
	p.line(".fi\n.RE")
}

func (p *page) options(cmd *cobra.Command) {
	p.flags("OPTIONS", cmd.NonInheritedFlags())
	p.flags("OPTIONS OF ALL COMMANDS", cmd.InheritedFlags())
}

func (p *page) flags(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	p.line(".SH %s", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			p.flag(f)
		}
	})
}

func (p *page) flag(f *pflag.Flag) {
	kind, usage := pflag.UnquoteUsage(f)
	name := "\\fB" + escape("--"+f.Name) + "\\fR"
	if f.Shorthand != "" {
		name = "\\fB" + escape("-"+f.Shorthand) + "\\fR, " + name
	}
	switch {
	case f.NoOptDefVal != "" && kind != "":
		name += "[=\\fI" + escape(kind) + "\\fR]"
	case kind != "":
		name += " \\fI" + escape(kind) + "\\fR"
	}
	p.line(".TP\n%s", name)
	p.line("%s", escape(usage))
	switch f.DefValue {
	case "", "0", "0s", "false", "[]", "<nil>":
	default:
		p.line("(default %s)", escape(f.DefValue))
	}
}

func (p *page) seeAlso(cmd *cobra.Command) {
	var names []string
	if cmd.HasParent() {
		names = append(names, Name(cmd.Parent()))
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, Name(c))
		}
	}
	if len(names) == 0 {
		return
	}
	p.line(".SH SEE ALSO")
	for i, n := range names {
		comma := ","
		if i == len(names)-1 {
			comma = ""
		}
		p.line(".BR %s (1)%s", escape(n), comma)
	}
}

var special = strings.NewReplacer(`\`, `\e`, "-", `\-`, "^", `\(ha`, "~", `\(ti`, "`", `\(ga`, "'", `\(aq`)

// escape makes text what shows as it stands: no escape sequences, no line that a macro is taken for.
func escape(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		if strings.HasPrefix(l, ".") {
			b.WriteString(`\&`)
		}
		b.WriteString(special.Replace(l))
	}
	return b.String()
}

// quote makes text one argument of a macro.
func quote(s string) string { return `"` + strings.ReplaceAll(escape(s), `"`, `\(dq`) + `"` }
