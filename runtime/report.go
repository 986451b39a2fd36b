package runtime

import "slices"

// Report is the result of a run.
type Report struct {
	Tool         string     `json:"tool,omitempty"`             // the program that ran it, with its version
	CPU          string     `json:"cpu"`                        // model, as QEMU names it
	ISAs         []string   `json:"isas"`                       // sets of instructions that the image is drawn from, as list --cpus names them; empty with --decode
	ABI          string     `json:"abi"`                        // of the image, such as "o32" or "lp64"
	Order        string     `json:"order"`                      // byte order of the image: "little" or "big"
	Seed         uint64     `json:"seed"`                       // that the image was made with; the whole number counts, which readers that make a float of it would round
	Digest       string     `json:"digest"`                     // of the image, hexadecimal
	Targets      TargetPair `json:"targets"`                    // the commands of the two sides
	Versions     TargetPair `json:"versions"`                   // what QEMU's programs say of themselves; else empty
	Guests       TargetPair `json:"guests"`                     // of targets that are full systems: kernel and processor; else empty
	Recorded     TargetPair `json:"recorded"`                   // of traces, the targets that were recorded; of masters, those that they run; else empty
	CutOff       string     `json:"cut_off,omitempty"`          // a trace ended early, and how: nothing after that was compared
	Failure      string     `json:"failure,omitempty"`          // why the run has no verdict, such as how a target failed: nothing after that was compared
	RecordsLeft  int64      `json:"records_left_out,omitempty"` // that the trace no longer had, of blocks in which a target died, or behind a failure
	Digests      *Digests   `json:"digests,omitempty"`          // how a side was compared that sent digests
	Patterns     int        `json:"patterns"`                   // distinct patterns in the image
	Covered      int        `json:"covered"`                    // of these, patterns that ran and changed what they write
	Uncovered    []string   `json:"uncovered,omitempty"`        // the drawn patterns that are not covered
	Known        int        `json:"patterns_known"`             // patterns that the CPU has, by its descriptions
	Descriptions []string   `json:"descriptions,omitempty"`     // files that are not the tool's own
	Undescribed  []string   `json:"undescribed,omitempty"`      // patterns that nothing says the operands of: never drawn
	Unrecorded   []string   `json:"unrecorded,omitempty"`       // patterns that touch what the CPU has not, or images do not record: never drawn
	Instructions int        `json:"instructions"`               // under test in the image
	Blocks       int        `json:"blocks"`                     // compared, all rounds of them
	Rounds       int        `json:"rounds"`                     // of each block
	Records      int64      `json:"records"`                    // compared pairs
	Executions   int64      `json:"executions"`                 // instructions under test that ran, the faulting one included; of one side
	BehindFaults int64      `json:"behind_faults,omitempty"`    // instructions under test that did not run since one before them in the block faulted: of the records that were compared
	Undefined    int64      `json:"undefined,omitempty"`        // outputs that the manual leaves open, overwritten at once and not compared
	Reserved     int        `json:"reserved,omitempty"`         // of the instructions, words that must raise the fault for reserved instructions
	// Emulated counts, by pattern, pairs of records in which a side ran an instruction that the CPU lacks, or did a
	// misaligned access: an operating system may do their work. The two sides are not compared then, unless both did the access; one on
	// which it faulted is held to what the description says.
	Emulated map[string]int64 `json:"emulated,omitempty"`
	// EmulatedLeft is how many of these pairs are of reserved words by which a side left its block: such a word may be a branch that a
	// system does. What that side did from there on is not compared with anything.
	EmulatedLeft int64 `json:"emulated_left,omitempty"`
	// Inconclusive counts, by pattern, pairs of records in which a linked store was not done on a side, however often
	// it was tried. Its results and its load's are not compared then.
	Inconclusive  map[string]int64 `json:"inconclusive,omitempty"`
	Seconds       float64          `json:"seconds"`               // that the run took
	ExecutionRate float64          `json:"executions_per_second"` // Executions by Seconds

	TrapBlocks     int              `json:"trap_blocks,omitempty"`      // in the image, with exceptions enabled
	Faults         int64            `json:"faults"`                     // pairs of records of which one at least is a fault
	DeclaredFaults int64            `json:"declared_faults"`            // of these, with a signal that the instruction declares
	FaultsBySignal map[string]int64 `json:"faults_by_signal,omitempty"` // Faults by the signal: the master's, or the apprentice's where the master had none

	Mismatches     int64              `json:"mismatches"`                      // pairs of records that differ
	MismatchList   []*Mismatch        `json:"mismatch_list"`                   // the first example of each kind and pattern, known ones too: see Mismatch
	MismatchesLeft int64              `json:"mismatches_left_out,omitempty"`   // pairs that no entry of the list counts
	CodeDiffers    int64              `json:"code_differences"`                // faults alike but for their signal code
	CodeList       []*CodeDifference  `json:"code_difference_list,omitempty"`  // of these, the first of each kind
	CauseDiffers   int64              `json:"cause_differences"`               // traps alike but for cause bits that one side has cleared
	CauseList      []*CauseDifference `json:"cause_difference_list,omitempty"` // of these, the first of each kind
	LateFaults     int64              `json:"late_faults,omitempty"`           // records of misaligned accesses that name the instruction behind: a system's habit
	// KnownMismatches are those of Mismatches that a list of known differences covers, KnownSeen its entries.
	KnownMismatches int64        `json:"known_mismatches,omitempty"`
	KnownSeen       []*KnownSeen `json:"known,omitempty"` // entries of lists of known differences that covered something
	// KnownUnseen are the ids of entries that are about this CPU, these targets and a pattern that ran, and covered nothing.
	KnownUnseen []string `json:"known_unseen,omitempty"`

	Findings     []*Finding `json:"findings"`                    // what a side, or both, did that the description does not allow, known ones too
	FindingsLeft int64      `json:"findings_left_out,omitempty"` // occurrences that no finding counts

	PatternList  []PatternState `json:"pattern_list"`            // all patterns in the image, and how far they came
	ReservedList []PatternState `json:"reserved_list,omitempty"` // those that reserved words were drawn from
	UndrawnList  []PatternState `json:"undrawn_list,omitempty"`  // the patterns that the CPU has and the image does not

	misaligned []string // patterns of which a misaligned access ran

	Again string `json:"again,omitempty"` // the command that makes this run once more, for a shell; empty: not known
}

