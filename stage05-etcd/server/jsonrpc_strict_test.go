package server_test

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/server"
)

// Order is an argument of all kinds.
type Order struct {
	Item   string `json:"item"`
	Count  int
	Parts  []Part
	Gift   *Part          `json:",omitempty"`
	Labels map[string]int `json:"labels"`
	secret int
	Hidden int `json:"-"`
}

// Part is a part of an Order.
type Part struct{ Name string }

// Shop is a service for orders.
type Shop struct{}

func (Shop) Buy(o Order, total *int) error  { *total = o.Count + o.secret + o.Hidden; return nil }
func (Shop) Double(n int, reply *int) error { *reply = 2 * n; return nil }

// Stock has the fields of Shelf and Part among its own, and Parts by their names.
type Stock struct {
	*Shelf
	Part   `json:"part"`
	Number int
	By     map[string]Part
}

// Shelf is where a Stock lies.
type Shelf struct{ Row int }

func (Shop) Count(s Stock, total *int) error { *total = s.Row + s.Number; return nil }

func TestJSONParametersAreWholeOrAnError(t *testing.T) {
	const order = `"item":"pen","Count":3,"Parts":[{"Name":"cap"}],"labels":null`
	for _, tt := range []struct{ method, params, want string }{
		{"Shop.Buy", `[{` + order + `}]`, `3`},
		{"Shop.Buy", `[{` + order + `,"Gift":{"Name":"box"}}]`, `3`},
		{"Shop.Buy", `[{` + order + `,"Gift":null}]`, `3`},
		{"Shop.Buy", `[{"ITEM":"pen","count":3,"parts":[],"labels":{}}]`, `3`},
		{"Shop.Double", `[4]`, `8`},
		{"Shop.Count", `[{"Row":1,"part":{"Name":"cap"},"Number":2,"By":{"a":{"Name":"box"}}}]`, `3`},

		{"Shop.Double", `[]`, "params must be a list of one value"},
		{"Shop.Double", `[4,5]`, "params must be a list of one value"},
		{"Shop.Double", `4`, "params must be a list of one value"},
		{"Shop.Double", `{"n":4}`, "params must be a list of one value"},
		{"Shop.Double", `null`, "params must be a list of one value"},
		{"Shop.Double", `[null]`, "the parameter is null"},
		{"Shop.Double", `["4"]`, "cannot unmarshal string"},
		{"Shop.Double", `[` + strings.Repeat("9", 60_000) + `]`, "cannot unmarshal number"},
		{"Arith.Multiply", `[{"A":7,"B":8,"` + strings.Repeat("C", 60_000) + `":9}]`, "unknown field"},
		{"Arith.Multiply", `[{}]`, "the parameter has no A"},
		{"Arith.Multiply", `[null]`, "the parameter is null"},
		{"Arith.Multiply", `[[7,8]]`, "cannot unmarshal array"},
		{"Arith.Multiply", `[{"A":7}]`, "the parameter has no B"},
		{"Arith.Multiply", `[{"A":7,"B":null}]`, "B is null"},
		{"Arith.Multiply", `[{"A":7,"B":8,"C":9}]`, `unknown field \"C\"`},
		{"Arith.Multiply", `[{"A":7,"Bee":8}]`, "the parameter has no B"},
		{"Shop.Buy", `[{` + order + `,"Gift":{}}]`, "Gift has no Name"},
		{"Shop.Buy", `[{"item":"pen","Count":3,"Parts":[{"Name":"cap"},{}],"labels":null}]`, "Parts[1] has no Name"},
		{"Shop.Buy", `[{"item":"pen","Count":3,"Parts":[null],"labels":null}]`, "Parts[0] is null"},
		{"Shop.Buy", `[{"item":"pen","Count":3,"Parts":null}]`, "the parameter has no labels"},
		{"Shop.Count", `[{"part":{"Name":"cap"},"Number":2,"By":{}}]`, "the parameter has no Row"},
		{"Shop.Count", `[{"Row":1,"part":{},"Number":2,"By":{}}]`, "part has no Name"},
		{"Shop.Count", `[{"Row":1,"part":{"Name":"cap"},"Number":2,"By":{"a":{}}}]`, `By[\"a\"] has no Name`},
		{"Shop.Count", `[{"Row":1,"part":{"Name":"cap"},"Number":2,"By":{"` + strings.Repeat("a", 60_000) + `":{}}}]`, `By[\"aaa`},
		{"Shop.Buy", `[{` + order + `,"Hidden":1}]`, `unknown field \"Hidden\"`},
	} {
		t.Run(fmt.Sprintf("%s %.100s", tt.method, tt.params), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, "jsonrpc", server.Options{})
				require.NoError(t, h.Register(Shop{}))
				conn := h.dial(t)
				lines := bufio.NewScanner(conn)
				for range 2 { // the connection lives on
					_, err := fmt.Fprintf(conn, `{"method":%q,"params":%s,"id":1}`, tt.method, tt.params)
					require.NoError(t, err)
					require.True(t, lines.Scan())
					if len(tt.want) == 1 {
						require.Equal(t, `{"id":1,"result":`+tt.want+`,"error":null}`, lines.Text())
						continue
					}
					require.Contains(t, lines.Text(), `"result":null,"error":"`)
					require.Contains(t, lines.Text(), tt.want)
					require.Less(t, len(lines.Text()), 300)
				}
			})
		})
	}
}

func TestJSONParametersAreParsedOnceHoweverDeepTheyAre(t *testing.T) {
	h := start(t, "jsonrpc", server.Options{})
	require.NoError(t, h.Register(Post{}))
	const letter = `{"To":"Ann","Lines":[],"Seal":"","Reply":`
	text := letter + `{"To":"` + strings.Repeat("x", 500_000) + `","Lines":[],"Seal":"","Reply":null}}`
	text = strings.Repeat(letter, 500) + text + strings.Repeat("}", 500)
	conn := h.dial(t)
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	lines := bufio.NewScanner(conn)
	took := allocated(func() {
		_, err := fmt.Fprintf(conn, `{"method":"Post.Send","params":[%s],"id":1}`, text)
		require.NoError(t, err)
		require.True(t, lines.Scan())
	})
	require.Contains(t, lines.Text(), `"error":null`)
	require.Less(t, took, uint64(30<<20), "once for each value around it, that is 250 MB")
}

func TestAPeerThatSendsNoRequestsIsHungUpOnAndTheLogSaysWhy(t *testing.T) {
	const good = `{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}`
	for sent, why := range map[string]string{
		"[" + good + "]":            "not a JSON-RPC 1.0 request: a batch",
		"\ufeff" + good:             "not a JSON-RPC 1.0 request: invalid character",
		"GET / HTTP/1.1\r\n\r\n":    "not a JSON-RPC 1.0 request: invalid character 'G'",
		good + "\n" + "}":           "not a JSON-RPC 1.0 request: invalid character '}'",
		`{"method":7,"params":[1]}`: "not a JSON-RPC 1.0 request: json: cannot unmarshal number",
		`"hello" `:                  "not a JSON-RPC 1.0 request: json: cannot unmarshal string",
	} {
		t.Run(sent, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, "jsonrpc", server.Options{})
				conn := h.dial(t)
				go io.WriteString(conn, sent)
				_, err := io.ReadAll(conn)
				require.NoError(t, err, "the server hangs up")
				log := h.log.String()
				require.Contains(t, log, why)
				require.Contains(t, log, "peer=")
				require.Equal(t, 1, strings.Count(log, "\n"), log)
			})
		})
	}
}
