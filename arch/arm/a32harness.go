package arm

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// Registers of the harness, whose variables (varBuf and so on, of 32 bits each) are at a32StateAddr. Between blocks every
// general register is its own.
const (
	hVars = 4 // the variables
	hRec  = 5 // a record
	hLink = 6 // where a routine that makes system calls returns to
	hAt   = 8 // what is to be written

	hEnd  = 12 // behind it
	hBack = 11 // where a routine returns to that calls others

	h1, h2, h3, h4, h5, h6 = 9, 10, 11, 12, 3, 2 // temporary

	hCall = 7 // number of a system call
)

// a32EntrySize is the size of a block's entry in the table: code, register load, pool offset, pool stride, memory flag, end of
// the buffer.
const a32EntrySize = 24

// a32Harness emits the code around the blocks.
type a32Harness struct {
	*a32Asm
	l  *a32Layout
	p  *arch.Program
	at arch.Tables // in read-only memory
}

func (h *a32Harness) emit() {
	h.entry()
	h.nextBlock()
	h.newRound()
	for i := range h.l.Bases {
		h.loadRegisters(i)
		h.checkpoint(i)
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

func a32LoadLabel(i int) string  { return fmt.Sprintf("load%d", i) }
func a32CheckLabel(i int) string { return fmt.Sprintf("check%d", i) }

// get and set access a variable.
func (h *a32Harness) get(rt, variable int64) { h.put(h.load(rt, variable, hVars)) }
func (h *a32Harness) set(rt, variable int64) { h.put(h.store(rt, variable, hVars)) }

// entry sets up the signal stack, the handlers, the pipe and the variables, and puts the start record into the buffer.
func (h *a32Harness) entry() {
	h.li(hVars, a32StateAddr)
	h.li(h1, a32AltAddr)
	h.set(h1, varAlt)
	h.li(h1, a32AltSize)
	h.set(h1, varAlt+8)
	h.addConst(0, hVars, varAlt)
	h.li(1, 0)
	h.call0(eabiSigaltstack)
	h.address(h1, "handler")
	h.set(h1, varAction)
	h.li(h1, actionFlags)
	h.set(h1, varAction+4)
	for _, name := range []string{"SIGILL", "SIGTRAP", "SIGFPE", "SIGBUS", "SIGSEGV"} {
		h.li(0, h.l.Signals[name])
		h.addConst(1, hVars, varAction)
		h.li(2, 0)
		h.li(3, 8) // bytes of a signal set
		h.call0(eabiSigaction)
	}
	h.li(0, 1)
	h.li(1, arch.SetPipeSize)
	h.li(2, pipeSize)
	h.kernel(eabiFcntl) // which fails where standard output is no pipe
	h.li(h1, h.at.Blocks)
	h.set(h1, varEntry)
	h.call("share")
	h.li(hRec, a32BufAddr)
	h.copyRecord(h.at.Start, arch.RecordHeaderSize+arch.DigestSize)
	h.set(hRec, varBuf)
	h.branch(condAL, h.begin())
	h.label("die")
	h.li(0, 99)
	h.kernel(eabiExitGroup)
}

// kernel makes a system call; arguments are in registers 0 on.
func (h *a32Harness) kernel(number uint32) {
	h.li(hCall, number)
	h.put(do(&h.svc, 0, condAL))
}

// call0 makes a system call that must return 0.
func (h *a32Harness) call0(number uint32) {
	h.kernel(number)
	h.compareNumber(0, 0)
	h.branch(condNE, "die")
}

// copyRecord copies a ready-made record to where hRec points, and moves hRec behind it.
func (h *a32Harness) copyRecord(from uint32, size int64) {
	h.li(h1, from)
	for off := int64(0); off < size; off += 4 {
		h.put(h.load(h2, off, h1), h.store(h2, off, hRec))
	}
	h.addConst(hRec, hRec, uint32(size))
}

// nextBlock takes the next entry of the table.
func (h *a32Harness) nextBlock() {
	h.label("next block")
	h.li(hVars, a32StateAddr)
	h.get(h1, varEntry)
	h.put(h.load(h2, 0, h1))
	h.compareNumber(h2, 0)
	h.branch(condEQ, "finish")
	h.set(h2, varCode)
	for i, v := range []int64{varLoad, varOffset, varStride, varMemory, varLimit} {
		h.put(h.load(h2, int64(4+4*i), h1))
		h.set(h2, v)
	}
	h.addConst(h1, h1, a32EntrySize)
	h.set(h1, varEntry)
	h.li(h1, 0)
	h.set(h1, varRound)
	h.moveLimit()
}

// newRound finds the round's window and initial FPSCR, fills memory where the block touches it, and goes on to the register
// load.
func (h *a32Harness) newRound() {
	h.label("new round")
	h.li(hVars, a32StateAddr)
	h.get(h1, varOffset)
	h.get(h2, varStride)
	h.li(h6, a32PoolAddr)
	h.plus(h6, h6, h1)
	h.set(h6, varPool)
	h.plus(h1, h1, h2)
	for _, part := range splitImmediates(nil, uint32(-h.p.PoolSpan)) { // whose size is a power of two
		h.put(h.immediate(&h.bicImm, h1, h1, part))
	}
	h.set(h1, varOffset)
	h.initialControls()
	h.get(h1, varMemory)
	h.compareNumber(h1, 0)
	h.branch(condEQ, "loaded")
	h.addConst(h6, h6, uint32(h.l.Memory.Pool))
	h.li(h5, a32MemAddr)
	h.copyMemory("fill", h6, h5)
	h.label("loaded")
	h.get(h1, varLoad)
	h.back(h1)
}

// plus and minus compute with two registers.
func (h *a32Harness) plus(rd, rn, rm int64)  { h.put(h.compute(&h.add, rd, rn, rm)) }
func (h *a32Harness) minus(rd, rn, rm int64) { h.put(h.compute(&h.sub, rd, rn, rm)) }

// copyMemory copies the memory block from where one register points to where another does, and moves both behind it. It
// uses h1 and eight D registers.
func (h *a32Harness) copyMemory(label string, from, to int64) {
	h.addConst(h1, from, uint32(h.l.Memory.Bytes()))
	h.label(label)
	h.loadDoubles(0, 8, from)
	h.storeDoubles(0, 8, to)
	h.compareRegister(from, h1)
	h.branch(condNE, label)
}
