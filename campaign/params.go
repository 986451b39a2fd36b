package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/risugen/risugen/arch"
)

// Params are everything that a job is asked to do, as risugen check has it. Together with the version of the program
// they determine the image; one that is aimed at what was missing depends on what the jobs before it have hit, too.
type Params struct {
	CPU         string   `json:"cpu"`
	ABI         string   `json:"abi"`
	Order       string   `json:"order"`                  // "little" or "big"
	ISAs        []string `json:"isas,omitempty"`         // none: all that the CPU has
	Patterns    []string `json:"patterns,omitempty"`     // as arch.Selection has them; none: all
	NotPatterns []string `json:"not_patterns,omitempty"` // likewise; none: none
	Count       int      `json:"numinsns"`
	Block       int      `json:"block"`
	Rounds      int      `json:"rounds"`
	Edges       float64  `json:"edges"`      // shares, 0 to 1
	Misaligned  float64  `json:"misaligned"` // of accesses
	Traps       float64  `json:"fp_traps"`   // of blocks
	Reserved    int      `json:"reserved"`
	Seed        uint64   `json:"seed"`            // never 0
	Aimed       int      `json:"aimed,omitempty"` // the round of images that are aimed at what was missing, from 1; 0: it is no such image
	Master      string   `json:"master"`
	Apprentice  string   `json:"apprentice"`
}

// Defaults are the parameters of what a file does not mention: those of risugen check.
func Defaults() Params {
	return Params{
		Count: 10000, Block: 24, Rounds: 64, Edges: arch.DefaultEdgeShare, Misaligned: arch.DefaultMisalignedShare, Seed: 1,
	}
}

// ID is the job's name: 16 hexadecimal digits of the SHA-256 of the parameters in JSON.
func (p *Params) ID() string {
	text, err := json.Marshal(p)
	if err != nil { // numbers that no plan holds, such as NaN
		text = []byte(err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Options are the parameters that say what is drawn.
func (p *Params) Options() arch.Options {
	return arch.Options{
		Seed: p.Seed, Count: p.Count, BlockLen: p.Block, Rounds: p.Rounds,
		Select:    arch.Selection{Patterns: p.Patterns, NotPatterns: p.NotPatterns},
		EdgeShare: p.Edges, MisalignedShare: p.Misaligned, Reserved: p.Reserved, TrapShare: p.Traps,
	}
}

// weight is about how long a job takes, in no unit: to make an instruction costs as much as to run it a few times.
func (p *Params) weight() float64 {
	return float64(p.Count+p.Reserved+100) * float64(p.Rounds+16)
}

// Job is one image on one pair of targets.
type Job struct {
	ID     string `json:"id"`
	Index  int    `json:"index"`  // in the plan
	Pair   string `json:"target"` // the name of the pair of targets in the campaign's file
	Params `json:"job"`

	sides [2]int // what limits the targets: indexes into the plan's limits, or -1
}
