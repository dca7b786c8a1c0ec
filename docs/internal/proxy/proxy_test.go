package proxy_test

import (
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/proxy"
)

// echo answers every connection with what it says, and tells of each.
func echo(t *testing.T) (addr string, accepted chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	accepted = make(chan struct{}, 100)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			accepted <- struct{}{}
			go func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn)
			}()
		}
	}()
	return listener.Addr().String(), accepted
}

// start runs a proxy of target that has ended, and left nothing, after the test.
func start(t *testing.T, target string) *proxy.Proxy {
	t.Helper()
	p, err := proxy.Listen(target)
	require.NoError(t, err)
	t.Cleanup(func() {
		p.Close()
		requireNothingLeft(t)
	})
	return p
}

func requireNothingLeft(t *testing.T) {
	t.Helper()
	var stacks string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); runtime.Gosched() {
		buf := make([]byte, 1<<20)
		stacks = string(buf[:runtime.Stack(buf, true)])
		if !strings.Contains(stacks, "internal/proxy.") {
			return // what was done with may still have been on its way out
		}
	}
	require.Fail(t, "goroutines are left", stacks)
}

func dial(t *testing.T, addr string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	return conn.(*net.TCPConn)
}

// requireEcho sends text and reads it again.
func requireEcho(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	send(t, conn, text)
	got := make([]byte, len(text))
	_, err := io.ReadFull(conn, got)
	require.NoError(t, err)
	require.Equal(t, text, string(got))
}

func TestAProxyConnectsWithItsTarget(t *testing.T) {
	target, _ := echo(t)
	p := start(t, target)
	for range 3 {
		conn := dial(t, p.Addr())
		requireEcho(t, conn, "hello")
		requireEcho(t, conn, strings.Repeat("long ", 100_000))
	}
}

func TestAnEndOfOneDirectionLeavesTheOther(t *testing.T) {
	target, _ := echo(t)
	conn := dial(t, start(t, target).Addr())
	send(t, conn, "last words")
	require.NoError(t, conn.CloseWrite())
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Equal(t, "last words", string(got))
}

func TestATargetThatIsGoneClosesTheConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	got, err := io.ReadAll(dial(t, start(t, listener.Addr().String()).Addr()))
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestAConnectionThatBreaksOnOneSideEndsOnTheOther(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	conn := dial(t, start(t, listener.Addr().String()).Addr())
	target, err := listener.Accept()
	require.NoError(t, err)
	require.NoError(t, target.(*net.TCPConn).SetLinger(0)) // its end is a reset
	require.NoError(t, target.Close())
	_, err = io.Copy(io.Discard, conn)
	require.NotContains(t, errText(err), "timeout")
}

func TestConnectionsWaitForATarget(t *testing.T) {
	p := start(t, "")
	conn := dial(t, p.Addr())
	target, _ := echo(t)
	p.Aim(target)
	requireEcho(t, conn, "hello")
}

func TestNewConnectionsAreSilentWhileSwallowedAndOldOnesGoOn(t *testing.T) {
	target, accepted := echo(t)
	p := start(t, target)
	before := dial(t, p.Addr())
	requireEcho(t, before, "hello")
	<-accepted
	p.Swallow()
	during := dial(t, p.Addr())
	send(t, during, "is there anybody?")
	require.Empty(t, accepted)
	p.Pass()
	got := make([]byte, len("is there anybody?"))
	_, err := io.ReadFull(during, got)
	require.NoError(t, err)
	require.Equal(t, "is there anybody?", string(got))
	requireEcho(t, before, "still here")
}

func TestCloseEndsEveryConnectionWhateverTheProxyDoes(t *testing.T) {
	for name, set := range map[string]func(*proxy.Proxy){
		"pass": (*proxy.Proxy).Pass, "swallow": (*proxy.Proxy).Swallow,
		"delay": func(p *proxy.Proxy) { p.Delay(time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			target, _ := echo(t)
			p := start(t, target)
			before := dial(t, p.Addr())
			requireEcho(t, before, "hello")
			set(p)
			send(t, before, "what comes back may be held")
			during := dial(t, p.Addr())
			p.Close()
			p.Close()
			for _, conn := range []net.Conn{before, during} {
				_, err := io.Copy(io.Discard, conn)
				require.NotErrorIs(t, err, net.ErrClosed)
				require.NotContains(t, errText(err), "timeout")
			}
			_, err := net.Dial("tcp", p.Addr())
			require.Error(t, err)
			requireNothingLeft(t)
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error() // a reset, if the proxy had not read all
}

func TestHalfOpenConnectionsAreSilentForEverAndNewOnesPass(t *testing.T) {
	addr, _ := echo(t)
	p := start(t, addr)
	old := dial(t, p.Addr())
	requireEcho(t, old, "hello")
	for range 2 {
		p.HalfOpen()
		_, err := old.Write([]byte("nobody"))
		require.NoError(t, err)
		p.Pass() // heals nothing of that
		fresh := dial(t, p.Addr())
		requireEcho(t, fresh, "hello")
	}
	p.Swallow()
	p.Pass()
	require.NoError(t, old.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, err := old.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}
