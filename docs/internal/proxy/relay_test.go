package proxy_test

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/proxy"
)

// ends are what a relay connects, in virtual time.
type ends struct {
	client, server net.Conn
	proxy          *proxy.Proxy
	stop           func()
	ended          <-chan struct{}
}

// connected runs a test on two ends. It fails if a goroutine is left.
func connected(t *testing.T, test func(*testing.T, ends)) {
	synctest.Test(t, func(t *testing.T) {
		client, near := net.Pipe()
		server, far := net.Pipe()
		ctx, stop := context.WithCancel(t.Context())
		p, ended := proxy.Relay(ctx, near, far)
		synctest.Wait() // it reads now
		test(t, ends{client, server, p, stop, ended})
		stop()
		<-ended
		client.Close()
		server.Close()
	})
}

// arrival is a piece of what an end has read, and when.
type arrival struct {
	Text string
	At   time.Duration
}

// listen reads from an end until it is closed.
func listen(from net.Conn) *[]arrival {
	start, got := time.Now(), new([]arrival)
	go func() {
		buf := make([]byte, 100)
		for {
			n, err := from.Read(buf)
			if err != nil {
				return
			}
			*got = append(*got, arrival{string(buf[:n]), time.Since(start)})
		}
	}()
	return got
}

func send(t *testing.T, to net.Conn, text string) {
	t.Helper()
	_, err := to.Write([]byte(text))
	require.NoError(t, err)
}

func TestBytesPassBothWaysAtOnce(t *testing.T) {
	connected(t, func(t *testing.T, e ends) {
		toServer, toClient := listen(e.server), listen(e.client)
		send(t, e.client, "question")
		send(t, e.server, "answer")
		synctest.Wait()
		require.Equal(t, []arrival{{"question", 0}}, *toServer)
		require.Equal(t, []arrival{{"answer", 0}}, *toClient)
	})
}

func TestADelayHoldsWhatGoesToTheClientAndKeepsItsOrder(t *testing.T) {
	const d = 300 * time.Millisecond
	connected(t, func(t *testing.T, e ends) {
		toServer, toClient := listen(e.server), listen(e.client)
		send(t, e.server, "warm")
		synctest.Wait() // it counts when the proxy takes it, not when it is sent
		e.proxy.Delay(d)
		send(t, e.client, "question")
		send(t, e.server, "1")
		time.Sleep(100 * time.Millisecond)
		send(t, e.server, "2")
		synctest.Wait()
		e.proxy.Pass()
		send(t, e.server, "3")
		time.Sleep(time.Second)
		send(t, e.server, "4")
		synctest.Wait()
		require.Equal(t, []arrival{{"question", 0}}, *toServer)
		require.Equal(t, []arrival{
			{"warm", 0}, {"1", d},
			{"2", d + 100*time.Millisecond}, // the delays do not add up
			{"3", d + 100*time.Millisecond}, // healed, and behind 2
			{"4", 1100 * time.Millisecond},
		}, *toClient)
	})
}

func TestASwallowedConnectionIsSilentAndGoesOnWhenItIsHealed(t *testing.T) {
	connected(t, func(t *testing.T, e ends) {
		toServer, toClient := listen(e.server), listen(e.client)
		e.proxy.Swallow()
		send(t, e.client, "question")
		send(t, e.server, "answer")
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Empty(t, *toServer)
		require.Empty(t, *toClient)
		e.proxy.Pass()
		synctest.Wait()
		require.Equal(t, []arrival{{"question", time.Hour}}, *toServer)
		require.Equal(t, []arrival{{"answer", time.Hour}}, *toClient)
	})
}

func TestASwallowedConnectionDoesNotRead(t *testing.T) {
	connected(t, func(t *testing.T, e ends) {
		e.proxy.Swallow()
		send(t, e.client, "taken by the read that was waiting")
		require.NoError(t, e.client.SetWriteDeadline(time.Now().Add(time.Hour)))
		_, err := e.client.Write([]byte("left where it is"))
		require.ErrorContains(t, err, "timeout")
	})
}

func TestTheEndOfAConnectionIsSwallowedToo(t *testing.T) {
	connected(t, func(t *testing.T, e ends) {
		e.proxy.Swallow()
		require.NoError(t, e.server.Close())
		read := make(chan error, 1)
		go func() {
			_, err := e.client.Read(make([]byte, 1))
			read <- err
		}()
		time.Sleep(time.Hour)
		require.Empty(t, read, "nobody is told")
		e.proxy.Pass()
		require.ErrorIs(t, <-read, io.EOF)
	})
}

func TestARelayEndsWithItsConnections(t *testing.T) {
	connected(t, func(t *testing.T, e ends) {
		require.NoError(t, e.server.Close())
		require.NoError(t, e.client.Close())
		<-e.ended
	})
}

func TestWhatWasDelayedAtOnceArrivesInItsOrderAndTheEndAfterIt(t *testing.T) {
	connected(t, func(t *testing.T, e ends) {
		toClient := listen(e.client)
		send(t, e.server, "warm")
		synctest.Wait()
		e.proxy.Delay(time.Second)
		want := "warm"
		for piece := 'a'; piece <= 'z'; piece++ {
			send(t, e.server, string(piece))
			want += string(piece)
		}
		synctest.Wait()
		e.proxy.Pass()
		send(t, e.server, "!")
		require.NoError(t, e.server.Close())
		<-e.ended
		synctest.Wait()
		got := ""
		for _, a := range *toClient {
			got += a.Text
		}
		require.Equal(t, want+"!", got)
	})
}

func TestARelayEndsWithItsContextWhateverItDoes(t *testing.T) {
	for name, set := range map[string]func(*proxy.Proxy){
		"pass": (*proxy.Proxy).Pass, "swallow": (*proxy.Proxy).Swallow,
		"delay": func(p *proxy.Proxy) { p.Delay(time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			connected(t, func(t *testing.T, e ends) {
				set(e.proxy)
				send(t, e.server, "nobody reads it")
				synctest.Wait()
				e.stop()
				<-e.ended
			})
		})
	}
}
