package mips

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

// The harness. Between blocks every general register is its own; the variables are at stateAddr:
const (
	varBuf     = 0  // where the next record goes
	varPool    = 4  // this round's window of the pool
	varRound   = 8  // this round's number
	varEntry   = 12 // the next block's table entry
	varBlock   = 16 // this block's number
	varLimit   = 20 // where the buffer counts as full in this block
	varCode    = 24 // this block's code
	varLoad    = 28 // this block's register load
	varOffset  = 32 // next round's offset into the pool
	varStride  = 36
	varMemory  = 40   // this block touches memory
	varView    = 52   // this block's view
	varControl = 64   // initial values of this round, in the order of Layout.KeepStates
	varFault   = 48   // the fault handler is at work
	varEnables = 56   // enable bits that this block lets through
	varDigests = 0x50 // images of digests: where the next digest goes
	varHashX   = 0x54 // the hash of the records since the last digest
	varHashY   = 0x58
	varShared  = 0x5c // how the buffer is shared, as arch.ShareMapped; 0: it is not
	varSlot    = 0x60 // where this slot of it begins, from the first one on
	varHanded  = 0x64 // a handover
	varLast    = 0x6c // nothing follows: no other slot is needed
	varCredit  = 0x70
	varVector  = 0x78 // what is to be spliced: address and size, as wide as pointers
	varAlt     = 0x100
	varAction  = 0x120
	varPoll    = 0x160
	varStack   = 0xf00 // where the stack pointer stands for system calls; nothing is stored there
)

// A block's entry in the table: code, register load, pool offset, pool stride, memory flag, view, end of the buffer;
// and where some block has traps the enable bits that it lets through.
const entrySize, entryWithTraps = 28, 32

// harness emits the code around the blocks.
type harness struct {
	*asm
	m     *machine
	l     *layout
	p     *arch.Program
	traps bool        // some block has traps
	at    arch.Tables // in read-only memory
}

func (h *harness) emit() {
	h.entry()
	h.nextBlock()
	h.newRound()
	for i := range h.l.Bases {
		for view := 1; view <= h.l.views(); view++ {
			h.loadRegisters(i, view)
			h.checkpoint(i, view)
		}
	}
	h.tail()
	h.flush()
	h.share()
	h.handOver()
	h.splice()
	h.finishUp()
	h.handler()
	h.broken()
	if h.digests() {
		h.digestCode()
	}
}

// entrySize is the size in bytes of a block's entry in the table.
func (h *harness) entrySize() int {
	if h.traps {
		return entryWithTraps
	}
	return entrySize
}

// base returns the register that serves as base number i.
func (h *harness) base(i int) int64 { return int64(h.l.Bases[i]) }

// Machines without views have the routines of view 1 alone.
func loadLabel(i, view int) string  { return fmt.Sprintf("load%d.%d", i, max(1, view)) }
func checkLabel(i, view int) string { return fmt.Sprintf("check%d.%d", i, max(1, view)) }

// blockLabels are the addresses of labels that there are for each base register and view.
func (h *harness) blockLabels(name func(base, view int) string) [][]uint32 {
	out := make([][]uint32, len(h.l.Bases))
	for base := range out {
		for view := range h.l.Views + 1 {
			out[base] = append(out[base], h.labels[name(base, view)])
		}
	}
	return out
}

func (h *harness) sys() *systemCalls { return &h.m.abi.sys }

