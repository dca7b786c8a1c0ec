package breaks_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/breaks"
	"example.com/workshop/docs/internal/term"
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

func TestAMessageThatSeveralAssertionsSayIsShownOnce(t *testing.T) {
	one := []string{"    it_test.go:27:", "        \tError:      \tExpected error but got nil.", "        \tTest:       \tTestIt"}
	other := []string{"        \tError:      \tNot equal:", "        \t            \texpected: 2", "        \t            \tactual  : 2"}
	third := []string{"        \tError:      \tNot equal:", "        \t            \texpected: 2", "        \t            \tactual  : 3"}
	test := breaks.Test{Output: slices.Concat(one, one, other, one, third, third)}
	require.Equal(t, []string{
		"Error:       Expected error but got nil.",
		"Error:       Not equal:", "expected: 2", "actual  : 2",
		"Error:       Not equal:", "expected: 2", "actual  : 3",
	}, test.Message(9))
}

func TestEachTestThatNoticesSaysSomething(t *testing.T) {
	root, s := workshop(t)
	more := "package sum\n\nimport \"testing\"\n"
	for _, name := range []string{"Four", "Five", "Six", "Seven"} {
		more += "\nfunc Test" + name + "(t *testing.T) {\n\tif Sum(0, 4) != 4 {\n\t\tt.Error(\"no\", t.Name())\n\t\tt.Error(\"more\")\n\t}\n}\n"
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, s.Dir, "sum", "more_test.go"), []byte(more), 0o644))
	var out bytes.Buffer
	require.NoError(t, breaks.Player{Root: root, Stage: s, Screen: term.New(&out)}.Play(t.Context(), "minus"))
	require.Contains(t, out.String(), "  TestFour\n      more_test.go:7: no TestFour\n      more_test.go:8: more\n  TestFive\n")
	require.Contains(t, out.String(), "  TestSeven\n      more_test.go:28: no TestSeven\n  TestOnePlusTwo\n      sum_test.go:14: got -1, want 3\n\n")
}
