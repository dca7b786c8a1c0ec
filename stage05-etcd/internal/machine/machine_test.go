package machine_test

import (
	"context"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/leaktest"
	"example.com/workshop/stage05-etcd/internal/machine"
	"example.com/workshop/stage05-etcd/internal/memnet"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

const (
	server = "server:1"
	caller = "caller:1"
)

// start starts two machines, of which the first sends everything back.
func start(t *testing.T) (echo, from *machine.Machine) {
	network := new(memnet.Network)
	echo, from = machine.Start(t, network, server), machine.Start(t, network, caller)
	go func() {
		for {
			c, err := echo.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	return echo, from
}

func dial(t *testing.T, from *machine.Machine) net.Conn {
	c, err := from.DialContext(t.Context(), "tcp", server)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// echoed writes a word and waits a minute at most for it to come back.
func echoed(t *testing.T, c net.Conn, word string) error {
	c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.Write([]byte(word)); err != nil {
		return err
	}
	return heard(t, c, word)
}

func heard(t *testing.T, c net.Conn, word string) error {
	got := make([]byte, len(word))
	if _, err := io.ReadFull(c, got); err != nil {
		return err
	}
	require.Equal(t, word, string(got))
	return nil
}

func TestKillEndsEverythingThatTheMachineDoes(t *testing.T) {
	for name, i := range map[string]int{"it accepted": 0, "it dialled": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				echo, from := start(t)
				victim := []*machine.Machine{echo, from}[i]
				c := dial(t, from)
				require.NoError(t, echoed(t, c, "hello"))
				require.NoError(t, victim.Context().Err())

				victim.Kill()
				victim.Kill() // again
				require.ErrorIs(t, victim.Context().Err(), context.Canceled)
				err := echoed(t, c, "hello")
				require.Error(t, err)
				require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection is not cut, but silent")
				_, err = from.DialContext(t.Context(), "tcp", server)
				require.Error(t, err)
				_, err = victim.Accept()
				require.ErrorIs(t, err, net.ErrClosed)
			})
		})
	}
}

func TestAnAddressIsFreeAfterAKill(t *testing.T) {
	network := new(memnet.Network)
	first := machine.Start(t, network, server)
	require.Equal(t, server, first.Addr().String())
	first.Kill()
	_, err := network.DialContext(t.Context(), "tcp", server)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	machine.Start(t, network, server)
}

func TestAFrozenMachineIsSilentAndThenGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		echo, from := start(t)
		c := dial(t, from)
		require.NoError(t, echoed(t, c, "before"))
		echo.Freeze()
		for _, c := range []net.Conn{c, dial(t, from)} { // which connects
			for range 100 { // what fits into a kernel's buffers is written at once
				_, err := c.Write([]byte("during "))
				require.NoError(t, err)
			}
			require.ErrorIs(t, echoed(t, c, "during "), os.ErrDeadlineExceeded)
		}
		echo.Thaw()
		require.NoError(t, c.SetDeadline(time.Time{}))
		for range 101 {
			require.NoError(t, heard(t, c, "during "))
		}
		require.NoError(t, echoed(t, c, "after"))
	})
}

func TestAFrozenMachineHangsUpWhenItThaws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		echo, from := start(t)
		c := dial(t, from)
		from.Freeze()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := from.DialContext(ctx, "tcp", server)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		echo.Kill()
		require.ErrorIs(t, echoed(t, c, "hello"), os.ErrDeadlineExceeded, "it learns nothing")
		require.NoError(t, c.SetDeadline(time.Time{})) // which fails once the other end has hung up
		from.Thaw()
		require.ErrorIs(t, heard(t, c, "hello"), io.EOF)
	})
}

func TestAMachineIsCutOffFromSomeAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, from := start(t)
		c := dial(t, from)
		from.CutOff("other:1")
		require.NoError(t, echoed(t, c, "hello"))
		from.CutOff("other:1", server)
		require.ErrorIs(t, echoed(t, c, "lost?"), os.ErrDeadlineExceeded)
		time.AfterFunc(time.Hour, from.Heal)
		began := time.Now()
		dial(t, from) // as TCP does, again and again
		require.Equal(t, time.Hour, time.Since(began))
		require.NoError(t, c.SetDeadline(time.Time{}))
		require.NoError(t, heard(t, c, "lost?"))
		require.NoError(t, echoed(t, c, "hello"))
	})
}

func TestWhatIsWrittenBeforeAHangUpArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := new(memnet.Network)
		there, here := machine.Start(t, network, server), machine.Start(t, network, caller)
		go func() {
			c, _ := here.DialContext(t.Context(), "tcp", server)
			c.Write([]byte("one "))
			c.Write([]byte("two"))
			c.Close()
		}()
		c, err := there.Accept()
		require.NoError(t, err)
		defer c.Close()
		synctest.Wait()
		all, err := io.ReadAll(c)
		require.NoError(t, err)
		require.Equal(t, "one two", string(all))
	})
}
