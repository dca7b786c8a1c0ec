package codec

import (
	"encoding/json"
	"fmt"
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"
)

// NewJSONServer returns the server's side of a JSON-RPC 1.0 connection.
func NewJSONServer(conn io.ReadWriteCloser) rpc.ServerCodec {
	return jsonServer{jsonrpc.NewServerCodec(conn)}
}

type jsonServer struct{ rpc.ServerCodec }

// WriteResponse answers a call. A body that JSON cannot encode becomes an
// error for that caller, who would otherwise wait for ever.
func (c jsonServer) WriteResponse(r *rpc.Response, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		r.Error = (&TypeError{Type: fmt.Sprintf("%T", body), Err: err}).Error()
	}
	return c.ServerCodec.WriteResponse(r, json.RawMessage(text))
}
