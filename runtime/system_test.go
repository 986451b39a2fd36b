//go:build unix

package runtime

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cavaliergopher/cpio"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/patience"
)

// fakeGuestMode is the environment variable that makes the test program an emulator with a guest that behaves, or not.
const fakeGuestMode = "RISUGEN_FAKE_GUEST"

func TestMain(m *testing.M) {
	if mode := os.Getenv(fakeGuestMode); mode != "" {
		os.Exit(fakeGuest(mode, os.Args))
	}
	os.Exit(m.Run())
}

// fakeGuest plays a guest that runs the image, and misbehaves as its mode says. It returns the emulator's exit status.
func fakeGuest(mode string, args []string) int {
	if mode == "dies" {
		fmt.Fprintln(os.Stderr, "toy-system: no such CPU")
		return 1
	}
	files, err := readInitramfs(argument(args, "-initrd"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if mode == "mute" {
		time.Sleep(time.Minute)
	}
	for _, option := range strings.Split(argument(args, "-chardev"), ",") {
		if path, ok := strings.CutPrefix(option, "path="); ok {
			return fakeRun(mode, path, args, files)
		}
	}
	return 3
}

func fakeRun(mode, path string, args []string, files map[string][]byte) int {
	port, err := net.Dial("unix", path)
	if err != nil {
		return 4
	}
	fmt.Println("[    0.1] toy kernel", argument(args, "-append"))
	token := strings.TrimSpace(string(files["token"]))
	switch mode {
	case "silent":
		time.Sleep(time.Minute)
	case "boot panic":
		fmt.Println("[    0.2] Kernel panic - not syncing: No working init found.")
		return 0
	}
	fmt.Fprintf(port, "%s about\nLinux 1.2 #3 toy\nmodel name: Toy\n%s run\n", token, token)
	records := files["bin/busybox"] // the test puts them there
	status, whole := 0, len(records)
	switch mode {
	case "panic", "hangs", "killed", "leaves":
		whole /= 2
	}
	for rest := records[:whole]; len(rest) > 0; rest = rest[min(len(rest), 10_000):] {
		_, _ = port.Write(rest[:min(len(rest), 10_000)])
	}
	switch mode {
	case "panic":
		fmt.Println("[    9.1] Kernel panic - not syncing: Fatal exception")
		return 0
	case "hangs":
		time.Sleep(time.Minute)
	case "leaves":
		return 0
	case "oops":
		fmt.Println("[    9.1] Oops[#1]:\n[    9.2] epc: 12345678")
	case "killed":
		fmt.Println("Segmentation fault")
		status = 128 + 11
	case "status":
		status = 7
	}
	fmt.Fprintf(port, "%s exit %03d\n", token, status)
	if mode != "deaf" {
		if _, err := port.Read(make([]byte, 1)); err != nil {
			return 5
		}
	}
	if mode == "stays" {
		time.Sleep(time.Minute)
	}
	return 0
}

// argument is what follows a flag.
func argument(args []string, flag string) string {
	for i := range args[:len(args)-1] {
		if args[i] == flag {
			return args[i+1]
		}
	}
	return ""
}

func readInitramfs(path string) (map[string][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	files := map[string][]byte{}
	for r := cpio.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
}

// fakeSystem is a target whose guest writes given records and misbehaves.
func fakeSystem(t *testing.T, mode string, records []byte) *System {
	t.Helper()
	dir := t.TempDir()
	kernel, busybox := filepath.Join(dir, "kernel"), filepath.Join(dir, "busybox")
	require.NoError(t, os.WriteFile(kernel, []byte("kernel"), 0o600))
	require.NoError(t, os.WriteFile(busybox, records, 0o700))
	target, err := ParseTarget(fmt.Sprintf("system:cpu=T1,kernel=%s,busybox=%s,append=a=1,,2 b,qemu=env '%s=%s' %s", kernel, busybox, fakeGuestMode, mode, os.Args[0]))
	require.NoError(t, err)
	return target.(*System)
}

// TestSystem: a guest that does as it should, and what it says of itself.
func TestSystem(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := fakeSystem(t, "good", toyStream(t, img, nil))
	t.Setenv("TMPDIR", t.TempDir())
	r, err := Run(t.Context(), img, s, &fake{data: toyStream(t, img, nil)}, patient)
	require.NoError(t, err)
	require.False(t, r.Failed())
	require.Equal(t, "Linux 1.2, Toy", r.Guests.Master)
	require.Equal(t, map[string]string{"kernel": "Linux 1.2 #3 toy", "cpuinfo": "model name: Toy\n"}, s.Describe(t.Context()))
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	require.Empty(t, left, "files of the guest")
}

// TestSystemCommand: what the emulator is told.
func TestSystemCommand(t *testing.T) {
	s := fakeSystem(t, "good", []byte("x"))
	p, err := s.plan(toyImage(t, "little", small(1)))
	require.NoError(t, err)
	line := strings.Join(p.command, " ")
	require.Contains(t, line, " -m 1 ")
	require.Contains(t, line, " -machine box -cpu T1 ")
	require.True(t, strings.HasSuffix(line, " -append panic=-1 oops=panic console=toy0 a=1,2 b"), line)
	require.Empty(t, p.modules)
}

// TestSystemFails: whatever goes wrong is an error that says where, and what the console said; never agreement.
func TestSystemFails(t *testing.T) {
	img := toyImage(t, "little", small(1))
	records := toyStream(t, img, nil)
	for mode, want := range map[string][]string{
		"dies":       {"start the master", "did not boot", "exit status 1", "no such CPU"},
		"mute":       {"start the master", "did not boot", "said nothing for "},
		"silent":     {"start the master", "did not boot", "said nothing for ", "toy kernel"},
		"boot panic": {"start the master", "did not boot", "kernel gave up", "No working init"},
		"panic":      {"ended early after block 7", "the guest's kernel gave up; console: [    0.1] toy", "9.1] Kernel panic", "Fatal exception"},
		"leaves":     {"ended early after block 7", "the guest went down before the image ended", "toy kernel"},
		"killed":     {"ended early after block 7", "in the guest: killed by SIGSEGV", "Segmentation fault"},
		"hangs":      {"stalled after block 7", "console: [    0.1] toy kernel"},
		"oops":       {"all records came, but then", "kernel gave up", "epc: 12345678"},
		"status":     {"all records came, but then", "in the guest: exit status 7"},
		"stays":      {"all records came, but then", "did not exit"},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			run := func(silence, stall time.Duration) error {
				s := fakeSystem(t, mode, records)
				s.silence = silence
				_, err := Run(t.Context(), img, s, &fake{data: records}, Options{Stall: stall})
				require.Error(t, err)
				return patience.Missing(err.Error(), want...)
			}
			switch mode {
			case "mute", "silent":
				patience.Grow(t, 500*time.Millisecond, func(silence time.Duration) error { return run(silence, patient.Stall) })
			case "hangs", "stays":
				patience.Grow(t, 500*time.Millisecond, func(stall time.Duration) error { return run(0, stall) })
			default:
				require.NoError(t, run(0, patient.Stall))
			}
		})
	}
}

// TestSystemDeaf: a guest that does not wait for its answer has said all there is.
func TestSystemDeaf(t *testing.T) {
	img := toyImage(t, "little", small(1))
	records := toyStream(t, img, nil)
	r, err := Run(t.Context(), img, fakeSystem(t, "deaf", records), &fake{data: records}, patient)
	require.NoError(t, err)
	require.False(t, r.Failed())
}

// TestSystemCancelled: a boot that is waited for ends with the run.
func TestSystemCancelled(t *testing.T) {
	img := toyImage(t, "little", small(1))
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	time.AfterFunc(100*time.Millisecond, func() { cancel(why) })
	_, err := fakeSystem(t, "mute", []byte("x")).Start(ctx, img)
	require.ErrorIs(t, err, why)
}

// TestSystemDeepDirectory: a guest's socket has a name that sockets may have, wherever temporary files are.
func TestSystemDeepDirectory(t *testing.T) {
	img := toyImage(t, "little", small(1))
	records := toyStream(t, img, nil)
	s := fakeSystem(t, "good", records)
	deep := filepath.Join(t.TempDir(), strings.Repeat("deep/", 20))
	require.NoError(t, os.MkdirAll(deep, 0o700))
	t.Setenv("TMPDIR", deep)
	r, err := Run(t.Context(), img, s, &fake{data: records}, patient)
	require.NoError(t, err)
	require.False(t, r.Failed())
	left, err := os.ReadDir(deep)
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestSystemFiles: what is missing is named, with what would get it.
func TestSystemFiles(t *testing.T) {
	img := toyImage(t, "little", small(1))
	start := func(text string) error {
		target, err := ParseTarget(text)
		require.NoError(t, err)
		_, err = target.Start(t.Context(), img)
		require.Error(t, err)
		return err
	}
	require.ErrorContains(t, start("system:"), "it is a toy): give kernel=FILE,busybox=FILE")
	require.ErrorContains(t, start("system:kernel=/no/such,busybox=/bin/sh"), "/no/such")
	t.Setenv("RISUGEN_SYSTEM", t.TempDir())
	require.ErrorContains(t, start("system:files=armel-rpi"), "scripts/fetch-system armel-rpi")
	_, err := systemFiles(arch.System{Files: "mipsel-4kc-malta"})
	require.ErrorContains(t, err, "scripts/fetch-system mipsel-4kc-malta")
}

// TestSystemModules: modules of a folder with an odd name are loaded in their order.
func TestSystemModules(t *testing.T) {
	store := filepath.Join(t.TempDir(), "a [b] * \\c")
	t.Setenv("RISUGEN_SYSTEM", store)
	for _, name := range []string{"kernel", "busybox", "modules/12-b.ko", "modules/11-z.ko", "modules/13-a.ko.xz"} {
		path := filepath.Join(store, "port-k", filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(name), 0o600))
	}
	var p systemPlan
	require.NoError(t, p.findFiles(arch.System{Files: "port-k"}, "", ""))
	var names []string
	for _, m := range p.modules {
		names = append(names, filepath.Base(m))
	}
	require.Equal(t, []string{"11-z.ko", "12-b.ko"}, names)
	var out bytes.Buffer
	require.NoError(t, p.writeInitramfs(&out, toyImage(t, "little", small(1)), "the token"))
	path := filepath.Join(t.TempDir(), "initrd")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	files, err := readInitramfs(path)
	require.NoError(t, err)
	require.Equal(t, "the token\n", string(files["token"]))
	require.Equal(t, "modules/11-z.ko", string(files["modules/11-z.ko"]))
	require.True(t, bytes.HasPrefix(files["init"], []byte("#!/bin/busybox sh\n")))
}
