package main

import (
	"strings"
	"testing"

	"example.com/workshop/stage04-balancing/internal/cmdtest"
)

// TestBadInputIsOneLineAndExitsWith2 where nobody listens: bad input is found
// before anybody is called.
func TestBadInputIsOneLineAndExitsWith2(t *testing.T) {
	addr := nobody(t)
	for _, tt := range []struct{ args, want string }{
		{"", "what to call is missing: multiply, sum or divide, or broadcast"},
		{"power 7 8", `unknown operation "power": want multiply, sum, divide or broadcast`},
		{"multiply", "multiply takes two numbers after all flags, not []"},
		{"multiply 7", `multiply takes two numbers after all flags, not ["7"]`},
		{"multiply 7 8 9", `multiply takes two numbers after all flags, not ["7" "8" "9"]`},
		{"multiply 7 8 -timeout 1s", `multiply takes two numbers after all flags, not ["7" "8" "-timeout" "1s"]`},
		{"multiply seven 8", `"seven" is not a whole number`},
		{"multiply 7 8.5", `"8.5" is not a whole number`},
		{"multiply 7 99999999999999999999", `"99999999999999999999" is not a whole number`},
		{"broadcast", "broadcast takes two numbers and one HOST:PORT or more"},
		{"broadcast 7 8", "broadcast takes two numbers and one HOST:PORT or more"},
		{"broadcast 7 eight 127.0.0.1:1", `"eight" is not a whole number`},
		{"broadcast 7 8 127.0.0.1:1 nowhere", `"nowhere" is not HOST:PORT`},
		{"-colour red", "flag provided but not defined: -colour"},
		{"-addr nowhere multiply 7 8", `-addr "nowhere" is not HOST:PORT`},
		{"-addr 127.0.0.1:99999 multiply 7 8", `-addr "127.0.0.1:99999" is not HOST:PORT`},
		{"-transport pigeon multiply 7 8", `-transport "pigeon": want tcp, http or jsonrpc`},
		{"-timeout 0s multiply 7 8", "-timeout 0s is not above zero"},
		{"-timeout -1s multiply 7 8", "-timeout -1s is not above zero"},
		{"-rate 0", "-rate 0 is not between 1 and 1000000"},
		{"-rate -1", "-rate -1 is not between 1 and 1000000"},
		{"-rate 1000001", "-rate 1000001 is not between 1 and 1000000"},
		{"-for 0s", "-for 0s is not between 0 and 24h"},
		{"-for -1s", "-for -1s is not between 0 and 24h"},
		{"-for 25h", "-for 25h0m0s is not between 0 and 24h"},
		{"-every 0s", "-every 0s is not between 1ms and 1h"},
		{"-every 2h", "-every 2h0m0s is not between 1ms and 1h"},
		{"-rate 50 multiply 7 8", `a load takes no operation, not even "multiply": it multiplies`},
		{"-json broadcast 7 8 127.0.0.1:1", `a load takes no operation, not even "broadcast": it multiplies`},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-addr", addr}, strings.Fields(tt.args)...)
			cmdtest.RequireOneLine(t, cmdtest.Start(t, args...).Wait(), 2, "arith-client: "+tt.want+" (-h helps)")
		})
	}
}
