package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/runtime"
)

// masterFlags say what a master runs, for whom.
type masterFlags struct {
	target, listen, token string
	public, once          bool
	compress              bool
	stall, clientStall    time.Duration
	clients               int
}

func (a *app) masterCommand() *cobra.Command {
	var f masterFlags
	cmd := &cobra.Command{
		Use:   "master IMAGE",
		Short: "Run an image for whoever connects, who compares",
		Long: `Run an image on a target for whoever connects, each time anew, and send what it writes: the apprentice's side is
risugen run IMAGE --master tcp:HOST:PORT (check, record and replay take such a target, too), and compares. Both sides need the
image: no code is sent. The target never waits for the other side's answers, so a slow link costs no time beyond its rate.

It listens on this machine alone; ssh -L PORT:localhost:PORT HOST, typed on the other, makes a way there. --public lifts
that, and needs a token that both sides know: it proves who may connect, and does not encrypt. docs/remote.md has more.

It goes on until it is interrupted. A line on standard error tells of each connection.`,
		Example: `  risugen master msa.img --target ssh:board                               # the board's neighbour
  risugen run msa.img --master tcp:localhost:9191 --apprentice 'qemu-mipsel -cpu P5600'
  risugen master msa.img --listen 127.0.0.1:0 --once                      # any port, which is printed; one client
  risugen master msa.img --listen :9191 --public --token-file token`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			img, err := runtime.Open(args[0], machineOf)
			if err != nil {
				return err
			}
			return a.serve(img, args[0], f)
		},
	}
	f.add(cmd)
	return cmd
}

func (f *masterFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.target, "target", "", "target to run (default the CPU model's usual emulator): "+runtime.TargetForms)
	fl.StringVar(&f.listen, "listen", "127.0.0.1:9191", "address to listen on; port 0 takes any, which is printed")
	fl.BoolVar(&f.public, "public", false, "allow --listen an address that other machines can reach; needs --token-file")
	fl.StringVar(&f.token, "token-file", "", "file with a token that clients must know, too")
	fl.IntVar(&f.clients, "clients", 1, "clients to serve at a time; others are told that the master is busy")
	fl.BoolVar(&f.once, "once", false, "end after the first client that was served")
	fl.BoolVar(&f.compress, "compress", true, "compress records (zstd); --compress=false spares a slow machine on a fast link")
	fl.DurationVar(&f.stall, "stall", 20*time.Second, "give the target up when it is silent for so long")
	fl.DurationVar(&f.clientStall, "client-stall", 2*time.Minute, "give a client up when it takes nothing for so long")
}

// serve serves until a signal comes.
func (a *app) serve(img *runtime.Image, name string, f masterFlags) error {
	target, err := runtime.ParseTarget(orElse(f.target, emulator(img)))
	if err != nil {
		return err
	}
	token, err := a.readToken(f.token)
	switch {
	case err != nil:
		return err
	case f.public && token == nil:
		return errors.New("--public needs --token-file: anybody could have the target run, and keep others from it")
	case f.clients < 1:
		return errors.New("--clients must be 1 or more")
	case f.stall <= 0 || f.clientStall <= 0:
		return errors.New("--stall and --client-stall must be longer than nothing")
	}
	if r, ok := target.(*runtime.Remote); ok {
		r.Token = token
	}
	// Under nohup the hang-up is ignored, and stays so.
	ctx, stop := signal.NotifyContext(context.Background(), endingNotIgnored()...)
	defer stop()
	ln, err := runtime.Listen(f.listen, f.public)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	fmt.Fprintf(a.stdout, "listening on %s: %s runs %s\n", ln.Addr(), target.Name(), name)
	lines := log.New(a.stderr, "", log.LstdFlags)
	return runtime.Serve(ctx, ln, img, target, runtime.ServeOptions{
		Tool: toolName(), Stall: f.stall, Token: token, Clients: f.clients, ClientStall: f.clientStall,
		Bare: !f.compress, Once: f.once, Log: func(line string) { lines.Print(line) },
	})
}
