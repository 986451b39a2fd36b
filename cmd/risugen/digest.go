package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// linkFlags are for targets that are far away, slow, or about to die.
type linkFlags struct {
	digest, side  string
	again, deaths int
}

func (f *linkFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.digest, "digest", "", "have one side send a digest of each round or of each block (say which) instead of\nrecords; blocks that differ are run again for theirs")
	fl.StringVar(&f.side, "digest-side", "", "the side that sends digests: master or apprentice (default master, unless that\nis a recording or a risugen master, which have records)")
	fl.IntVar(&f.again, "digest-again", runtime.DefaultAgain, "most blocks to run again; of others that differ nothing else is told")
	fl.IntVar(&f.deaths, "keep-going", 0, "when a target dies or hangs, count that and go on behind the block where it did:\n--keep-going=N so many times at most, and --keep-going 10 times")
	fl.Lookup("keep-going").NoOptDefVal = "10"
	complete(cmd, "digest", func() []string { return []string{"round", "block"} })
	complete(cmd, "digest-side", func() []string { return []string{"master", "apprentice"} })
}

// args adds to an error about arguments what is the matter if one is the number of --keep-going.
func (f *linkFlags) args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		err := check(cmd, args)
		if err == nil || !cmd.Flags().Changed("keep-going") {
			return err
		}
		for _, a := range args {
			if _, notNumber := strconv.Atoi(a); notNumber == nil {
				return fmt.Errorf("%w: a number of times is written --keep-going=%s", err, a)
			}
		}
		return err
	}
}

// options checks the flags.
func (f *linkFlags) options(master runtime.Target) (d runtime.DigestOptions, err error) {
	if f.deaths < 0 {
		return d, fmt.Errorf("--keep-going %d: it is a number of times", f.deaths)
	}
	if f.digest == "" {
		if f.side != "" {
			return d, fmt.Errorf("--digest-side %s is of no use without --digest", f.side)
		}
		return d, nil
	}
	if d.Output, err = arch.OutputByName(f.digest); err != nil {
		return d, fmt.Errorf("--digest %s: it is round or block", f.digest)
	}
	if f.again < 1 {
		return d, fmt.Errorf("--digest-again %d: it is a number of blocks, and at least 1", f.again)
	}
	d.Again = f.again
	switch f.side {
	case "":
		switch master.(type) {
		case *runtime.Recording, *runtime.Remote:
			d.Apprentice = true
		}
	case "master":
	case "apprentice":
		d.Apprentice = true
	default:
		return d, fmt.Errorf("--digest-side %s: it is master or apprentice", f.side)
	}
	return d, nil
}