// entry sets up the signal stack, the handlers and the variables, and puts the start record into the
// buffer.
func (h *harness) entry() {
	word := int64(h.m.abi.word())
	h.li(8, stateAddr)
	h.li(9, altAddr)
	h.storePointer(9, varAlt)
	h.li(9, altSize)
	h.storePointer(9, varAlt+word)
	h.put(&h.addiu, 4, 8, varAlt)
	h.move(5, 0)
	h.system(h.sys().sigaltstack)
	h.branch(&h.bne, 7, 0, "die")
	h.li(8, stateAddr)
	h.li(9, actionFlags)
	h.store(9, varAction, 8)
	h.address(9, "handler")
	h.storePointer(9, varAction+word)
	for _, name := range []string{"SIGILL", "SIGTRAP", "SIGFPE", "SIGBUS", "SIGSEGV"} {
		h.li(8, stateAddr)
		h.put(&h.addiu, 4, 0, int64(h.l.Signals[name]))
		h.put(&h.addiu, 5, 8, varAction)
		h.move(6, 0)
		h.put(&h.addiu, 7, 0, 16) // bytes of a signal set
		h.system(h.sys().sigaction)
		h.branch(&h.bne, 7, 0, "die")
		h.nop()
	}
	h.li(8, stateAddr)
	h.li(9, h.at.Blocks)
	h.store(9, varEntry, 8)
	h.jump(&h.jal, "share")
	h.nop()
	h.li(9, bufAddr)
	h.copyRecord(h.at.Start, arch.RecordHeaderSize+arch.DigestSize)
	h.store(9, varBuf, 8)
	h.jump(&h.j, h.begin())
	h.nop()
	h.label("die")
	h.kernelStack()
	h.put(&h.addiu, 4, 0, 99)
	h.system(h.sys().exitGroup)
}

// storePointer stores a register into the variable of a structure of the kernel's where $8 points to the
// variables.
func (h *harness) storePointer(reg, off int64) {
	if h.m.abi.is64 {
		h.storeReg(reg, off, 8)
		return
	}
	h.store(reg, off, 8)
}

// kernelStack gives the stack pointer a value that Linux takes: where it points into the kernel's half of
// the addresses, as one under test may, every o32 system call fails with EFAULT, exit_group too. Emulators
// of user mode do not mind.
func (h *harness) kernelStack() { h.li(29, stateAddr+varStack) }

// address loads a label's address: LUI and ORI, filled in later.
func (h *harness) address(reg int64, label string) {
	h.fixes = append(h.fixes,
		fix{len(h.words), label, func(_, to uint32) (arch.Word, error) { return h.lui.Word(reg, int64(to>>16)) }},
		fix{len(h.words) + 1, label, func(_, to uint32) (arch.Word, error) { return h.ori.Word(reg, reg, int64(to&0xffff)) }})
	h.words = append(h.words, 0, 0)
}

// copyRecord copies a ready-made record to where $9 points, and moves $9 behind it.
func (h *harness) copyRecord(from uint32, size int64) {
	h.li(10, from)
	for off := int64(0); off < size; off += 4 {
		h.load(11, off, 10)
		h.store(11, off, 9)
	}
	h.put(&h.addiu, 9, 9, size)
}

// nextBlock takes the next entry of the table.
func (h *harness) nextBlock() {
	h.label("next block")
	h.li(8, stateAddr)
	h.load(9, varEntry, 8)
	h.load(10, 0, 9)
	h.branch(&h.beq, 10, 0, "finish")
	h.store(10, varCode, 8)
	vars := []int64{varLoad, varOffset, varStride, varMemory, varView, varLimit}
	if h.traps {
		vars = append(vars, varEnables)
	}
	for i, v := range vars {
		h.load(10, int64(4+4*i), 9)
		h.store(10, v, 8)
	}
	h.put(&h.addiu, 9, 9, int64(h.entrySize()))
	h.store(9, varEntry, 8)
	h.moveLimit()
	h.store(0, varRound, 8)
}

