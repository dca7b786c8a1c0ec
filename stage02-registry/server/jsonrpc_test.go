package server_test

import (
	"bufio"
	"io"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/server"
)

func TestJSONRPCIsWhatAnotherLanguageWouldWrite(t *testing.T) {
	for _, tt := range []struct{ name, request, reply string }{
		{"a call",
			`{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}`,
			`{"id":1,"result":56,"error":null}`},
		{"an identifier that is text, other keys, other spaces",
			`{ "jsonrpc": "1.0", "id": "x-1", "method": "Arith.Divide", "params": [ {"A": 7, "B": 2} ] }`,
			`{"id":"x-1","result":{"Quo":3,"Rem":1},"error":null}`},
		{"an error",
			`{"method":"Arith.Divide","params":[{"A":7,"B":0}],"id":2}`,
			`{"id":2,"result":null,"error":"divide by zero"}`},
		{"a method that does not exist",
			`{"method":"Arith.Power","params":[{}],"id":3}`,
			`{"id":3,"result":null,"error":"rpc: can't find method Arith.Power"}`},
		{"no parameters",
			`{"method":"Arith.Multiply","id":4}`,
			`{"id":4,"result":null,"error":"jsonrpc: request body missing params"}`},
		{"no identifier",
			`{"method":"Arith.Sum","params":[{"A":7,"B":8}]}`,
			`{"id":null,"result":15,"error":null}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := start(t, "jsonrpc", server.Options{}).dial(t)
				lines := bufio.NewScanner(conn)
				for range 2 {
					_, err := io.WriteString(conn, tt.request+"\n")
					require.NoError(t, err)
					require.True(t, lines.Scan(), "the connection has ended: %v", lines.Err())
					require.Equal(t, tt.reply, lines.Text())
				}
			})
		})
	}
}
