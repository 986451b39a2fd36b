package arm

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// The harness. Between blocks every general register is its own; the variables are at a64StateAddr, of 32 bits each:
const (
	varBuf     = 0    // where the next record goes
	varPool    = 4    // this round's window of the pool
	varRound   = 8    // this round's number
	varEntry   = 12   // the next block's table entry
	varBlock   = 16   // this block's number
	varCode    = 20   // this block's code
	varLoad    = 24   // this block's register load
	varOffset  = 28   // next round's offset into the pool
	varStride  = 32   // what is added to it
	varMemory  = 36   // this block touches memory
	varLimit   = 40   // where the buffer counts as full in this block
	varFPCR    = 44   // this round's
	varFault   = 48   // the fault handler is at work
	varDigests = 0x50 // images of digests: where the next digest goes
	varHashX   = 0x54 // the hash of the records since the last digest
	varHashY   = 0x58
	varShared  = 0x5c  // how the buffer is shared, as arch.ShareMapped; 0: it is not
	varSlot    = 0x60  // where this slot of it begins, from the first one on
	varHanded  = 0x64  // a handover
	varLast    = 0x6c  // nothing follows: no other slot is needed
	varCredit  = 0x70  // what is read for a slot
	varVector  = 0x78  // what is to be spliced: address and size, as wide as pointers
	varAlt     = 0x100 // structures of the kernel's
	varAction  = 0x120
	varPoll    = 0x160
)

// Registers of the harness.
const (
	rVars = 20 // the variables
	rRec  = 21 // a record
	rLink = 22 // where a routine that makes system calls returns to
	rAt   = 23 // what is to be written
	rEnd  = 24 // behind it
	rBack = 25 // where a routine returns to that calls others

	tmp1, tmp2, tmp3, tmp4, tmp5, tmp6 = 9, 10, 11, 12, 13, 14

	rCall = 8  // number of a system call
	rRet  = 30 // what BL writes
)

// a64EntrySize is the size of a block's entry in the table: code, register load, pool offset, pool stride, memory flag, end of
// the buffer.
const a64EntrySize = 24

// a64Harness emits the code around the blocks.
type a64Harness struct {
	*a64Asm
	l  *a64Layout
	p  *arch.Program
	at arch.Tables // in read-only memory
}

func (h *a64Harness) emit() {
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

func a64LoadLabel(i int) string  { return fmt.Sprintf("load%d", i) }
func a64CheckLabel(i int) string { return fmt.Sprintf("check%d", i) }

// entry sets up the signal stack, the handlers, the pipe and the variables, and puts the start record into the buffer.
func (h *a64Harness) entry() {
	h.li(rVars, a64StateAddr)
	h.li(tmp1, a64AltAddr)
	h.store64(tmp1, varAlt, rVars)
	h.li(tmp1, a64AltSize)
	h.store64(tmp1, varAlt+16, rVars)
	h.addConst(0, rVars, varAlt)
	h.move(1, zr)
	h.system(sysSigaltstack)
	h.branch(&h.cbnz, 0, "die")
	h.address(tmp1, "handler")
	h.store64(tmp1, varAction, rVars)
	h.li(tmp1, actionFlags)
	h.store64(tmp1, varAction+8, rVars)
	for _, name := range []string{"SIGILL", "SIGTRAP", "SIGFPE", "SIGBUS", "SIGSEGV"} {
		h.li(0, h.l.Signals[name])
		h.addConst(1, rVars, varAction)
		h.move(2, zr)
		h.li(3, 8) // bytes of a signal set
		h.system(sysSigaction)
		h.branch(&h.cbnz, 0, "die")
	}
	h.li(0, 1)
	h.li(1, arch.SetPipeSize)
	h.li(2, pipeSize)
	h.system(sysFcntl) // which fails where standard output is no pipe
	h.li(tmp1, h.at.Blocks)
	h.store(tmp1, varEntry, rVars)
	h.jump(&h.bl, "share")
	h.li(rRec, a64BufAddr)
	h.copyRecord(h.at.Start, arch.RecordHeaderSize+arch.DigestSize)
	h.store(rRec, varBuf, rVars)
	h.jump(&h.b, h.begin())
	h.label("die")
	h.li(0, 99)
	h.system(sysExitGroup)
}

// system makes a system call; arguments are in registers 0 on.
func (h *a64Harness) system(number uint32) {
	h.li(rCall, number)
	h.put(&h.svc, 0)
}

// copyRecord copies a ready-made record to where rRec points, and moves rRec behind it.
func (h *a64Harness) copyRecord(from uint32, size int64) {
	h.li(tmp1, from)
	for off := int64(0); off < size; off += 4 {
		h.load(tmp2, off, tmp1)
		h.store(tmp2, off, rRec)
	}
	h.addConst(rRec, rRec, size)
}

// nextBlock takes the next entry of the table.
func (h *a64Harness) nextBlock() {
	h.label("next block")
	h.li(rVars, a64StateAddr)
	h.load(tmp1, varEntry, rVars)
	h.load(tmp2, 0, tmp1)
	h.branch(&h.cbz, tmp2, "finish")
	h.store(tmp2, varCode, rVars)
	for i, v := range []int64{varLoad, varOffset, varStride, varMemory, varLimit} {
		h.load(tmp2, int64(4+4*i), tmp1)
		h.store(tmp2, v, rVars)
	}
	h.addConst(tmp1, tmp1, a64EntrySize)
	h.store(tmp1, varEntry, rVars)
	h.store(zr, varRound, rVars)
	h.moveLimit()
}

// newRound finds the round's window and initial FPCR, fills memory where the block touches it, and goes on to the register
// load.
func (h *a64Harness) newRound() {
	h.label("new round")
	h.li(rVars, a64StateAddr)
	h.load(tmp1, varOffset, rVars)
	h.load(tmp2, varStride, rVars)
	h.li(tmp3, a64PoolAddr)
	h.plus(tmp6, tmp3, tmp1)
	h.store(tmp6, varPool, rVars)
	h.plus(tmp1, tmp1, tmp2)
	h.lowBits(tmp1, tmp1, uint32(h.p.PoolSpan))
	h.store(tmp1, varOffset, rVars)
	h.initialControls()
	h.load(tmp1, varMemory, rVars)
	h.branch(&h.cbz, tmp1, "loaded")
	h.addConst(tmp6, tmp6, int64(h.l.Memory.Pool))
	h.li(tmp5, a64MemAddr)
	h.copyMemory("fill", tmp6, tmp5)
	h.label("loaded")
	h.load(tmp1, varLoad, rVars)
	h.put(&h.br, tmp1)
}

// plus adds two registers.
func (h *a64Harness) plus(rd, rn, rm int64) { h.put(&h.add, w64, lsl, rm, 0, rn, rd) }

// copyMemory copies the memory block from where one register points to where another does, and moves both behind it. It
// uses tmp1, tmp2 and vectors 0 to 3.
func (h *a64Harness) copyMemory(label string, from, to int64) {
	h.addConst(tmp1, from, int64(h.l.Memory.Bytes()))
	h.label(label)
	h.loadVectors(0, from)
	h.storeVectors(0, to)
	h.put(&h.sub, w64, lsl, from, 0, tmp1, tmp2)
	h.branch(&h.cbnz, tmp2, label)
}