// newRound finds the round's window and initial control registers, fills memory where the block touches it, and goes on to the
// register load.
func (h *harness) newRound() {
	h.label("new round")
	h.li(8, stateAddr)
	h.load(9, varOffset, 8)
	h.load(10, varStride, 8)
	h.li(11, poolAddr)
	h.put(&h.addu, 11, 11, 9)
	h.store(11, varPool, 8)
	h.put(&h.addu, 9, 9, 10)
	h.li(12, uint32(h.p.PoolSpan-1))
	h.put(&h.and, 9, 9, 12)
	h.store(9, varOffset, 8)
	h.initialControls()
	h.load(9, varMemory, 8)
	h.branch(&h.beq, 9, 0, "loaded")
	h.load(10, varLoad, 8)
	h.put(&h.addiu, 11, 11, int64(h.l.Memory.Pool))
	h.li(12, memAddr)
	h.copyMemory("fill", 11, 12)
	h.label("loaded")
	h.do(h.jumpTo(10))
	h.nop()
}

// copyMemory copies the memory block from where one register points to where another does, and moves
// both behind it. It uses $13 to $15.
func (h *harness) copyMemory(label string, from, to int64) {
	const step = 32
	h.put(&h.addiu, 15, from, int64(h.l.Memory.Bytes()))
	h.label(label)
	for off := int64(0); off < step; off += 8 {
		h.load(13, off, from)
		h.load(14, off+4, from)
		h.store(13, off, to)
		h.store(14, off+4, to)
	}
	h.put(&h.addiu, from, from, step)
	h.branch(&h.bne, from, 15, label)
	h.put(&h.addiu, to, to, step)
}

// loadRegisters sets every register from the pool and jumps to the block, whose base register is then the
// one that is left with the block's address.
func (h *harness) loadRegisters(i, view int) {
	b := h.base(i)
	temp := h.otherThan(b)
	h.label(loadLabel(i, view))
	h.li(b, stateAddr)
	h.load(b, varPool, b)
	h.loadFloat(b, view)
	for s := range h.l.States {
		h.loadState(s, temp, b)
	}
	for k, r := range h.l.Keeps[i] {
		h.initial(h.l.KeepStates[k], int64(r), b)
	}
	for r := range int64(32) {
		if r != b && h.loaded(r) && !slices.Contains(h.l.Keeps[i], int(r)) {
			h.loadReg(r, int64(h.l.Classes[h.l.gpr].Pool+h.m.abi.regs*int(r)), b)
		}
	}
	h.li(b, stateAddr)
	h.load(b, varCode, b)
	h.nop()
	h.do(h.jumpTo(b))
	h.nop()
}

// loadFloat loads the vector or floating-point registers from the pool, to which a register points.
func (h *harness) loadFloat(pool int64, view int) {
	if h.l.live(h.l.vec, view) {
		h.loadVectors(pool)
		return
	}
	for r := range int64(32) {
		switch {
		case h.l.live(h.l.fpr, view) && h.m.abi.fr1:
			h.put(&h.ldc1, r, 8*r, pool)
		case h.l.live(h.l.fpr, view):
			h.put(&h.lwc1, r, 4*r, pool)
		}
	}
}

// loadVectors loads a vector register in two halves. LDC1 leaves the upper half of its register undefined, and ILVR puts the
// lower half of the last register there. LD would do it at once; under QEMU, which makes the accesses of LD in functions and
// that of LDC1 in translated code, load and dump of all vectors took two and a half times as long with LD and ST.
func (h *harness) loadVectors(pool int64) {
	const last = 31
	for r := range int64(last) {
		h.put(&h.ldc1, r, 16*r, pool)
		h.put(&h.ldc1, last, 16*r+8, pool)
		h.put(&h.ilvr, dfDouble, r, last, r)
	}
	h.put(&h.ldv, last, 2*last, pool, dfDouble) // in units of 8
}

// storeVectors stores the vector registers, as loadVectors loads them. It moves upper halves to lower ones, and leaves
// nothing in the registers that is still needed.
func (h *harness) storeVectors(record int64) {
	for w := range int64(32) {
		off := int64(arch.RecordHeaderSize+h.l.Classes[h.l.vec].Record) + 16*w
		h.put(&h.sdc1, w, off, record)
		h.put(&h.ilvl, dfDouble, w, w, w)
		h.put(&h.sdc1, w, off+8, record)
	}
}

