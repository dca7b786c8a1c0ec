package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/rpc"
)

// connected is the status with which net/rpc's HTTP handler accepts a connection.
const connected = "200 Connected to Go RPC"

// connect asks the HTTP server at the other end of nc for net/rpc's protocol. It gives up
// when ctx ends, and closes nc if it fails.
func connect(ctx context.Context, nc net.Conn, addr string) error {
	stop := context.AfterFunc(ctx, func() { nc.SetDeadline(past) })
	var resp *http.Response
	_, err := fmt.Fprintf(nc, "CONNECT %s HTTP/1.0\r\nHost: %s\r\n\r\n", rpc.DefaultRPCPath, addr)
	if err == nil {
		resp, err = http.ReadResponse(bufio.NewReader(io.LimitReader(nc, 8<<10)), &http.Request{Method: http.MethodConnect})
	}
	switch {
	case !stop(): // ctx has ended and set the deadline
		err = ctx.Err()
	case err == nil && resp.Status != connected:
		err = errors.New("not a net/rpc server: " + resp.Status)
	}
	if err != nil {
		nc.Close()
	}
	return err
}
