package fakestage

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/rpc"
)

// Args are those of the methods of Faulty.
type Args struct{ A, B int }

// Faulty is the service of a server that was started with -faulty.
type Faulty struct{ recovers bool }

// Panic panics, and ends the process unless the server is to recover.
func (f *Faulty) Panic(*Args, *int) error {
	if f.recovers {
		return errors.New("the method panicked")
	}
	panic("as it was told to")
}

// faultyListener serves Faulty over net/rpc to whoever does not begin as a fake
// client does, with the byte 1.
type faultyListener struct {
	net.Listener
	server *rpc.Server
}

func withFaulty(l net.Listener) (net.Listener, error) {
	opts, err := options()
	if err != nil {
		return nil, err
	}
	server := rpc.NewServer()
	return faultyListener{l, server}, server.Register(&Faulty{opts.Recovers})
}

// Accept returns the next connection of a fake client.
func (l faultyListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		first := make([]byte, 1)
		if _, err := io.ReadFull(conn, first); err != nil {
			conn.Close()
			continue
		}
		begun := begunConn{conn, io.MultiReader(bytes.NewReader(first), conn)}
		if first[0] == 1 {
			return begun, nil
		}
		go l.server.ServeConn(begun)
	}
}

// begunConn is a connection whose first byte has been read.
type begunConn struct {
	net.Conn
	reader io.Reader
}

func (c begunConn) Read(p []byte) (int, error) { return c.reader.Read(p) }
