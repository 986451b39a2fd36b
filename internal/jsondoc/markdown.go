package jsondoc

import (
	"fmt"
	"strings"
)

// Markdown writes objects as headings with tables. link makes the anchor of a type's name, which are apart for roots that
// have types of the same name.
func Markdown(objects []Object, link func(name string) string) string {
	var b strings.Builder
	for _, o := range objects {
		fmt.Fprintf(&b, "### %s\n\n", link(o.Name))
		if o.Comment != "" {
			fmt.Fprintf(&b, "%s\n\n", escape(o.Comment))
		}
		b.WriteString("| member | type | meaning |\n|---|---|---|\n")
		for _, m := range o.Members {
			name := "`" + m.Name + "`"
			if m.Optional {
				name += " ?"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", name, m.Type, escape(m.Comment))
		}
		for _, m := range o.Members {
			if len(m.Values) > 0 {
				fmt.Fprintf(&b, "\nValues of `%s`:\n\n", m.Name)
			}
			for _, v := range m.Values {
				fmt.Fprintf(&b, "- `%s`", v.Text)
				if v.Comment != "" {
					fmt.Fprintf(&b, ": %s", escape(v.Comment))
				}
				b.WriteString("\n")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// escape keeps what Markdown would take for more than text.
func escape(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "[", `\[`, "*", `\*`).Replace(s)
}
