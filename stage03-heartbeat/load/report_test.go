package load_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/rpc"
	"os"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/load"
)

// keys returns the keys of v, which is a JSON object.
func keys(t *testing.T, v any) []string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var object map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &object), "%s", text)
	return slices.Sorted(maps.Keys(object))
}

func TestJSONHasTheSameKeysWhateverHappened(t *testing.T) {
	counts := []string{"errors", "failed", "ok", "p50_ms", "p99_ms", "retried", "sent", "servers"}
	kinds := []string{"broken", "other", "refused", "timeout", "unreachable"}
	for name, result := range map[string]load.Result{
		"all are ok": {Server: "host:1"},
		"all fail":   {Err: io.EOF},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seconds, total := run(t, t.Context(), load.Options{Rate: 1, For: 2 * time.Second}, func(context.Context, int) load.Result {
					time.Sleep(1500 * time.Millisecond) // nothing ends in the first second
					return result
				})
				for _, r := range seconds {
					require.Empty(t, cmp.Diff(keys(t, r), slices.Sorted(slices.Values(append(counts, "second")))))
					require.Empty(t, cmp.Diff(keys(t, r.Errors), kinds))
					require.NotNil(t, r.Servers, "null is no object")
				}
				require.Empty(t, cmp.Diff(keys(t, total), slices.Sorted(slices.Values(append(counts, "seconds", "total")))))
				require.Empty(t, cmp.Diff(keys(t, total.Errors), kinds))
			})
		})
	}
}

func TestErrorsAreSortedByWhatACallerCanDo(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	read := func(err error) error { return &net.OpError{Op: "read", Net: "tcp", Err: err} }
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"the caller's deadline", context.DeadlineExceeded, "timeout"},
		{"the connection's deadline", read(os.ErrDeadlineExceeded), "timeout"},
		{"a deadline while dialling", dial(context.DeadlineExceeded), "timeout"},
		{"nobody listens", dial(syscall.ECONNREFUSED), "unreachable"},
		{"no such host", dial(&net.DNSError{IsNotFound: true}), "unreachable"},
		{"the server hung up", io.EOF, "broken"},
		{"the server hung up in the middle", io.ErrUnexpectedEOF, "broken"},
		{"the connection was reset", read(syscall.ECONNRESET), "broken"},
		{"the connection was closed before", rpc.ErrShutdown, "broken"},
		{"the method's own error", rpc.ServerError("divide by zero"), "refused"},
		{"a method's error that reads like another", rpc.ServerError(io.EOF.Error()), "refused"},
		{"the caller gave up", context.Canceled, "other"},
		{"anything else", errors.New("the product is wrong"), "other"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, total := run(t, t.Context(), load.Options{Rate: 1, For: time.Second}, func(context.Context, int) load.Result {
					return load.Result{Err: fmt.Errorf("Arith.Multiply on host:1: %w", tt.err)}
				})
				want := map[string]int{"timeout": 0, "unreachable": 0, "broken": 0, "refused": 0, "other": 0}
				want[tt.want] = 1
				require.Empty(t, cmp.Diff(total.Errors, want))
				require.Equal(t, 1, total.Failed)
				require.Empty(t, total.Servers, "a call that failed has no server")
			})
		})
	}
}

func TestACallerMayNameTheErrorItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, total := run(t, t.Context(), load.Options{Rate: 1, For: time.Second}, func(context.Context, int) load.Result {
			return load.Result{Err: io.EOF, Kind: "away"}
		})
		want := map[string]int{"timeout": 0, "unreachable": 0, "broken": 0, "refused": 0, "other": 0, "away": 1}
		require.Empty(t, cmp.Diff(total.Errors, want))
	})
}

func ExampleReport_String() {
	fmt.Println(load.Report{
		Second: 7, Sent: 200, OK: 188, Failed: 12, Retried: 3, P50: 0.1234, P99: 12.5,
		Servers: map[string]int{"127.0.0.1:41002": 88, "127.0.0.1:41001": 100},
		Errors:  map[string]int{"timeout": 2, "broken": 10, "refused": 0},
	})
	fmt.Println(load.Report{Second: 8, Sent: 200, Failed: 200, Errors: map[string]int{"broken": 200}})
	fmt.Println(load.Report{Total: true, Seconds: 10, Sent: 2000, OK: 2000})
	// Output:
	//   7 s  sent   200  ok   188  failed    12  retried    3  p50    0.12 ms  p99   12.50 ms  127.0.0.1:41001 100  127.0.0.1:41002 88  broken 10  timeout 2
	//   8 s  sent   200  ok     0  failed   200  retried    0  broken 200
	// total  sent  2000  ok  2000  failed     0  retried    0  p50    0.00 ms  p99    0.00 ms
}
