package console_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
)

func TestWhatDiffersFromRunToRunIsMatchedByItsForm(t *testing.T) {
	for _, same := range [][2]string{
		{"7 * 8 = 56", "7 * 8 = 56"},
		{"listening 127.0.0.1:37605", "listening 127.0.0.1:41001"},
		{"2026/11/26 17:34:52 INFO listening addr=127.0.0.1:1234 pid=1813", "2027/01/02 03:04:05 INFO listening addr=127.0.0.1:1234 pid=7"},
		{`{"pid":12}`, `{"pid":9999}`},
		{"node n1 pid 17 127.0.0.1:2379", "node n1 pid 4711 127.0.0.1:2379"},
		{"took 1.5ms", "took 2m3.25s"},
		{"listed again after 0.8 s", "listed again after 12 s"},
		{"ok  example.com/a/b  0.190s", "ok  \texample.com/a/b\t(cached)"},
		{"p50 0.95 ms", "p50    12.01 ms"},
		{`"p99_ms":0.6,"age_ms":1200`, `"p99_ms":12,"age_ms":3.5`},
		{"the share is 12.5 %", "the share is 7.0 %"},
		{"in /tmp/etcd-123/a", "in /tmp/console-9/tmp/etcd-5/a"},
		{"on 2026-11-26 it was", "on 2027-01-01 it was"},
		{"at 2026-11-26T16:01:29.5Z", "at 2027-11-26 16:01:30+01:00"},
		{"  a   b ", "a b"},
		{"sent … ok 200", "sent 200 ok 200"},
		{
			"  4 s  sent   200  ok     0  failed   200  retried    0  unreachable 200",
			" 12 s  sent   200  ok     0  failed   199  retried    0  unreachable 199", // one ended in the next second
		},
		{
			"  1 s  sent   300  ok   300  failed     0  …  127.0.0.1:44777 100  127.0.0.1:45371 100",
			"  1 s  sent   300  ok   301  failed     0  retried    0  p50    1.05 ms  p99    2.47 ms  127.0.0.1:41727 105  127.0.0.1:45499 95",
		},
		{
			"total  sent   900  ok   900  failed     0  …  127.0.0.1:43021 450 …",
			"total  sent   900  ok   900  failed     0  retried    0  127.0.0.1:41001 150  127.0.0.1:43022 449  127.0.0.1:46001 151",
		},
		{
			"total  sent   900  ok   900  failed     0  …  127.0.0.1:43021 450 …",
			"total  sent   900  ok   900  failed     0  retried    0  127.0.0.1:41001 450",
		},
		{"…refused", "dial tcp 127.0.0.1:1: connect: connection refused"},
	} {
		require.True(t, console.Match(same[0], same[1]), "%s | %s", same[0], same[1])
	}
}

func TestWhatMustBeEqualIs(t *testing.T) {
	for _, differ := range [][2]string{
		{"7 * 8 = 56", "7 * 8 = 57"},
		{"listening 127.0.0.1:8500", "listening 127.0.0.1:8501"},
		{"listening 127.0.0.1:8500", "listening 127.0.0.1:37605"},
		{"listening 127.0.0.1:37605", "listening 127.0.0.2:37605"},
		{"3 servers", "4 servers"},
		{"INFO listening pid=1", "WARN listening pid=1"},
		{"took 1.5ms", "took 1.5"},
		{"sent … ok 200", "sent 200 ok 20"},
		{"a.b", "axb"},
		{"a … b.", "a x bx"},
		{"no output", ""},
		{"4 s  sent 200  ok 200  failed 0", "4 s  sent 199  ok 200  failed 0"},
		{"4 s  sent 200  ok 200  failed 0", "4 s  sent 200  ok 199  failed 1"},
		{"4 s  sent 200  ok 200  failed 0", "4 s  sent 200  ok 189  failed 0"},
		{"4 s  sent 200  ok 200  failed 0", "4 s  sent 200  ok 211  failed 0"},
		{"4 s  sent 200  ok 0  …  timeout 200", "4 s  sent 200  ok 0  failed 189  retried 0  timeout 189"},
		{"4 s  sent 900  …  127.0.0.1:43021 450 …", "4 s  sent 900  ok 900  127.0.0.1:43021 400  127.0.0.1:43022 200"},
		{"total  sent 900  ok 900  failed 0  …", "total  sent 900  ok 899  failed 0  retried 0"},
		{"4 s  sent 200  ok 0  retried 19", "4 s  sent 200  ok 0  retried 18"},
		{"sent 4 s  200", "sent 4 s  199"},
	} {
		require.False(t, console.Match(differ[0], differ[1]), "%s | %s", differ[0], differ[1])
	}
}
