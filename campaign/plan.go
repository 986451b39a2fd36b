package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/risugen/risugen/arch"
)

// MaxJobs bounds the jobs of a plan.
const MaxJobs = 1_000_000

// Catalog is what a plan has to know of CPU models.
type Catalog interface {
	// CPUs lists the models.
	CPUs() []arch.CPU
	// Check returns why no image can be made, or nil. It looks at everything but the seed and the targets.
	Check(p Params) error
	// CheckTarget returns why a target cannot be meant so, or nil.
	CheckTarget(command string) error
}

// Plan is all that a campaign is to do.
type Plan struct {
	Jobs    []Job // seed by seed, so that the first results are of all CPU models
	LeftOut []LeftOut
	Digest  string // hexadecimal: of the jobs and of all else that results depend on
	Known   []KnownList
	NoKnown bool
	Details int           // differences that a result keeps in full
	Stall   time.Duration // how long a target may be silent
	// KeepPatterns: results tell of each pattern, which makes them ten times as long.
	KeepPatterns bool
	limits       []limit
}

// LeftOut is combinations of the matrix that are no jobs, since no such image can be made.
type LeftOut struct {
	What  string // the CPU model, and what of it
	Why   string
	Count int // combinations, without seeds
}

// Load makes the plan of a campaign. Errors name a line of the file, or an option.
func Load(in Input) (*Plan, error) {
	s, err := read(in)
	if err != nil {
		return nil, err
	}
	e := expansion{
		settings: s, catalog: in.Catalog, only: in.Only, lenient: len(in.Options) > 0 && (in.Only != nil || len(s.matrices) > 1), checked: map[string]error{}, targets: map[string]bool{},
	}
	combos := make([][]Job, len(s.matrices))
	for i, m := range s.matrices {
		e.matrix, e.out = m, nil
		combos[i] = e.combos()
	}
	e.unused()
	if err := s.err(); err != nil {
		return nil, err
	}
	var all []Job
	for i, m := range s.matrices {
		if n := seedCount(m.seeds); n > MaxJobs || n*uint64(len(combos[i]))+uint64(len(all)) > MaxJobs {
			return nil, fmt.Errorf("%s: the matrix has more than %d jobs: %d seeds of %d images on targets", in.Name, MaxJobs, n, len(combos[i]))
		}
		all = jobs(all, combos[i], m.seeds)
	}
	p := &Plan{
		Known: s.known, NoKnown: s.noKnown, Details: s.details, Stall: s.stall, LeftOut: e.leftOut, limits: s.limits,
		Jobs: all,
	}
	if err := p.distinct(in.Name); err != nil {
		return nil, err
	}
	p.Digest = p.digest(in.Tool)
	return p, nil
}

// jobs gives every combination every seed, and appends that.
func jobs(out, combos []Job, seeds []seedRange) []Job {
	out = slices.Grow(out, int(seedCount(seeds))*len(combos))
	for _, r := range seeds {
		for i := uint64(0); i <= r.hi-r.lo; i++ {
			for _, j := range combos {
				j.Seed, j.Index = r.lo+i, len(out)
				j.ID = j.Params.ID()
				out = append(out, j)
			}
		}
	}
	return out
}

// Change lets f change the jobs of a plan, but for their order, or drop some of them: keep is then false. Ids and the plan's
// digest are made anew; salt is what results depend on beside jobs, lists and the version of the program.
func (p *Plan) Change(name, tool, salt string, f func(*Job) (keep bool, err error)) error {
	kept := p.Jobs[:0]
	for i := range p.Jobs {
		j := p.Jobs[i]
		keep, err := f(&j)
		if err != nil {
			return err
		}
		if keep {
			j.Index, j.ID = len(kept), j.Params.ID()
			kept = append(kept, j)
		}
	}
	p.Jobs = kept
	if err := p.distinct(name); err != nil {
		return err
	}
	p.Digest = p.digest(tool + salt)
	return nil
}

// distinct makes sure that no two jobs have the same id.
func (p *Plan) distinct(file string) error {
	seen := make(map[string]int, len(p.Jobs))
	for i := range p.Jobs {
		j := &p.Jobs[i]
		if first, ok := seen[j.ID]; ok {
			if other := p.Jobs[first].Pair; other != j.Pair {
				return fmt.Errorf("%s: targets %q and %q are the same for the %s", file, other, j.Pair, j.CPU)
			}
			return fmt.Errorf("%s: the matrix has a value twice: two jobs are %s", file, j.ID)
		}
		seen[j.ID] = i
	}
	return nil
}

// digest covers the program's version, the jobs, and what decides how results are judged.
func (p *Plan) digest(tool string) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	fmt.Fprintf(h, "risugen campaign %d\n", format)
	_ = enc.Encode([]any{tool, p.NoKnown, p.Details, len(p.Known), len(p.Jobs)})
	for _, k := range p.Known {
		_ = enc.Encode(k.Text)
	}
	for i := range p.Jobs {
		io.WriteString(h, p.Jobs[i].ID)
		_ = enc.Encode(p.Jobs[i].Pair)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Header is the first line of a results file of a shard.
func (p *Plan) Header(name, tool string, s Shard) Header {
	h := Header{Format: format, Tool: tool, Name: name, Plan: p.Digest, Jobs: len(p.Jobs), Shard: s, NoKnown: p.NoKnown, Details: p.Details}
	for _, k := range p.Known {
		h.Known = append(h.Known, k.Name)
	}
	return h
}
