package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// outputs are flags that name a file which is written when all is done.
var outputs = []string{"html", "junit", "cover", "output"}

// checkOutputs finds files that cannot be written before anything is run.
func checkOutputs(cmd *cobra.Command, _ []string) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && slices.Contains(outputs, f.Name) && !strings.HasPrefix(f.Usage, "directory") {
			err = checkOutput(f.Value.String(), strings.Contains(f.Usage, "- is standard output"))
			if err != nil {
				err = fmt.Errorf("--%s %s: %w", f.Name, f.Value, err)
			}
		}
	})
	return err
}

// checkOutput is checkOutputs for a file.
func checkOutput(file string, standard bool) error {
	switch {
	case file == "-" && standard:
		return nil
	case file == "-":
		return fmt.Errorf("it goes to a file, not to standard output (./- is a file of this name)")
	}
	dir := filepath.Dir(file)
	if info, err := os.Stat(dir); err != nil {
		return fmt.Errorf("there is no directory %s", dir)
	} else if !info.IsDir() {
		return fmt.Errorf("%s is no directory", dir)
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return fmt.Errorf("it is a directory")
	}
	return nil
}
