package mips

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// The harness. Between blocks every general register is its own; the variables are at stateAddr:
const (
	varBuf    = 0  // where the next record goes
	varPool   = 4  // this round's window of the pool
	varRound  = 8  // this round's number
	varEntry  = 12 // the next block's table entry
	varBlock  = 16 // this block's number
	varLimit  = 20 // end of the buffer
	varCode   = 24 // this block's code
	varLoad   = 28 // this block's register load
	varOffset = 32 // next round's offset into the pool
	varStride = 36
	varMemory = 40 // this block touches memory
	varMode   = 44 // initial FCSR and MSACSR of this round
	varFault  = 48 // the fault handler is at work
	varAlt    = 0x100
	varAction = 0x120
	varPoll   = 0x160
	varStack  = 0xf00 // where the stack pointer stands for system calls; nothing is stored there
)

// A block's entry in the table: code, register load, pool offset, pool stride, memory flag.
const entrySize = 20

// harness emits the code around the blocks.
type harness struct {
	*asm
	m *machine
	l *layout
	p *arch.Program
	// tables that stand in read-only memory
	startRecord, endRecord, table, message uint32
}

func (h *harness) emit() {
	h.entry()
	h.nextBlock()
	h.newRound()
	for i := range h.l.Bases {
		h.loadRegisters(i)
		h.checkpoint(i)
	}
	h.tail()
	h.flush()
	h.finishUp()
	h.handler()
	h.broken()
}

// base returns the register that serves as base number i.
func (h *harness) base(i int) int64 { return int64(h.l.Bases[i]) }

func loadLabel(i int) string  { return fmt.Sprintf("load%d", i) }
func checkLabel(i int) string { return fmt.Sprintf("check%d", i) }

// entry sets up the signal stack, the handlers and the variables, and puts the start record into the
// buffer.
func (h *harness) entry() {
	h.li(8, stateAddr)
	h.li(9, altAddr)
	h.store(9, varAlt, 8)
	h.li(9, altSize)
	h.store(9, varAlt+4, 8)
	h.put(&h.addiu, 4, 8, varAlt)
	h.move(5, 0)
	h.system(sysSigaltstack)
	h.branch(&h.bne, 7, 0, "die")
	h.li(8, stateAddr)
	h.li(9, actionFlags)
	h.store(9, varAction, 8)
	h.address(9, "handler")
	h.store(9, varAction+4, 8)
	for _, name := range []string{"SIGILL", "SIGTRAP", "SIGFPE", "SIGBUS", "SIGSEGV"} {
		h.li(8, stateAddr)
		h.put(&h.addiu, 4, 0, int64(h.l.Signals[name]))
		h.put(&h.addiu, 5, 8, varAction)
		h.move(6, 0)
		h.put(&h.addiu, 7, 0, 16) // bytes of a signal set
		h.system(sysSigaction)
		h.branch(&h.bne, 7, 0, "die")
		h.nop()
	}
	h.li(8, stateAddr)
	h.li(9, bufAddr+bufSize)
	h.store(9, varLimit, 8)
	h.li(9, h.table)
	h.store(9, varEntry, 8)
	h.li(9, bufAddr)
	h.copyRecord(h.startRecord, arch.RecordHeaderSize+arch.DigestSize)
	h.store(9, varBuf, 8)
	h.jump(&h.j, "next block")
	h.nop()
	h.label("die")
	h.kernelStack()
	h.put(&h.addiu, 4, 0, 99)
	h.system(sysExitGroup)
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
	for i, v := range []int64{varLoad, varOffset, varStride, varMemory} {
		h.load(10, int64(4+4*i), 9)
		h.store(10, v, 8)
	}
	h.put(&h.addiu, 9, 9, entrySize)
	h.store(9, varEntry, 8)
	h.store(0, varRound, 8)
}

