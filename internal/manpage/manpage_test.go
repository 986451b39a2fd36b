package manpage

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPage: all parts of a page, and characters that the macros would take for others.
func TestPage(t *testing.T) {
	root := &cobra.Command{Use: "tool", Short: "Does things"}
	cmd := &cobra.Command{
		Use: "run [FILE]", Short: "Run it", Run: func(*cobra.Command, []string) {},
		Long:    "Text with a \\ and 'quotes'\n.dots, *stars* and <these>.\n\n  a  table\n  b  c\n\nMore.",
		Example: "  tool run 'x' -n 2",
	}
	cmd.Flags().IntP("number", "n", 7, "how `many`")
	cmd.Flags().String("secret", "", "not for all")
	require.NoError(t, cmd.Flags().MarkHidden("secret"))
	root.AddCommand(cmd, &cobra.Command{Use: "hidden", Hidden: true, Run: func(*cobra.Command, []string) {}})
	require.Equal(t, []*cobra.Command{root, cmd}, Pages(root))
	var b strings.Builder
	require.NoError(t, Write(&b, cmd, About{`v1 "x"`, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}))
	assert.Equal(t, `.TH "TOOL\-RUN" 1 "2026\-01\-02" "v1 \(dqx\(dq"
.SH NAME
tool\-run \- Run it
.SH SYNOPSIS
\fBtool run\fR [FILE] [flags]
.SH DESCRIPTION
Text with a \e and \(aqquotes\(aq
\&.dots, *stars* and <these>.
.PP
.RS 4
.nf
a  table
b  c
.fi
.RE
.PP
More.
.SH OPTIONS
.TP
\fB\-h\fR, \fB\-\-help\fR
help for run
.TP
\fB\-n\fR, \fB\-\-number\fR \fImany\fR
how many
(default 7)
.SH EXAMPLES
.RS 4
.nf
tool run \(aqx\(aq \-n 2
.fi
.RE
.SH SEE ALSO
.BR tool (1)
`, b.String())
}
