package runtime

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

// SSH is a target on another machine, which the system's ssh program reaches: its configuration, keys, agent and jump
// hosts apply. One connection copies the image and runs it, and one stream brings the records, so that nothing waits for
// an answer while the image runs. The other machine needs a POSIX shell and a few programs (ssh.sh lists them), neither
// scp nor sftp, and no root.
type SSH struct {
	Destination string        // [user@]host
	Port        int           // 0: as ssh is configured
	Key         string        // file with the private key; "": as ssh is configured
	Settings    []string      // NAME=VALUE, for ssh's -o; the first of a name counts
	Dir         string        // directory on the other machine
	Keep        bool          // leave the image there, for the next run
	Run         []string      // command to run the image with; {} stands for its path there, which is appended where no word has it
	Timeout     time.Duration // to connect; each later step up to the start of the image may take twice as long
	Text        string        // what the user wrote

	mu      sync.Mutex
	machine map[string]string
	version string // of the emulator
}

// SSHEnv is the environment variable that holds the ssh program, as a command line: "ssh -F FILE". It must be OpenSSH's,
// or take its options.
const SSHEnv = "RISUGEN_SSH"

// A dead link is noticed after the product of both, which is less than a target may be silent by default.
const (
	aliveInterval = 5 * time.Second
	aliveCount    = 3
)

// Name implements Target.
func (s *SSH) Name() string { return s.Text }

// Describe implements Describer: of the other machine, once an image was started there.
func (s *SSH) Describe(context.Context) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.machine)
}

// Start implements Target. It returns when the image runs on the other machine.
func (s *SSH) Start(ctx context.Context, img *Image) (Process, error) {
	run := newSSHRun()
	script := run.script(s, img)
	command, err := s.command(run.bootstrap(script))
	if err != nil {
		return nil, err
	}
	p := &sshProcess{bare: len(s.Run) == 0}
	if err := p.start(ctx, command, run.mark()); err != nil {
		return nil, err
	}
	h := handshake{sshProcess: p, script: script, image: img.Data, mark: run.mark(), patience: 2 * s.Timeout}
	if err := h.run(); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.machine, s.version = h.machine, h.version
	return p, nil
}

// emulator is the command that runs images, if it is one of QEMU's programs.
func (s *SSH) emulator() string {
	if len(s.Run) > 0 && isQEMU(s.Run[0]) {
		return s.Run[0]
	}
	return ""
}

// emulatorVersion is what the emulator on the other machine says of itself, once an image was started there.
func (s *SSH) emulatorVersion() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// command is the command line that runs a remote command. The user's settings come first, since ssh takes the first of a
// name. Ours keep ssh from asking anybody, and from what a configuration may want of interactive sessions.
func (s *SSH) command(remote string) ([]string, error) {
	words := []string{"ssh"}
	if text := os.Getenv(SSHEnv); text != "" {
		var err error
		if words, err = splitCommand(text); err != nil {
			return nil, fmt.Errorf("the environment variable %s: %w", SSHEnv, err)
		}
	}
	for _, o := range s.Settings {
		words = append(words, "-o", o)
	}
	if s.Port != 0 {
		words = append(words, "-p", strconv.Itoa(s.Port))
	}
	if s.Key != "" {
		words = append(words, "-i", s.Key, "-o", "IdentitiesOnly=yes")
	}
	for _, o := range []string{
		"BatchMode=yes", "RemoteCommand=none", "ClearAllForwardings=yes", "PermitLocalCommand=no",
		fmt.Sprintf("ConnectTimeout=%.0f", s.Timeout.Seconds()),
		fmt.Sprintf("ServerAliveInterval=%.0f", aliveInterval.Seconds()), fmt.Sprintf("ServerAliveCountMax=%d", aliveCount),
	} {
		words = append(words, "-o", o)
	}
	return append(words, "-T", "-a", "-x", "--", s.Destination, remote), nil
}

// sshCommand is an ssh that cannot ask: it has no terminal, and starts no program that would ask in its place.
func sshCommand(words []string) *exec.Cmd {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), "SSH_ASKPASS_REQUIRE=never")
	ownSession(cmd)
	return cmd
}
