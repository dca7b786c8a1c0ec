package mtls

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
)

// NewListener returns a listener of those connections to l whose clients have
// shown a certificate that cfg accepts. crypto/tls's own leaves the handshake to
// the first Read, which has no deadline; here it is over, one way or the other,
// within Options.Handshake, and a client that does not speak TLS is told so.
func NewListener(l net.Listener, cfg *tls.Config, opts Options) net.Listener {
	life, end := context.WithCancel(context.Background())
	tl := &listener{Listener: l, cfg: cfg, opts: opts.withDefaults(), life: life, end: end, accepted: make(chan accepted)}
	tl.running.Go(tl.run)
	return tl
}

type listener struct {
	net.Listener
	cfg      *tls.Config
	opts     Options
	life     context.Context // ends with Close
	end      func()
	running  sync.WaitGroup // counts run and the handshakes in progress
	accepted chan accepted

	mu      sync.Mutex // guards the field below
	shaking list.List  // the connections whose handshake is in progress, the oldest first
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
		place, oldest := l.begin(conn)
		if oldest != nil {
			oldest.Close()
		}
		l.running.Go(func() {
			defer l.finish(place)
			l.handshake(conn)
		})
	}
}

// begin notes a handshake, and returns whom to hang up on if too many are in progress.
func (l *listener) begin(conn net.Conn) (place *list.Element, oldest net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	place = l.shaking.PushBack(conn)
	if l.shaking.Len() > l.opts.MaxHandshakes {
		oldest = l.shaking.Remove(l.shaking.Front()).(net.Conn)
	}
	return place, oldest
}

// finish notes that a handshake is over.
func (l *listener) finish(place *list.Element) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shaking.Remove(place)
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
