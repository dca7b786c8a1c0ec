package codec

import (
	"encoding/json"
	"io"
	"net/rpc"
)

// NewJSONClient returns the client's side of a JSON-RPC 1.0 connection. Like
// NewClient's, it does not wait for the peer, and takes no reply of more than max bytes.
func NewJSONClient(conn io.ReadWriteCloser, max int64) rpc.ClientCodec {
	capped := &capped{ReadWriteCloser: queued{conn, newWriter(conn)}, max: max}
	return &jsonClient{conn: capped, dec: json.NewDecoder(capped), enc: json.NewEncoder(capped)}
}

// queued is a connection whose writes go through a writer and do not wait for
// the peer.
type queued struct {
	io.ReadWriteCloser
	out *writer
}

// Write appends p to the queue. If the peer does not read, it closes the connection and
// returns ErrBacklog: a json.Encoder that failed once never writes again.
func (q queued) Write(p []byte) (int, error) {
	q.out.mu.Lock()
	defer q.out.mu.Unlock()
	if q.out.isFull(maxRequests) {
		q.ReadWriteCloser.Close()
		return 0, ErrBacklog
	}
	defer q.out.queued.Signal()
	return q.out.Write(p)
}

// Close closes the connection, and waits for its writer. What is still queued is lost.
func (q queued) Close() error { return q.out.close() }
