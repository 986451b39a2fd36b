package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/internal/manpage"
	"github.com/risugen/risugen/runtime"
)

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write manual pages",
		Long: `Write a manual page for each command to a directory, which is made if it is not there: risugen.1, risugen-check.1 and so on.
Of what MANPATH names, or man looks at anyway, it is the directory man1.`,
		Example: `  risugen man ~/.local/share/man/man1
  man risugen-check`,
		Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error { return writePages(cmd.Root(), args[0]) },
	}
}

// writePages writes the page of each command.
func writePages(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	about := manpage.About{Version: toolName(), Date: commitTime()}
	for _, cmd := range manpage.Pages(root) {
		var page bytes.Buffer
		if err := manpage.Write(&page, cmd, about); err != nil {
			return err
		}
		if err := runtime.WriteDocument(filepath.Join(dir, manpage.Name(cmd)+".1"), page.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// commitTime is when what was built was committed; zero where Go did not record that.
func commitTime() (t time.Time) {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.time" {
				t, _ = time.Parse(time.RFC3339, s.Value)
			}
		}
	}
	return t
}