// initial gives a register the value that a state has at the start of a round.
func (h *harness) initial(state int, reg, pool int64) {
	if h.l.isControl(state) {
		h.li(reg, stateAddr)
		h.load(reg, varControl+4*int64(h.l.States[state].Keep), reg)
	} else {
		h.loadReg(reg, int64(h.l.poolState[state]), pool)
	}
	h.nop() // a load's result is there one instruction later on MIPS I
}

// loadState sets a state.
func (h *harness) loadState(state int, temp, pool int64) {
	h.initial(state, temp, pool)
	if h.l.isNarrow(state) {
		h.put(&h.sll, temp, temp, 0)
	}
	h.do(h.write(h.l.States[state].Name, temp))
}

// loaded reports whether a general register is the harness's to set.
func (h *harness) loaded(r int64) bool { return h.l.Classes[h.l.gpr].Never>>r&1 == 0 && r != 0 }

// otherThan is a register that serves as temporary where b is the base.
func (h *harness) otherThan(b int64) int64 {
	if b == 2 {
		return 3
	}
	return 2
}

// checkpoint stores every register into a record. It is entered with the base register holding the
// address of the variables.
func (h *harness) checkpoint(i, view int) {
	b := h.base(i)
	h.label(checkLabel(i, view))
	h.load(b, varBuf, b)
	h.nop()
	for r := range int64(32) {
		from := r
		if r == b || !h.loaded(r) && r != 0 {
			from = 0 // not the program's: a constant
		}
		h.storeGPR(from, r, b)
	}
	h.storeFloat(b, view)
	temp := h.otherThan(b)
	for s := range h.l.States {
		h.readState(s, temp)
		h.storeState(temp, s, b)
	}
	h.storePad(b)
	h.jump(&h.j, "checked")
	h.nop()
}

// readState copies a state into a general register, which an older CPU does not have before the next instruction.
func (h *harness) readState(state int, reg int64) {
	h.do(h.read(h.l.States[state].Name, reg))
	if len(h.l.Hazards) > 0 {
		h.nop()
	}
}

// storeGPR stores a register in the place of general register number r.
func (h *harness) storeGPR(reg, r, record int64) {
	h.storeReg(reg, int64(arch.RecordHeaderSize+h.l.Classes[h.l.gpr].Record+h.m.abi.regs*int(r)), record)
}

func (h *harness) storeState(reg int64, state int, record int64) {
	s := &h.l.States[state]
	if s.Bytes == 8 {
		h.storeReg(reg, int64(arch.RecordHeaderSize+s.Record), record)
		return
	}
	h.store(reg, int64(arch.RecordHeaderSize+s.Record), record)
}

// storePad stores the zero at the end of a payload whose size would be no multiple of 8.
func (h *harness) storePad(record int64) {
	if h.l.pad >= 0 {
		h.store(0, int64(arch.RecordHeaderSize+h.l.pad), record)
	}
}

// storeFloat stores the vector or floating-point registers into the record that a register points to. Where
// these are the lower halves of those, zeros fill the rest of their place.
func (h *harness) storeFloat(record int64, view int) {
	if h.l.live(h.l.vec, view) {
		h.storeVectors(record)
		return
	}
	if !h.l.live(h.l.fpr, view) {
		return
	}
	f := &h.l.Classes[h.l.fpr]
	store := &h.swc1
	if f.Bytes == 8 {
		store = &h.sdc1
	}
	for r := range 32 {
		h.put(store, int64(r), int64(arch.RecordHeaderSize+f.Record+f.Bytes*r), record)
	}
	end := arch.RecordHeaderSize + f.Record + floatBytes(h.m.cpu, h.m.abi)
	for off := arch.RecordHeaderSize + f.Record + 32*f.Bytes; off < end; off += h.m.abi.regs {
		h.storeReg(0, int64(off), record)
	}
}
