package mtls

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"

	"example.com/workshop/stage05-etcd/internal/connlimit"
)

// NewListener returns a listener of those connections to l whose clients have
// shown a certificate that cfg accepts. crypto/tls's own leaves the handshake to
// the first Read, which has no deadline; here it is over, one way or the other,
// within Options.Handshake, and a client that does not speak TLS is told so.
func NewListener(l net.Listener, cfg *tls.Config, opts Options) net.Listener {
	life, end := context.WithCancel(context.Background())
	tl := &listener{Listener: l, cfg: cfg, opts: opts.withDefaults(), life: life, end: end, accepted: make(chan accepted)}
	tl.shaking = connlimit.New(tl.opts.MaxHandshakes)
	tl.running.Go(tl.run)
	return tl
}

type listener struct {
	net.Listener
	cfg      *tls.Config
	opts     Options
	life     context.Context // ends with Close
	end      func()
	running  sync.WaitGroup   // counts run and the handshakes in progress
	shaking  *connlimit.Limit // the connections whose handshake is in progress
	accepted chan accepted
}

// accepted is what Accept returns.
type accepted struct {
	conn net.Conn
	err  error
}

// Accept waits for the next client that has passed. Errors are those of the
// listener below.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case a := <-l.accepted:
		return a.conn, a.err
	case <-l.life.Done():
		return nil, &net.OpError{Op: "accept", Net: l.Addr().Network(), Addr: l.Addr(), Err: net.ErrClosed}
	}
}

// Close ends the handshakes in progress too. Connections that were accepted
// stay open.
func (l *listener) Close() error {
	l.end()
	err := l.Listener.Close()
	l.running.Wait()
	return err
}

// run makes handshakes side by side, so that a slow client delays nobody else.
func (l *listener) run() {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			l.hand(accepted{err: err})
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		if oldest := l.shaking.Add(conn); oldest != nil {
			oldest.Close()
		}
		l.running.Go(func() {
			defer l.shaking.Remove(conn)
			l.handshake(conn)
		})
	}
}

// hand passes a on to Accept, or reports false once the listener is closed.
func (l *listener) hand(a accepted) bool {
	select {
	case l.accepted <- a:
		return true
	case <-l.life.Done():
		return false
	}
}

// handshake makes the server's side of TLS on conn, and hands the connection of
// a client that passes to Accept, or closes it if nobody will call that any more.
// It logs and refuses other clients; one that Close cuts off is not logged. It
// takes Options.Handshake at most, and ends with Close.
func (l *listener) handshake(conn net.Conn) {
	ctx, cancel := context.WithTimeout(l.life, l.opts.Handshake)
	defer cancel()
	secure := tls.Server(conn, l.cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		if l.life.Err() == nil {
			l.opts.Logger.Warn("TLS client refused", "peer", conn.RemoteAddr(), "err", err)
		}
		refuse(ctx, conn, err)
	} else if !l.hand(accepted{conn: secure}) {
		conn.Close()
	}
}
