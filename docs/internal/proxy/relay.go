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

// pipe passes bytes one way. Reading does not wait for writing, so that a delay
// makes the way longer and not narrower.
func pipe(ctx context.Context, cancel func(), m *mode, to, from net.Conn, late func() time.Duration) {
	chunks := make(chan chunk, maxQueue)
	var reader sync.WaitGroup
	reader.Go(func() { read(ctx, m, from, late, chunks) })
	if err := write(ctx, m, to, chunks); err != nil {
		cancel() // a connection that has broken is of no use one way either
	}
	reader.Wait()
}

// read turns what comes into chunks, the last of which is the end.
func read(ctx context.Context, m *mode, from net.Conn, late func() time.Duration, chunks chan<- chunk) {
	buf := make([]byte, chunkSize)
	for {
		if _, err := m.open(ctx); err != nil {
			return // and so does write
		}
		n, err := from.Read(buf)
		select {
		case chunks <- chunk{bytes.Clone(buf[:n]), time.Now().Add(late()), err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// write sends chunks on when they are due and the way is open. It returns nil
// when the stream has ended as it should, and has then told the other end.
func write(ctx context.Context, m *mode, to net.Conn, chunks <-chan chunk) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var c chunk
		select {
		case c = <-chunks:
		case <-ctx.Done():
			return ctx.Err()
		}
		timer.Reset(time.Until(c.due))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		// What was read just before the way was cut waits here.
		if _, err := m.open(ctx); err != nil {
			return err
		}
		if len(c.data) > 0 {
			if _, err := to.Write(c.data); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(c.end, io.EOF):
			return closeWrite(to)
		case c.end != nil:
			return c.end
		}
	}
}

// closeWrite tells the other end that nothing more comes. It may still answer.
func closeWrite(conn net.Conn) error {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return conn.Close()
}
