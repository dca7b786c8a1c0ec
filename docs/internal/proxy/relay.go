package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

const (
	chunkSize = 32 << 10
	maxQueue  = 1024 // chunks on their way; then the sender feels it
)

// chunk is a piece of a stream, or its end.
type chunk struct {
	data []byte
	due  time.Time // it may not arrive before
	end  error     // why no other follows; nil if one may
}

// relay passes bytes between two connections until both directions have ended,
// one has broken, or ctx ends. It closes both.
func relay(ctx context.Context, m *mode, client, server net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	var closer, pipes sync.WaitGroup
	closer.Go(func() {
		<-ctx.Done()
		client.Close() // wakes the pipes that read or write
		server.Close()
	})
	never := func() time.Duration { return 0 }
	pipes.Go(func() { pipe(ctx, cancel, m, server, client, never) })
	pipes.Go(func() { pipe(ctx, cancel, m, client, server, m.late) })
	pipes.Wait()
	cancel()
	closer.Wait()
}

// pipe passes bytes one way until they end. Without a delay it passes them on directly,
// since the proxies of a lab relay every call: one goroutine wakes up for it, and nothing
// is copied. The first delay begins a queue; from then on all bytes go through it, so
// that none overtake others.
func pipe(ctx context.Context, cancel func(), m *mode, to, from net.Conn, late func() time.Duration) {
	var queue chan chunk // nil before the first delay
	var writer sync.WaitGroup
	defer writer.Wait()
	buf := make([]byte, chunkSize)
	for {
		if _, err := m.open(ctx); err != nil {
			return
		}
		n, end := from.Read(buf)
		d := late()
		if queue == nil && d > 0 {
			queue = make(chan chunk, maxQueue)
			writer.Go(func() { write(ctx, cancel, m, to, queue) })
		}
		if queue == nil {
			if !pass(ctx, cancel, m, to, buf[:n], end) {
				return
			}
			continue
		}
		select {
		case queue <- chunk{bytes.Clone(buf[:n]), time.Now().Add(d), end}:
		case <-ctx.Done():
			return
		}
		if end != nil {
			return
		}
	}
}

// write sends chunks when they are due, until they end. Reading does not wait for it, so
// that a delay makes the way longer and not narrower.
func write(ctx context.Context, cancel func(), m *mode, to net.Conn, queue <-chan chunk) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var c chunk
		select {
		case c = <-queue:
		case <-ctx.Done():
			return
		}
		timer.Reset(time.Until(c.due))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		if !pass(ctx, cancel, m, to, c.data, c.end) {
			return
		}
	}
}

// pass sends what was read, and then the end if that came with it. It reports whether
// more may follow. It calls cancel if a connection has broken, since the other direction
// is useless then.
func pass(ctx context.Context, cancel func(), m *mode, to net.Conn, data []byte, end error) bool {
	// What was read just before the way was cut waits here.
	if _, err := m.open(ctx); err != nil {
		return false
	}
	var err error
	if len(data) > 0 {
		_, err = to.Write(data)
	}
	switch {
	case err != nil:
	case end == nil:
		return true
	case errors.Is(end, io.EOF):
		err = closeWrite(to)
	default:
		err = end
	}
	if err != nil {
		cancel()
	}
	return false
}

// closeWrite tells the other end that nothing more comes. It may still answer.
func closeWrite(conn net.Conn) error {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return conn.Close()
}
