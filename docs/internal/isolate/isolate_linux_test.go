package isolate_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/isolate"
)

func TestMain(m *testing.M) {
	isolate.Main()
	os.Exit(m.Run())
}

// available skips where the system allows no namespaces, as in many containers.
func available(t *testing.T) {
	t.Helper()
	if err := isolate.Available(); err != nil {
		t.Skip(err)
	}
}

func TestThereIsNoNetworkButLoopback(t *testing.T) {
	available(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)

	script := `tail -n +3 /proc/net/dev | cut -d: -f1; echo > /dev/tcp/127.0.0.1/` + port
	out, err := isolate.Command("bash", "-c", script).CombinedOutput()
	require.ErrorContains(t, err, "exit status 1")
	require.Regexp(t, `^\s*lo\n.*: Connection refused\n`, string(out), "loopback is up, and nobody of outside listens there")
}

func TestNoProcessOutlivesTheCommand(t *testing.T) {
	available(t)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	defer read.Close()
	cmd := isolate.Command("bash", "-c", `(trap "" TERM INT HUP; setsid sleep 600) & echo $$`)
	cmd.ExtraFiles = []*os.File{write}
	out, err := cmd.Output()
	require.NoError(t, err)
	require.Equal(t, "1\n", string(out), "it is the first process of its own")
	require.NoError(t, write.Close())
	n, _ := read.Read(make([]byte, 1)) // returns when nobody holds the other end
	require.Zero(t, n)
}

func TestTheCommandAloneFindsAFolderInAnothersPlace(t *testing.T) {
	available(t)
	dir, place := t.TempDir(), t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(place, "below"), 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "below"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), []byte("here\n"), 0o644))
	cmd := isolate.Command("bash", "-c", "cat ../file; pwd")
	cmd.Dir = filepath.Join(place, "below")
	isolate.Put(cmd, dir, place)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "here\n"+cmd.Dir+"\n", string(out))
	require.NoFileExists(t, filepath.Join(place, "file"))

	cmd = isolate.Command("true")
	isolate.Put(cmd, dir, filepath.Join(place, "missing"))
	out, err = cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "isolate: mount "+place+"/missing: no such file or directory")
}

func TestACommandThatDoesNotExistIsAnError(t *testing.T) {
	available(t)
	out, err := isolate.Command("no-such-command").CombinedOutput()
	require.ErrorContains(t, err, "exit status 127")
	require.Contains(t, string(out), "isolate: exec: \"no-such-command\"")
}
