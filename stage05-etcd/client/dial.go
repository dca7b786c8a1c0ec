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
	"time"

	"example.com/workshop/stage05-etcd/codec"
)

// connected is how net/rpc's HTTP handler agrees.
const connected = "200 Connected to Go RPC"

// past is a deadline that ends reads and writes at once.
var past = time.Unix(1, 0)

// Dial connects to the server at addr. network says what is spoken there, as
// in server.Serve: tcp, http or jsonrpc. It takes as long as ctx lets it. An
// error names the address and, as a *CallError, was not sent.
func Dial(ctx context.Context, network, addr string, opts Options) (*Conn, error) {
	if opts.DialContext == nil {
		opts.DialContext = new(net.Dialer).DialContext
	}
	newCodec := codec.NewClient
	switch network {
	case "tcp", "http":
	case "jsonrpc":
		newCodec = codec.NewJSONClient
	default:
		return nil, fmt.Errorf("unknown network %q: want tcp, http or jsonrpc", network)
	}
	nc, err := opts.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, &CallError{Op: "dial", Addr: addr, Err: err}
	}
	if network == "http" {
		if err := connect(ctx, nc, addr); err != nil {
			nc.Close()
			return nil, &CallError{Op: "dial", Addr: addr, Err: err}
		}
	}
	return newConn(addr, nc, newCodec), nil
}

// connect asks the HTTP server at the other end of nc for net/rpc's protocol.
func connect(ctx context.Context, nc net.Conn, addr string) error {
	stop := context.AfterFunc(ctx, func() { nc.SetDeadline(past) })
	var resp *http.Response
	_, err := fmt.Fprintf(nc, "CONNECT %s HTTP/1.0\r\nHost: %s\r\n\r\n", rpc.DefaultRPCPath, addr)
	if err == nil {
		resp, err = http.ReadResponse(bufio.NewReader(io.LimitReader(nc, 8<<10)), &http.Request{Method: http.MethodConnect})
	}
	switch {
	case !stop(): // ctx has ended, and the deadline is past
		return ctx.Err()
	case err != nil:
		return err
	case resp.Status != connected:
		return errors.New("not a net/rpc server: " + resp.Status)
	}
	return nil
}