// newRound finds the round's window and mode, fills memory where the block touches it, and goes on to the
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
	h.load(10, varRound, 8) // mode: see machine.InitialState
	h.put(&h.andi, 12, 10, 3)
	h.put(&h.srl, 10, 10, 2)
	h.put(&h.andi, 10, 10, 1)
	h.put(&h.sll, 10, 10, 24)
	h.put(&h.or, 12, 12, 10)
	h.store(12, varMode, 8)
	h.load(9, varMemory, 8)
	h.branch(&h.beq, 9, 0, "loaded")
	h.load(10, varLoad, 8)
	h.put(&h.addiu, 11, 11, int64(h.l.Memory.Pool))
	h.li(12, memAddr)
	h.copyMemory("fill", 11, 12)
	h.label("loaded")
	h.put(&h.jr, 10)
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
func (h *harness) loadRegisters(i int) {
	b := h.base(i)
	temp := h.otherThan(b)
	h.label(loadLabel(i))
	h.li(b, stateAddr)
	h.load(b, varPool, b)
	if h.l.vec >= 0 {
		for w := int64(0); w < 32; w++ {
			h.put(&h.ld, w, 2*w, b, dfDouble) // offset 16*w, in units of 8
		}
	}
	h.load(temp, int64(h.l.poolHI), b)
	h.put(&h.mthi, temp)
	h.load(temp, int64(h.l.poolHI)+4, b)
	h.put(&h.mtlo, temp)
	if h.l.fcsr >= 0 {
		h.li(temp, stateAddr)
		h.load(temp, varMode, temp)
		h.put(&h.ctc1, temp, numFCSR)
		if h.l.msacsr >= 0 {
			h.put(&h.ctcmsa, numMSACSR, temp)
		}
	}
	for r := int64(1); r < 32; r++ {
		if r != b && h.loaded(r) {
			h.load(r, int64(h.l.Classes[h.l.gpr].Pool)+4*r, b)
		}
	}
	if k := int64(h.l.Keeps[i]); k >= 0 {
		h.li(k, stateAddr)
		h.load(k, varMode, k)
	}
	h.li(b, stateAddr)
	h.load(b, varCode, b)
	h.nop()
	h.put(&h.jr, b)
	h.nop()
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
func (h *harness) checkpoint(i int) {
	b := h.base(i)
	h.label(checkLabel(i))
	h.load(b, varBuf, b)
	gpr := int64(arch.RecordHeaderSize + h.l.Classes[h.l.gpr].Record)
	for r := int64(0); r < 32; r++ {
		from := r
		if r == b || !h.loaded(r) && r != 0 {
			from = 0 // not the program's: a constant
		}
		h.store(from, gpr+4*r, b)
	}
	h.storeVectors(b)
	temp := h.otherThan(b)
	h.put(&h.mfhi, temp)
	h.storeState(temp, h.l.hi, b)
	h.put(&h.mflo, temp)
	h.storeState(temp, h.l.lo, b)
	h.storeControl(temp, b)
	h.jump(&h.j, "checked")
	h.nop()
}

func (h *harness) storeState(reg int64, state int, record int64) {
	h.store(reg, int64(arch.RecordHeaderSize+h.l.States[state].Record), record)
}

// storeVectors stores the vector registers into the record that a register points to.
func (h *harness) storeVectors(record int64) {
	if h.l.vec < 0 {
		return
	}
	off := int64(arch.RecordHeaderSize+h.l.Classes[h.l.vec].Record) / 8
	for w := int64(0); w < 32; w++ {
		h.put(&h.st, w, off+2*w, record, dfDouble)
	}
}

// storeControl stores FCSR and MSACSR.
func (h *harness) storeControl(temp, record int64) {
	if h.l.fcsr >= 0 {
		h.put(&h.cfc1, temp, numFCSR)
		h.storeState(temp, h.l.fcsr, record)
	}
	if h.l.msacsr >= 0 {
		h.put(&h.cfcmsa, temp, numMSACSR)
		h.storeState(temp, h.l.msacsr, record)
	}
}