// TargetPair names the two targets.
type TargetPair struct {
	Master     string `json:"master"`     // the side that is taken for right
	Apprentice string `json:"apprentice"` // the side under test
}

// Failed reports whether the two sides differ or something was found that both did wrong.
func (r *Report) Failed() bool {
	return r.Mismatches > r.KnownMismatches || r.FindingsLeft > 0 ||
		slices.ContainsFunc(r.Findings, func(f *Finding) bool { return f.Known == "" })
}

// imageBlocks is how many blocks the image has: those that were compared, and others.
func (r *Report) imageBlocks() int {
	return max(r.Blocks, int((r.Records+r.RecordsLeft)/int64(max(r.Rounds, 1))))
}

// Where is an instruction under test in one round.
type Where struct {
	Pattern     string     `json:"pattern"`             // name of the pattern; empty if nothing says which instruction it was
	Source      string     `json:"source"`              // file:line of the pattern
	Block       int        `json:"block"`               // index of the block in the image, from 0
	Round       uint32     `json:"round"`               // of the block, from 0
	Item        int        `json:"item"`                // index in the block; -1: nothing says which
	Address     Hex        `json:"address"`             // virtual, in bytes; of the block, where item is -1
	Word        Hex        `json:"word"`                // the instruction as a number
	Width       int        `json:"width,omitempty"`     // of the word, in bits
	Disassembly string     `json:"disassembly"`         // of the word, in the syntax of binutils
	Arguments   []Argument `json:"arguments,omitempty"` // the fields of the word
}

// Argument is a field's value in an instruction word.
type Argument struct {
	Name  string `json:"name"`           // of the field
	Value int64  `json:"value"`          // after !function, if it has one
	Mask  Hex    `json:"mask,omitempty"` // the bits of the word that the value comes from; none: it is a constant
}

// Mismatch kinds.
const (
	KindResult     = "result"     // a result differs
	KindFault      = "fault"      // one side faulted, or both in different ways
	KindUndeclared = "undeclared" // something differs that no instruction of the block owns
	KindStray      = "stray"      // a side left the block by another way than its end
	// The digests of records differ, and the block was not run again for the records. Where one digest stands for all rounds
	// of a block, that counts as one pair of records.
	KindDigest = "digest"
	// The digests differed, and the records of the block, which was run again for them, did not, or not as before; or two differed
	// that did not before.
	KindUnsteady = "unsteady"
)

