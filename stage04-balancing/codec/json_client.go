package codec

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/rpc"
	"reflect"
)

// jsonClient is the client's side of JSON-RPC 1.0. It differs from net/rpc/jsonrpc in
// cases that concern one caller alone: arguments that cannot be encoded are a *TypeError,
// an error may be any value, as the specification says, and a result may be null.
type jsonClient struct {
	conn   *capped
	dec    *json.Decoder
	enc    *json.Encoder
	result json.RawMessage // the result of the reply that is being read
}

// WriteRequest sends a call. If body cannot be encoded, it sends nothing.
func (c *jsonClient) WriteRequest(r *rpc.Request, body any) error {
	param, err := json.Marshal(body)
	if err != nil {
		return &TypeError{Type: fmt.Sprintf("%T", body), Err: err}
	}
	return c.enc.Encode(struct {
		Method string            `json:"method"`
		Params []json.RawMessage `json:"params"`
		ID     uint64            `json:"id"`
	}{r.ServiceMethod, []json.RawMessage{param}, r.Seq})
}

// ReadResponseHeader reads a whole reply. A reply without an id, or without a result and
// an error, is an error: what comes after it cannot be trusted.
func (c *jsonClient) ReadResponseHeader(r *rpc.Response) error {
	c.conn.left = c.conn.max
	var reply struct {
		ID            *uint64
		Result, Error json.RawMessage
	}
	if err := c.dec.Decode(&reply); err != nil {
		return err
	}
	if reply.ID == nil || reply.Result == nil && reply.Error == nil {
		return errors.New("a reply without an id, or without a result and an error")
	}
	r.Seq, c.result, r.Error = *reply.ID, reply.Result, string(reply.Error)
	switch r.Error {
	case "null":
		r.Error = ""
	case `""`:
		r.Error = "unspecified error"
	default:
		json.Unmarshal(reply.Error, &r.Error) // leaves a value that is no string as it is
	}
	return nil
}

// ReadResponseBody fills body, unless it is nil, with the result. A null result is an
// error unless body's type can be nil, because it would leave a number at 0.
func (c *jsonClient) ReadResponseBody(body any) error {
	if body == nil {
		return nil
	}
	if err := json.Unmarshal(c.result, body); err != nil || string(c.result) != "null" {
		return err
	}
	return complete(nil, reflect.TypeOf(body).Elem(), func() string { return "the result" })
}

// Close closes the connection.
func (c *jsonClient) Close() error { return c.conn.Close() }
