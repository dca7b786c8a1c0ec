package breaks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/breaks"
)

func TestAMessageIsShortAndSaysItOnce(t *testing.T) {
	test := breaks.Test{Output: strings.Split(`=== RUN   TestIt
    it_test.go:27:
        	Error Trace:	/a/it_test.go:27
        	            				/b/other_test.go:16
        	            				/usr/local/go/src/runtime/asm_amd64.s:1771
        	Error:      	Not equal:
        	            	expected: 2
        	            	actual  : `+strings.Repeat("x", 200)+`
        	            	Diff:
        	            	-2
        	            	+3
        	Test:       	TestIt
        	Messages:   	why it matters
2000/01/01 00:00:00 WARN evicted service=Arith
--- FAIL: TestIt (0.00s)
panic: more
goroutine 7 [running]:
main.main()`, "\n")}
	want := []string{
		"Error:       Not equal:", "expected: 2", "actual  : " + strings.Repeat("x", 150) + "…", "Messages:    why it matters", "panic: more",
	}
	require.Equal(t, want, test.Message(9))
	require.Equal(t, append(want[:2:2], "…"), test.Message(2))
}
