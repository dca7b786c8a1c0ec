package grpcarith

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

// A client pings a server that has been silent for clientPing, also between calls, and
// closes the connection if no response comes within clientPong.
const (
	clientPing = 10 * time.Second // gRPC allows no less
	clientPong = 3 * time.Second
)

// maxHeader bounds the bytes of metadata, and of an error's text, that a server may send
// with a reply. gRPC's default is 16 MiB.
const maxHeader = 64 << 10

// ClientOptions change how calls are made. The zero value is the default.
type ClientOptions struct {
	TLS *tls.Config // from mtls.Files.Client; default no TLS
	// Timeout is for a call whose ctx has no deadline; default, also if it is below
	// zero, 5 s.
	Timeout time.Duration
	// DialContext opens the connections; the default is net.Dialer's.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Client calls Arith over gRPC as client.Client does over net/rpc, so code that uses one
// can use the other. gRPC makes the connections and retries, which client.Client makes
// itself. Both balance with balancer.PowerOfTwo.
type Client struct {
	conn    *grpc.ClientConn
	arith   arithpb.ArithClient
	target  string
	timeout time.Duration
}

// New returns a client of a service in a registry; scheme is the registry's kind, for
// errors. The client follows the service until Close. New returns an error only for what
// can never work.
func New(scheme string, d registry.Discovery, service string, opts ClientOptions) (*Client, error) {
	return open(scheme+":///"+service, grpcresolver.DialOptions(scheme, d, grpcresolver.Options{}), opts)
}

// Dial returns a client of the one server at addr, and connects in the background.
func Dial(addr string, opts ClientOptions) (*Client, error) {
	return open("passthrough:///"+addr, grpcresolver.ChannelOptions(), opts)
}

func open(target string, options []grpc.DialOption, opts ClientOptions) (*Client, error) {
	if opts.Timeout <= 0 {
		opts.Timeout = 5 * time.Second
	}
	dial, creds := opts.DialContext, insecure.NewCredentials()
	if opts.TLS != nil {
		creds = credentials.NewTLS(opts.TLS)
	} else { // its connections notice that the server wants TLS
		dial = mtls.Dialer(nil, mtls.Options{DialContext: dial})
	}
	options = append(options,
		grpc.WithTransportCredentials(creds),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithMaxHeaderListSize(maxHeader),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: clientPing, Timeout: clientPong, PermitWithoutStream: true}),
		grpc.WithStatsHandler(watchAttempts{}),
		grpc.WithUnaryInterceptor(new(hedger).intercept),
	)
	if dial != nil {
		options = append(options, grpc.WithContextDialer(func(ctx context.Context, addr string) (net.Conn, error) {
			return dial(ctx, "tcp", addr)
		}))
	}
	conn, err := grpc.NewClient(target, options...)
	if err != nil {
		return nil, err
	}
	conn.Connect() // follow the service, or dial the server, from now on
	return &Client{conn: conn, arith: arithpb.NewArithClient(conn), target: target, timeout: opts.Timeout}, nil
}

// Close closes the connections and ends the watch. Calls in progress and later ones fail.
func (c *Client) Close() error { return c.conn.Close() }

// Call calls Arith.Multiply, Arith.Sum or Arith.Divide with an arith.Args, and waits for
// its reply, an *int or *arith.Quotient, until ctx ends. A ctx without a deadline gets
// one after ClientOptions.Timeout. Errors are *client.CallErrors, as with client.Client.
func (c *Client) Call(ctx context.Context, method string, args, reply any) error {
	return c.do(ctx, &client.Call{Method: method, Args: args, Reply: reply})
}

// Go starts a call as Call does, but returns at once. The Call is sent on its Done.
func (c *Client) Go(ctx context.Context, method string, args, reply any) *client.Call {
	call := &client.Call{Method: method, Args: args, Reply: reply, Done: make(chan *client.Call, 1)}
	go func() {
		call.Err = c.do(ctx, call)
		call.Done <- call
	}()
	return call
}

func (c *Client) do(ctx context.Context, call *client.Call) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	args, ok := call.Args.(arith.Args)
	if !ok {
		return &client.CallError{Op: call.Method, Addr: c.target, Err: fmt.Errorf("the arguments are %T, not arith.Args", call.Args)}
	}
	tries := attempts{tried: new(tried)}
	err := c.invoke(tries.in(ctx), call, &arithpb.Args{A: int64(args.A), B: int64(args.B)})
	tries.mu.Lock()
	defer tries.mu.Unlock()
	call.Addr, call.Retries = tries.addr, max(0, tries.begun-1)
	return c.explain(ctx, call, &tries, err)
}
