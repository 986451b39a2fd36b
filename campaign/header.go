package campaign

import (
	"errors"
	"fmt"
)

// format is the version of results files.
const format = 1

// Header is the first line of a results file.
type Header struct {
	Format int    `json:"risugen_campaign"`
	Tool   string `json:"tool"` // the program's version: another one may make other images of the same seed
	Name   string `json:"name"` // of the campaign's file
	Plan   string `json:"plan"` // the plan's digest, hexadecimal
	Jobs   int    `json:"jobs"` // in the plan
	Shard  Shard  `json:"shard"`
	// Known are the names of the lists of known differences that the campaign was given, and NoKnown says that it does
	// without the built-in one: what a command needs that runs a job again. The plan's digest covers their contents.
	Known   []string `json:"known,omitempty"`
	NoKnown bool     `json:"no_known,omitempty"`
	Details int      `json:"details"`
}

// Expected is the number of jobs that the file is to hold.
func (h *Header) Expected() int { return h.Shard.size(h.Jobs) }

// check makes sure that a header that was read is one.
func (h *Header) check() error {
	switch {
	case h.Format == 0:
		return errors.New("it is no results file of a campaign")
	case h.Format != format:
		return fmt.Errorf("its format is %d, and this program knows %d", h.Format, format)
	case h.Jobs < 1 || h.Jobs > MaxJobs || h.Shard.Count < 0 || h.Shard.Count > MaxShards || h.Shard.Index < 0 || h.Shard.Index > h.Shard.Count:
		return errors.New("its header makes no sense")
	}
	return nil
}

// sameCampaign says why results of two headers do not belong together, or returns nil. It looks at everything but the
// shards.
func (h *Header) sameCampaign(other *Header) error {
	if h.Tool != other.Tool {
		return fmt.Errorf("it was made by %s, and not by %s: the same seeds may give other images", h.Tool, other.Tool)
	}
	if h.Plan != other.Plan || h.Jobs != other.Jobs {
		return fmt.Errorf("it holds results of another campaign: a plan of %d jobs, digest %.12s…, and not one of %d, %.12s…",
			h.Jobs, h.Plan, other.Jobs, other.Plan)
	}
	return nil
}
