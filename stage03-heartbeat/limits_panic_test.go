package workshop_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/server"
)

// Mine is a service whose method panics.
type Mine struct{}

// Step panics.
func (Mine) Step(on int, reply *int) error { panic("boom") }

// serveMine serves Mine in this process, and writes its address to standard
// output.
func serveMine(t *testing.T) {
	srv := server.New(server.Options{})
	require.NoError(t, srv.Register(Mine{}))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	fmt.Println(l.Addr())
	require.NoError(t, srv.Serve(l, "tcp"))
}

// TestAMethodThatPanicsEndsTheProcess is a limit of net/rpc: it runs a method in
// a goroutine of its own and does not recover. The test starts itself again, as
// the server that will die.
func TestAMethodThatPanicsEndsTheProcess(t *testing.T) {
	const asServer = "WORKSHOP_SERVE_MINE"
	const lesson = "a server survived a method that panicked (trap N4); it must not before stage 04, " +
		`where the workers of "the wire" recover: see server/request_test.go there`
	if os.Getenv(asServer) != "" {
		serveMine(t)
		return
	}
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), asServer+"=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var addr string
	_, err = fmt.Fscanln(stdout, &addr)
	require.NoError(t, err)

	c, err := rpc.Dial("tcp", addr)
	require.NoError(t, err)
	defer c.Close()
	_, answered := c.Call("Mine.Step", 1, new(int)).(rpc.ServerError)
	require.False(t, answered, lesson)
	io.Copy(io.Discard, stdout)
	require.Error(t, cmd.Wait(), lesson)
	require.Contains(t, stderr.String(), "panic: boom", lesson)
	_, err = rpc.Dial("tcp", addr)
	require.Error(t, err, "nobody is served any more")
}
