package mtls

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"

	"example.com/workshop/stage05-etcd/internal/connlimit"
)

// NewListener returns a listener that accepts those connections to l whose clients have
// shown a certificate that cfg accepts. crypto/tls's own listener leaves the handshake to
// the first Read, which has no deadline. Here the handshake ends within
// Options.Handshake, and a client that does not speak TLS is told so.
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

// Accept returns the connection of the next client that has passed. Its errors are those
// of the underlying listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case a := <-l.accepted:
		return a.conn, a.err
	case <-l.life.Done():
		return nil, &net.OpError{Op: "accept", Net: l.Addr().Network(), Addr: l.Addr(), Err: net.ErrClosed}
	}
}

// Close also ends the handshakes in progress. Connections that were accepted stay open.
func (l *listener) Close() error {
	l.end()
	err := l.Listener.Close()
	l.running.Wait()
	return err
}

// run makes the handshakes concurrently, so that a slow client delays no other.
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

// hand passes a to Accept. It returns false if the listener is closed first.
func (l *listener) hand(a accepted) bool {
	select {
	case l.accepted <- a:
		return true
	case <-l.life.Done():
		return false
	}
}

// handshake makes the server's side of TLS on conn. It hands the connection of a client
// that passes to Accept, or closes it if the listener is closed first. It logs and
// refuses any other client, but does not log one that Close cuts off. It takes
// Options.Handshake at most, and ends with Close.
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
