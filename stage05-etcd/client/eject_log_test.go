package client_test

import (
	"encoding/gob"
	"fmt"
	"net"
	"net/rpc"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/codec"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

// crash answers each call with an error of 64 KiB, which says that the method crashed.
func crash(c net.Conn) {
	defer c.Close()
	dec, enc := gob.NewDecoder(c), gob.NewEncoder(c)
	for {
		var h rpc.Request
		if dec.Decode(&h) != nil || dec.Decode(new(int)) != nil {
			return
		}
		enc.Encode(rpc.Response{ServiceMethod: h.ServiceMethod, Seq: h.Seq, Error: codec.Crashed + h.ServiceMethod + strings.Repeat(" x", 1<<15)})
		enc.Encode(struct{}{})
	}
}

func TestInstancesThatAreEjectedDoNotFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for i := range 60 {
			h := cluster.start(fmt.Sprintf("host%d:1", i))
			h.kill()
			l, err := cluster.net.Listen(h.in.Addr)
			require.NoError(t, err)
			defer l.Close()
			go func() {
				for c, err := l.Accept(); err == nil; c, err = l.Accept() {
					go crash(c)
				}
			}()
		}
		var log logtest.Buffer
		c := cluster.client(client.Options{Balancer: roundRobin(), Logger: log.Logger()})
		for range 500 {
			require.ErrorContains(t, c.Call(t.Context(), "Work.Do", 7, new(int)), "crashed")
		}
		require.GreaterOrEqual(t, len(ejected(c)), 30)
		require.LessOrEqual(t, strings.Count(log.String(), "msg=ejected"), 22)
		require.Less(t, len(log.String()), 64<<10)
		c.Close()
		time.Sleep(time.Second) // until the connections are closed
	})
}
