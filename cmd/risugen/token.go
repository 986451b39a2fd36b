package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/runtime"
	"github.com/risugen/risugen/runtime/remote"
)

// addToken adds the flag of commands that may connect to a master.
func addToken(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "token-file", "", "file with the token that a master wants (tcp:HOST:PORT)")
}

// readToken reads a token; no file, no token.
func (a *app) readToken(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	token, warning, err := remote.ReadToken(file)
	if err != nil {
		return nil, fmt.Errorf("--token-file: %w", err)
	}
	if warning != "" {
		fmt.Fprintf(a.stderr, "risugen: warning: %s\n", warning)
	}
	return token, nil
}

// parseTargets reads targets, and gives those that connect to a master the token of a file.
func (a *app) parseTargets(tokenFile string, texts ...string) ([]runtime.Target, error) {
	var targets []runtime.Target
	for _, text := range texts {
		t, err := runtime.ParseTarget(text)
		if err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	token, err := a.readToken(tokenFile)
	if err != nil {
		return nil, err
	}
	used := token == nil
	for _, t := range targets {
		if r, ok := t.(*runtime.Remote); ok {
			r.Token, used = token, true
		}
	}
	if !used {
		return nil, errors.New("--token-file is for targets of the form tcp:HOST:PORT, and there is none")
	}
	return targets, nil
}
