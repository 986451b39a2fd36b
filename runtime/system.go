package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// System is a target that runs images under a real Linux kernel, in QEMU's full-system emulation. Each run boots a guest
// whose only programs are BusyBox and the image.
type System struct {
	Text    string            // what the user wrote
	Options map[string]string // what stands in place of the image's own: see systemOptions

	silence time.Duration // how long a guest that boots may say nothing; 0: bootSilence

	mu    sync.Mutex
	guest map[string]string // what the last guest said of itself, as Describe returns it
	qemu  string            // the emulator that was started last
}

// systemOptions are the names of options, with what their values must look like.
var systemOptions = map[string]*regexp.Regexp{
	"cpu":     regexp.MustCompile(`^\S+$`),              // model, as QEMU names it
	"board":   regexp.MustCompile(`^\S+$`),              // QEMU's -machine
	"memory":  regexp.MustCompile(`^[1-9][0-9]*[MG]?$`), // QEMU's -m
	"qemu":    regexp.MustCompile(`\S`),                 // program, and options for it
	"files":   regexp.MustCompile(`^\w+-[\w-]+$`),       // what scripts/fetch-system got, as port and flavour
	"kernel":  regexp.MustCompile(`.`),                  // file; virtio is part of it, and no module
	"busybox": regexp.MustCompile(`.`),                  // file; statically linked
	"append":  regexp.MustCompile(`\S`),                 // words for the kernel's command line
}

// parseSystem reads what stands behind "system:", NAME=VALUE separated by commas. A comma in a value is written twice.
func parseSystem(rest, text string) (*System, error) {
	s := &System{Text: text, Options: map[string]string{}}
	if rest == "" {
		return s, nil
	}
	for _, part := range splitCommas(rest) {
		name, value, found := strings.Cut(part, "=")
		form, known := systemOptions[name]
		switch {
		case !known || !found:
			names := slices.Sorted(maps.Keys(systemOptions))
			return nil, fmt.Errorf("%q is not one of %s=…", part, strings.Join(names, "=…, "))
		case !form.MatchString(value):
			return nil, fmt.Errorf("%s: %q cannot be meant", name, value)
		case s.Options[name] != "":
			return nil, fmt.Errorf("%s= stands there twice", name)
		}
		s.Options[name] = value
	}
	if words := s.Options["qemu"]; words != "" {
		if _, err := splitCommand(words); err != nil {
			return nil, fmt.Errorf("qemu: %w", err)
		}
	}
	return s, nil
}

// splitCommas splits a text at its single commas; two are one that is meant.
func splitCommas(text string) []string {
	const comma = "\x00" // in no argument
	parts := strings.Split(strings.ReplaceAll(text, ",,", comma), ",")
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], comma, ",")
	}
	return parts
}

// Name implements Target.
func (s *System) Name() string { return s.Text }

// Start implements Target. It returns when the guest has booted and is about to start the image, so that a boot does not
// count as a target's silence.
func (s *System) Start(ctx context.Context, img *Image) (Process, error) {
	plan, err := s.plan(img)
	if err != nil {
		return nil, err
	}
	p, err := startGuest(ctx, plan, img)
	if err != nil {
		return nil, err
	}
	about, err := p.boot(cmp.Or(s.silence, bootSilence))
	if err != nil {
		p.Kill()
		status := p.Wait()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, bootError(err, status)
	}
	s.mu.Lock()
	s.guest, s.qemu = about, plan.command[0]
	s.mu.Unlock()
	return p, nil
}

// errSilent is what a guest is killed for that says nothing while it boots.
var errSilent = errors.New("it said nothing")

// bootError says why there is no guest: err is what was seen of it, status how the emulator ended.
func bootError(err, status error) error {
	err = fmt.Errorf("the guest did not boot: %w", err)
	e := (*ExitError)(nil)
	if !errors.As(status, &e) {
		return err
	}
	if errors.Is(err, errSilent) {
		e = &ExitError{Stderr: e.Stderr, Log: e.Log} // that it was killed says nothing
	}
	if e.Error() == "" {
		return err
	}
	return fmt.Errorf("%w: %w", err, e)
}

// Describe implements Describer: of the guest, once there was one.
func (s *System) Describe(context.Context) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.guest)
}

// version is what the emulator that was started last says of itself.
func (s *System) version(ctx context.Context) string {
	s.mu.Lock()
	program := s.qemu
	s.mu.Unlock()
	if program == "" {
		return ""
	}
	return programVersion(ctx, program)
}

// guestOf names the kernel of a target that is a guest, and the processor that it found: "Linux 6.1.0-50-4kc-malta, MIPS 24Kc".
func guestOf(t Target) string {
	s, ok := t.(*System)
	if !ok {
		return ""
	}
	about := s.Describe(context.Background())
	words := strings.Fields(about["kernel"])
	guest := strings.Join(words[:min(2, len(words))], " ")
	if m := cpuModel.FindStringSubmatch(about["cpuinfo"]); m != nil {
		guest += ", " + strings.Join(strings.Fields(m[1]), " ")
	}
	return guest
}

// cpuModel finds a processor's name in /proc/cpuinfo.
var cpuModel = regexp.MustCompile(`(?mi)^(?:cpu model|model name)\s*:\s*(.*)$`)
