package server_test

import (
	"bytes"
	"net"
	"net/rpc"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/server"
)

// Letter is an argument of many parts.
type Letter struct {
	To    string
	Lines []string
	Seal  []byte
	Reply *Letter
}

// Post is a service for letters.
type Post struct{}

func (Post) Send(l Letter, pages *int) error { *pages = len(l.Lines); return nil }
func (Post) Burn(l *Letter, _ *Letter) error { panic(l.To) }

// recording is a peer that has sent all that it ever will, and reads whatever
// it gets.
type recording struct {
	net.Conn // for what the server asks of it besides
	sent     *bytes.Reader
	once     sync.Once
	closed   chan struct{}
}

func record(sent []byte) *recording {
	conn, _ := net.Pipe()
	return &recording{Conn: conn, sent: bytes.NewReader(sent), closed: make(chan struct{})}
}

func (r *recording) Read(p []byte) (int, error)  { return r.sent.Read(p) }
func (r *recording) Write(p []byte) (int, error) { return len(p), nil }

func (r *recording) Close() error {
	r.once.Do(func() { close(r.closed) })
	return r.Conn.Close()
}

// queue is a listener for recordings.
type queue struct {
	net.Listener
	conns chan net.Conn
}

func (q queue) Accept() (net.Conn, error) {
	if c, ok := <-q.conns; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func FuzzServerConnGob(f *testing.F) {
	good := gobOf(f,
		rpc.Request{ServiceMethod: "Arith.Multiply", Seq: 0}, arith.Args{A: 7, B: 8},
		rpc.Request{ServiceMethod: "Arith.Divide", Seq: 1}, arith.Args{A: 7},
		rpc.Request{ServiceMethod: "Arith.Power", Seq: 2}, arith.Args{A: 7, B: 8},
		rpc.Request{ServiceMethod: "Arith.Sum", Seq: 3}, "seven and eight",
		rpc.Request{ServiceMethod: "Post.Send", Seq: 4}, Letter{To: "Ann", Lines: []string{"a", "b"}, Seal: []byte{1}, Reply: &Letter{}},
		rpc.Request{ServiceMethod: "Post.Burn", Seq: 5}, Letter{To: "Ann"},
		rpc.Request{ServiceMethod: "Arith.Multiply", Seq: 6}, map[string]any{"A": 7},
	)
	seeds := []string{
		"", good, good[:len(good)/2], good[:len(good)-1], good + good, "\x00\x00\x00",
		"\xfc\x40\x00\x00\x00", good + "\xf8\xff\xff\xff\xff\xff\xff\xff\xff", good + "\x80",
		gobOf(f, rpc.Request{ServiceMethod: "Arith.Multiply"}) + "\xfd\x10\x00\x00",
		typesWithoutEnd(f, 20), gobOf(f, 1, "text", []int{1}, Letter{}),
		"GET / HTTP/1.1\r\n\r\n", strings.Repeat("\x01", 300), strings.Repeat("\xff", 300),
		".\x7f\x03\x01\x01\aRequest\x01\xff\x80\x00\x01\xfc\x00\rServiceMetaod\x01\f\x00\x01\x03Se \x01\x06\x00\x00\x00", // 10 MiB
	}
	fuzzConn(f, "tcp", seeds)
}

func FuzzServerConnJSON(f *testing.F) {
	good := `{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}` + "\n" +
		`{"method":"Arith.Divide","params":[{"A":7,"B":0}],"id":"x"}` +
		`{"method":"Post.Send","params":[{"To":"Ann","Lines":["a"],"Seal":"AA==","Reply":{}}],"id":null}` +
		`{"method":"Post.Burn","params":[{"To":"Ann"}],"id":[]}` + `{"method":"Arith.Power","params":[],"id":{}}`
	seeds := []string{
		"", good, good[:len(good)/2], good[:len(good)-1], "{}{}{}", "[]", "null", "0", `"`, "}",
		`{"method":7}`, `{"method":"Arith.Sum","params":7,"id":1}`, `{"method":"Arith.Sum","params":[7,8],"id":1}`,
		`{"method":"Arith.Sum","params":[{"A":1e400}],"id":1e400}`, `{"params":` + strings.Repeat("[", 300),
		strings.Repeat(" ", 300), "\x00", "GET / HTTP/1.1\r\n\r\n",
	}
	fuzzConn(f, "jsonrpc", seeds)
}

// fuzzConn plays whatever it is given to a server. The server has to be done
// with that connection in bounded memory, and to serve others as before.
func fuzzConn(f *testing.F, network string, seeds []string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	h := start(f, network, server.Options{MaxMessage: 64 << 10})
	if err := h.Register(Post{}); err != nil {
		f.Fatal(err)
	}
	other := h.client(f, network)
	l, err := h.network.Listen("host:2")
	if err != nil {
		f.Fatal(err)
	}
	q := queue{l, make(chan net.Conn)}
	go h.Serve(q, network)
	f.Cleanup(func() { close(q.conns) })

	f.Fuzz(func(t *testing.T, sent []byte) {
		took := allocated(func() {
			r := record(sent)
			q.conns <- r
			select {
			case <-r.closed:
			case <-time.After(10 * time.Second):
				t.Fatal("the server does not end the connection")
			}
		})
		if took > 16<<20 {
			t.Fatalf("%d bytes made the server allocate %d; %s", len(sent), took, seeN5)
		}
		h.log.Reset()
		select {
		case call := <-other.Go("Arith.Multiply", arith.Args{A: 7, B: 8}, new(int), make(chan *rpc.Call, 1)).Done:
			if product := *call.Reply.(*int); call.Error != nil || product != 56 {
				t.Fatalf("another connection: %v, %d", call.Error, product)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("another connection is not served any more")
		}
	})
}
