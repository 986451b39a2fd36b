package runtime

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/risugen/risugen/internal/screen"
)

// bootSilence is how long a guest that boots may say nothing: many times what it takes between two lines on a busy machine.
const bootSilence = time.Minute

// systemProcess is a guest.
type systemProcess struct {
	cmd      *exec.Cmd
	signals  map[string]uint32 // of the guest
	dir      string            // holds its initramfs and the socket; for nobody else to read
	listener net.Listener
	out      *guestStream
	errs     tail // the emulator's standard error
	console  console
	killed   atomic.Bool
	stopKill func() bool

	mu     sync.Mutex
	conn   net.Conn      // to the guest's port, once there is one
	done   chan struct{} // closed when the emulator has ended
	status error         // how; valid then
}

// startGuest starts the emulator.
func startGuest(ctx context.Context, plan *systemPlan, img *Image) (*systemProcess, error) {
	dir, err := guestDir()
	if err != nil {
		return nil, err
	}
	p := &systemProcess{dir: dir, done: make(chan struct{}), signals: img.Program.Machine.Layout().Signals}
	if err := p.start(plan, img); err != nil {
		p.clean()
		return nil, err
	}
	p.stopKill = context.AfterFunc(ctx, p.Kill)
	return p, nil
}

// socketName is how many bytes the name of a socket may have, on the systems that allow the fewest.
const socketName = 103

// guestDir makes a directory for a guest's files, and in /tmp where that for temporary files is too deep for the name of a socket.
func guestDir() (string, error) {
	dir, err := os.MkdirTemp("", "risugen-")
	if err != nil || len(filepath.Join(dir, portName)) <= socketName {
		return dir, err
	}
	os.Remove(dir)
	return os.MkdirTemp("/tmp", "risugen-")
}

// portName is the socket's name in that directory.
const portName = "port"

func (p *systemProcess) start(plan *systemPlan, img *Image) error {
	token := "risugen " + rand.Text()
	initrd, port := filepath.Join(p.dir, "initrd"), filepath.Join(p.dir, portName)
	if err := writeInitrd(initrd, plan, img, token); err != nil {
		return fmt.Errorf("write the guest's files: %w", err)
	}
	var err error
	if p.listener, err = net.Listen("unix", port); err != nil {
		return err
	}
	p.out = newGuestStream(connReader{p}, token)
	args := append(plan.command[1:len(plan.command):len(plan.command)], "-initrd", initrd,
		"-chardev", "socket,id=records,path="+strings.ReplaceAll(port, ",", ",,"),
		"-device", "virtio-serial-pci", "-device", "virtserialport,chardev=records,nr=1")
	p.cmd = exec.Command(plan.command[0], args...)
	p.cmd.Stdout, p.cmd.Stderr = &p.console, &p.errs
	p.cmd.WaitDelay = orphanDelay
	ownGroup(p.cmd)
	if err := p.cmd.Start(); err != nil {
		return err
	}
	go p.reap()
	return nil
}

func writeInitrd(path string, plan *systemPlan, img *Image, token string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(plan.writeInitramfs(f, img, token), f.Close())
}

// reap waits for the emulator's end.
func (p *systemProcess) reap() {
	err := p.cmd.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	killGroup(p.cmd.Process) // what it left behind; the group's number is not given away while that lives
	p.status = err
	close(p.done)
	// Waiting for its connection has to end, but not before one that it made and that nobody took yet.
	if wake, err := net.Dial("unix", p.listener.Addr().String()); err == nil {
		wake.Close()
	}
}

// boot waits until the guest is about to start the image, and returns what it says of itself. A guest that says nothing
// for too long, neither there nor on its console, is killed.
func (p *systemProcess) boot(silence time.Duration) (map[string]string, error) {
	var late atomic.Bool
	stop := p.console.expect(silence, func() { late.Store(true); p.Kill() })
	defer stop()
	conn, err := p.listener.Accept()
	if err == nil {
		p.mu.Lock()
		p.conn = conn
		p.mu.Unlock()
		if p.killed.Load() {
			conn.Close()
		}
		var about map[string]string
		if about, err = p.out.about(); err == nil {
			return about, nil
		}
	}
	if late.Load() {
		return nil, fmt.Errorf("%w for %s", errSilent, screen.Span(silence))
	}
	return nil, err
}

// connReader reads from a guest's port.
type connReader struct{ p *systemProcess }

// Read implements io.Reader.
func (r connReader) Read(b []byte) (int, error) { return r.p.conn.Read(b) }

// Read implements Process. When the image's last byte was read the guest is told that it may go.
func (p *systemProcess) Read(b []byte) (int, error) {
	said := p.out.status >= 0
	n, err := p.out.Read(b)
	if !said && p.out.status >= 0 {
		_, _ = p.conn.Write([]byte("gone\n")) // to a guest that may have died of its own
	}
	return n, err
}

// Kill implements Process.
func (p *systemProcess) Kill() {
	p.killed.Store(true)
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
		return
	default:
	}
	killGroup(p.cmd.Process)
	if p.conn != nil {
		_ = p.conn.SetDeadline(time.Now())
	}
}

// clean removes what the guest needed.
func (p *systemProcess) clean() {
	if p.listener != nil {
		p.listener.Close()
	}
	if p.conn != nil {
		p.conn.Close()
	}
	os.RemoveAll(p.dir)
}

// Wait implements Process.
func (p *systemProcess) Wait() error {
	<-p.done
	p.stopKill()
	p.clean()
	exit := (*exec.ExitError)(nil)
	e := &ExitError{Log: "console", Stderr: p.console.text()}
	switch {
	case p.console.inTrouble():
		e.How = "the guest's kernel gave up"
	case errors.As(p.status, &exit):
		e.How = filepath.Base(p.cmd.Path) + ": " + describeExit(exit.ProcessState)
		if text := p.errs.text(); text != "" {
			e.Log, e.Stderr = "", text
		}
	case p.out.status < 0:
		e.How = "the guest went down before the image ended"
	case p.out.status > 0:
		e.How = "in the guest: " + p.imageStatus()
	default:
		return nil
	}
	return e
}

// imageStatus says how the image ended, in the guest's numbers of signals.
func (p *systemProcess) imageStatus() string {
	for name, n := range p.signals {
		if p.out.status == 128+int(n) {
			return "killed by " + name
		}
	}
	return fmt.Sprintf("exit status %d", p.out.status)
}
