package client

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/rpc"
	"time"

	"example.com/workshop/stage05-etcd/codec"
)

// past is a deadline that ends reads and writes at once.
var past = time.Unix(1, 0)

// Dial connects to the server at addr, and gives up when ctx ends. network names the
// protocol, as in server.Serve: tcp, http or jsonrpc. If the connection cannot be made,
// the error is a *CallError, which names the address.
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
	if err == nil && network == "http" {
		err = connect(ctx, nc, addr)
	}
	if err != nil {
		return nil, &CallError{Op: "dial", Addr: addr, Err: err}
	}
	s := &stream{Conn: nc}
	l := &link{ClientCodec: newCodec(s, cmp.Or(max(opts.MaxMessage, 0), 1<<20)), stream: s, broken: make(chan struct{})}
	return &Conn{addr: addr, link: l, rpc: rpc.NewClientWithCodec(l)}, nil
}
