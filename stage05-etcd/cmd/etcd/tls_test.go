package main

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// greet connects to addr, sends what begins every connection of gRPC, and
// returns the answer.
func greet(t *testing.T, addr string, files mtls.Files) (answer []byte, err error) {
	t.Helper()
	cfg, err := files.Client()
	require.NoError(t, err)
	conn, err := mtls.Dialer(cfg, mtls.Options{})(t.Context(), "tcp", addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(longest)))
	_, err = io.WriteString(conn, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
	require.NoError(t, err)
	answer = make([]byte, 1)
	n, err := conn.Read(answer)
	return answer[:n], err
}

func TestWithTLSOnlyClientsOfTheCAAreAnswered(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	_, _, ofStranger := certstest.New(t)
	ofStranger.CA = ofServer.CA // it trusts the server

	for _, nodes := range []string{"1", "3"} {
		t.Run(nodes, func(t *testing.T) {
			t.Parallel()
			args := certstest.Args(ofServer, append(quick, "-nodes", nodes)...)
			for _, addr := range launch(t, args...).addrs() {
				_, err := etcdtest.Client(t, ofClient, addr).Put(t.Context(), "k", "v")
				require.NoError(t, err)
				_, err = greet(t, addr, ofStranger)
				require.ErrorIs(t, err, mtls.ErrRefused)
				_, err = greet(t, addr, mtls.Files{})
				require.Error(t, err)
			}
		})
	}
}
