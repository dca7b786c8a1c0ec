package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/arith"
	"example.com/workshop/stage03-heartbeat/internal/cmdtest"
)

func TestAnOperationPrintsItsResult(t *testing.T) {
	addr := serveArith(t)
	for operation, want := range map[string]string{
		"multiply 7 8":  "7 * 8 = 56",
		"sum 7 8":       "7 + 8 = 15",
		"divide 7 2":    "7 / 2 = 3 remainder 1",
		"multiply -7 8": "-7 * 8 = -56",
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			got := cmdtest.Start(t, append([]string{"-addr", addr}, strings.Fields(operation)...)...).Wait()
			require.Equal(t, cmdtest.Outcome{Stdout: want + "\n"}, got)
		})
	}
}

func TestEveryTransportIsSpoken(t *testing.T) {
	for _, transport := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, transport, new(arith.Arith))
			got := cmdtest.Start(t, "-addr", addr, "-transport", transport, "multiply", "7", "8").Wait()
			require.Equal(t, cmdtest.Outcome{Stdout: "7 * 8 = 56\n"}, got)
		})
	}
}

func TestAResultThatCannotBeWrittenIsNoSuccess(t *testing.T) {
	addr := serveArith(t)
	for _, args := range []string{"-addr " + addr + " multiply 7 8", "broadcast 7 8 " + addr, "-rate 10 -for 1h -every 50ms -addr " + addr, "-json -for 1h -every 50ms -addr " + addr} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			cmdtest.RequireWritten(t, "arith-client", strings.Fields(args)...)
		})
	}
}

func TestAMethodsErrorIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	addr := serveArith(t)
	cmdtest.RequireOneLine(t, cmdtest.Start(t, "-addr", addr, "divide", "7", "0").Wait(), 1,
		"arith-client: Arith.Divide on "+addr+": divide by zero")
}

func TestNobodyListeningIsOneLineAndExitsWith1(t *testing.T) {
	addr := nobody(t)
	for name, args := range map[string][]string{
		"one call": {"multiply", "7", "8"},
		"a load":   {"-rate", "50", "-for", "1h"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := cmdtest.Start(t, append([]string{"-addr", addr}, args...)...).Wait()
			cmdtest.RequireOneLine(t, got, 1, "arith-client: "+refusal(t, addr))
		})
	}
}

// TestAPeerThatNeverAnswersCostsTheTimeoutAndNoMore whether a busy machine
// spends it on the dial or on the call.
func TestAPeerThatNeverAnswersCostsTheTimeoutAndNoMore(t *testing.T) {
	addr := listen(t).Addr().String()
	for _, transport := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			got := cmdtest.Start(t, "-addr", addr, "-transport", transport, "-timeout", "50ms", "multiply", "7", "8").Wait()
			require.Equal(t, 1, got.Code)
			require.Empty(t, got.Stdout)
			require.Regexp(t, "^arith-client: no answer within 50ms: .*"+regexp.QuoteMeta(addr)+".*\n$", got.Stderr)
		})
	}
}
