package codec

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"sync"
)

// ErrFormat says that a peer has sent something other than a request of JSON-RPC 1.0: no
// JSON, or a batch. The next request cannot be found after that.
var ErrFormat = errors.New("not a JSON-RPC 1.0 request")

// maxID is how many bytes an id may have. It is kept until the request is answered.
const maxID = 1 << 10

// jsonServer is the server's side of JSON-RPC 1.0. Unlike net/rpc/jsonrpc, it refuses
// parameters that are not complete, and a body that cannot be encoded.
type jsonServer struct {
	conn   io.ReadWriteCloser
	dec    *json.Decoder
	params json.RawMessage // the parameters of the request that is being read

	mu  sync.Mutex                 // guards the fields below
	seq uint64                     // number of the latest request
	ids map[uint64]json.RawMessage // ids of the unanswered requests; each may be any value
}

// NewJSONServer returns the server's side of a JSON-RPC 1.0 connection. Reading fails
// with ErrFormat if the peer sends anything else.
func NewJSONServer(conn io.ReadWriteCloser) rpc.ServerCodec {
	return &jsonServer{conn: conn, dec: json.NewDecoder(conn), ids: make(map[uint64]json.RawMessage)}
}

// ReadRequestHeader reads a whole request.
func (c *jsonServer) ReadRequestHeader(r *rpc.Request) error {
	var req struct {
		Method     string
		Params, ID json.RawMessage
	}
	err := c.dec.Decode(&req)
	_, noJSON := errors.AsType[*json.SyntaxError](err)
	mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case ok && mistyped.Value == "array" && mistyped.Field == "":
		return fmt.Errorf("%w: a batch", ErrFormat)
	case ok || noJSON:
		return fmt.Errorf("%w: %w", ErrFormat, err)
	case err != nil:
		return err
	case len(req.ID) > maxID:
		return fmt.Errorf("%w: an id of %d bytes", ErrFormat, len(req.ID))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	c.ids[c.seq], c.params = req.ID, req.Params
	r.ServiceMethod, r.Seq = req.Method, c.seq
	return nil
}

// ReadRequestBody fills body, unless it is nil, with the one parameter of the request.
// The error says which field of it is missing, null or unknown.
func (c *jsonServer) ReadRequestBody(body any) error {
	if body == nil {
		return nil
	}
	if c.params == nil {
		return errors.New("jsonrpc: request body missing params")
	}
	var params []json.RawMessage
	if err := json.Unmarshal(c.params, &params); err != nil || len(params) != 1 {
		return errors.New("jsonrpc: params must be a list of one value")
	}
	return unmarshal(params[0], body)
}

// WriteResponse answers a call. If JSON cannot encode the body, the caller gets an error;
// otherwise it would wait for ever.
func (c *jsonServer) WriteResponse(r *rpc.Response, body any) error {
	c.mu.Lock()
	id := c.ids[r.Seq]
	delete(c.ids, r.Seq)
	c.mu.Unlock()
	reply := struct {
		ID     json.RawMessage `json:"id"`
		Result json.RawMessage `json:"result"`
		Error  any             `json:"error"`
	}{ID: id}
	if r.Error == "" {
		var err error
		if reply.Result, err = json.Marshal(body); err != nil {
			r.Error = (&TypeError{Type: fmt.Sprintf("%T", body), Err: err}).Error()
		}
	}
	if r.Error != "" {
		reply.Result, reply.Error = nil, r.Error
	}
	return json.NewEncoder(c.conn).Encode(reply)
}

// Close closes the connection.
func (c *jsonServer) Close() error { return c.conn.Close() }
