//go:build linux

package runtime

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/sshboard"
)

// countingSSH counts what is sent.
type countingSSH struct {
	*SSH
	sent int64
}

// Start implements Target.
func (c *countingSSH) Start(ctx context.Context, img *Image) (Process, error) {
	p, err := c.SSH.Start(ctx, img)
	if err == nil {
		c.sent += p.(*sshProcess).sent
	}
	return p, err
}

// runKept runs an image and returns how many bytes were sent for it. Several goroutines may call it.
func runKept(t *testing.T, img *Image, s []byte, text string) int64 {
	t.Helper()
	parsed, err := ParseTarget(text)
	assert.NoError(t, err)
	target := &countingSSH{SSH: parsed.(*SSH)}
	r, err := Run(t.Context(), img, target, &fake{data: s}, patient)
	assert.NoError(t, err)
	assert.False(t, r.Failed())
	return target.sent
}

// TestSSHKeep: an image is sent once, unless what is there is not the image.
func TestSSHKeep(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	remote := scriptImage(img, "records", s)
	size := int64(len(remote.Data))
	name := fmt.Sprintf("%x.img", sha256.Sum256(remote.Data))
	for board, o := range map[string]sshboard.Options{
		"openssh": {}, "busybox": {BusyBox: true}, "md5sum": {BusyBox: true, Without: []string{"sha256sum"}},
	} {
		t.Run(board, func(t *testing.T) {
			b := sshBoard(t, o)
			require.Greater(t, runKept(t, remote, s, "ssh:board,keep"), size)
			require.Less(t, runKept(t, remote, s, "ssh:board,keep"), size/2)
			require.Equal(t, []string{"risugen-kept-61234"}, b.Files("/tmp"))
			kept := "/tmp/risugen-kept-61234"
			require.Equal(t, []string{name}, b.Files(kept))
			for what, damage := range map[string]func(path string) error{
				"another byte": flip,
				"cut off":      func(path string) error { return os.Truncate(path, size-1) },
				"longer":       func(path string) error { return os.Truncate(path, size+1) },
				"gone":         os.Remove,
			} {
				require.NoError(t, damage(b.Path(kept+"/"+name)))
				require.Greater(t, runKept(t, remote, s, "ssh:board,keep"), size, what)
				require.Less(t, runKept(t, remote, s, "ssh:board,keep"), size/2, what)
			}
			old := time.Now().AddDate(0, 0, -9)
			require.NoError(t, os.WriteFile(b.Path(kept+"/old.img"), nil, 0o600))
			require.NoError(t, os.Chtimes(b.Path(kept+"/old.img"), old, old))
			require.NoError(t, os.Chtimes(b.Path(kept+"/"+name), old, old))
			require.Greater(t, runKept(t, remote, s, "ssh:board,keep"), size, "nobody used it for a week")
			require.Equal(t, []string{name}, b.Files(kept))

			var both sync.WaitGroup
			require.NoError(t, os.Remove(b.Path(kept+"/"+name)))
			for range 3 {
				both.Go(func() { runKept(t, remote, s, "ssh:board,keep") })
			}
			both.Wait()
			require.Equal(t, []string{name}, b.Files(kept))
		})
	}
}

// TestSSHKeepUnseen: a board that cannot check what it has is sent the image each time.
func TestSSHKeepUnseen(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	remote := scriptImage(img, "records", s)
	sshBoard(t, boards["poor"])
	for range 2 {
		require.Greater(t, runKept(t, remote, s, "ssh:board,keep"), int64(len(remote.Data)))
	}
}

// TestSSHKeepForeign: a directory that somebody else could change is not used.
func TestSSHKeepForeign(t *testing.T) {
	for _, board := range []string{"openssh", "busybox"} {
		b := sshBoard(t, boards[board])
		require.NoError(t, os.Mkdir(b.Path("/tmp/risugen-kept-61234"), 0o777))
		require.NoError(t, os.Chmod(b.Path("/tmp/risugen-kept-61234"), 0o777))
		_, err := sshTarget(t, "ssh:board,keep").Start(t.Context(), scriptImage(toyImage(t, "little", small(1)), "records", nil))
		require.ErrorContains(t, err, "belongs to somebody else")
		require.NoError(t, os.Remove(b.Path("/tmp/risugen-kept-61234")))
		b.Sh("ln -s /home/board /tmp/risugen-kept-61234")
		_, err = sshTarget(t, "ssh:board,keep").Start(t.Context(), scriptImage(toyImage(t, "little", small(1)), "records", nil))
		require.ErrorContains(t, err, "belongs to somebody else")
	}
}

// flip changes a byte of a file.
func flip(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[len(data)/2] ^= 1
	return os.WriteFile(path, data, 0o700)
}