// Mismatch is a difference between the two sides, with one example of it. Differences of the same kind
// and pattern are one entry. The example is that of the first. A difference that cannot be attributed to
// an instruction has no pattern, item -1, and candidates: the patterns that ran before it was seen.
type Mismatch struct {
	Kind  string `json:"kind"`  // what differs
	Count int64  `json:"count"` // pairs of records
	Words int    `json:"words"` // instructions in the image
	Where
	Candidates []string     `json:"candidates,omitempty"` // patterns of which one did it, if nothing says which
	Known      string       `json:"known,omitempty"`      // the entry of a list of known differences that covers it
	bits       *Known       // the entry with bits that allows those that differ, in all of its pairs
	reserved   bool         // the instruction is a reserved word
	detail     detail       // what entries ask for
	opcode     string       // of these, which one, where its pattern is a table of such
	suspected  suspicion    // KindUndeclared, KindStray
	Inputs     []Value      `json:"inputs,omitempty"`           // what the instruction read, of the example
	Outputs    []Difference `json:"outputs,omitempty"`          // its results and, if something else differs, that: equal ones too
	Master     *Fault       `json:"master_fault,omitempty"`     // how the round ended there, if by a fault
	Apprentice *Fault       `json:"apprentice_fault,omitempty"` // likewise
}

// Value is what an operand held when the instruction ran. Registers are written in hexadecimal, most
// significant digit first; memory as bytes in the order of addresses.
type Value struct {
	Operand string `json:"operand"` // name of the operand in the description
	Place   string `json:"place"`   // register, state or window of memory
	Value   string `json:"value"`   // empty: not recorded, since a later instruction overwrote it
}

// Difference is a place of both records. Values are written as those of Value are.
type Difference struct {
	Operand    string `json:"operand"`       // empty where no operand of the instruction owns the place
	Place      string `json:"place"`         // register, state, or window of memory with the address of the first byte shown
	Via        string `json:"via,omitempty"` // the glue that copied the result there, disassembled
	Master     string `json:"master"`        // value on the master
	Apprentice string `json:"apprentice"`    // value on the apprentice
}

// Fault is how a side faulted.
type Fault struct {
	Signal string `json:"signal"` // name of the signal, such as SIGILL
	Code   int32  `json:"code"`   // si_code
	PC     Hex    `json:"pc"`     // address of the instruction that faulted
}

// CodeDifference is faults that are alike but for their signal code, which kernels and emulators fill in
// differently. By itself it is no mismatch.
type CodeDifference struct {
	Count          int64  `json:"count"`           // pairs of records
	Signal         string `json:"signal"`          // of both sides
	MasterCode     int32  `json:"master_code"`     // si_code on the master
	ApprenticeCode int32  `json:"apprentice_code"` // si_code on the apprentice
	Where                 // the first
}

// CauseDifference is traps that are alike but for cause bits of a control register, which kernels clear before a
// handler runs and emulators of user mode leave. By itself it is no mismatch.
type CauseDifference struct {
	Count      int64  `json:"count"`      // pairs of records
	State      string `json:"state"`      // name of the control register
	Master     string `json:"master"`     // in the first, in hexadecimal
	Apprentice string `json:"apprentice"` // likewise
	Where             // the first
}

// Finding kinds.
const (
	FindingChange   = "undeclared change"
	FindingStray    = "lost control" // both sides left a block by another way than its end
	FindingFault    = "undeclared fault"
	FindingConstant = "never changed"
	FindingRan      = "ran"               // an instruction that must fault did not
	FindingStored   = "stored after all"  // a linked store told that it was not done, and was
	FindingTrapped  = "changed at a trap" // an instruction changed an output, and trapped
	FindingNoTrap   = "missing trap"      // an exception was signalled and enabled, and not taken
	FindingDied     = "target died"       // and the run went on: see Options.KeepGoing
)

// Finding is something wrong that comparing alone does not show.
type Finding struct {
	Kind       string           `json:"kind"`                 // what was found
	Text       string           `json:"text"`                 // a sentence
	Count      int64            `json:"count"`                // how often
	Target     string           `json:"target,omitempty"`     // "master", "apprentice" or "both"
	Place      string           `json:"place,omitempty"`      // register, state or operand that it is about
	Block      int              `json:"block"`                // the first
	Round      uint32           `json:"round"`                // of the block
	Candidates []string         `json:"candidates,omitempty"` // patterns of which one did it
	blocks     map[int][]string // an undeclared change, lost control: what ran in each block where it was seen
	detail     detail           // FindingRan, FindingFault: what entries ask for
	Known      string           `json:"known,omitempty"` // the entry of a list of known differences that covers it
}

// Values of Finding.Target.
const (
	roleMaster     = "master"
	roleApprentice = "apprentice"
	roleTarget     = "target" // the only one
	bothSides      = "both"
)

// knownFindings counts the findings that a list of known differences covers.
func (r *Report) knownFindings() int {
	n := 0
	for _, f := range r.Findings {
		if f.Known != "" {
			n++
		}
	}
	return n
}
