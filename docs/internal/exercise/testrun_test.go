package exercise_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

// mark stands before the lines that the testing package itself writes.
const mark = "\x16"

func TestTheFirstTestThatFailsIsReadWithWhatItSaid(t *testing.T) {
	v := exercise.ReadVerdict(mark + "=== RUN   TestA\n" + mark + "=== PAUSE TestA\n" + mark + "=== RUN   TestB\nTestB's print" +
		mark + "=== RUN   TestB/one\n    b_test.go:5: one is wrong\n" + mark + "=== CONT  TestA\n    a_test.go:9: all is well\n" +
		mark + "=== NAME  TestB\n    b_test.go:7: so is b\n" + mark + "--- FAIL: TestB (0.00s)\n" +
		mark + "    --- FAIL: TestB/one (0.00s)\n" + mark + "--- FAIL: TestA (0.00s)\nFAIL\n")
	require.Equal(t, "TestB", v.Failed)
	require.Equal(t, []string{"TestB's print", "    b_test.go:5: one is wrong", "    b_test.go:7: so is b"}, v.Lines)
	require.Empty(t, v.Panic)
}

func TestAPanicBelongsToTheTestThatRan(t *testing.T) {
	trace := "\ngoroutine 7 [running]:\nexample.com/x.f()\n\t/copy/internal/cli/cli.go:3 +0x1\n\t/copy/zz_workshop_store.go:9 +0x1\n" +
		"\t/elsewhere/b.go:1\n\t/copy/leaktest/leaktest.go:2\n\t/copy/registry/store_test.go:4 +0x1\n"
	v := exercise.ReadVerdict(mark + "=== RUN   TestA\n" + mark + "--- PASS: TestA (0.00s)\n" + mark + "=== RUN   TestB/sub\npanic: boom\n" + trace)
	require.Equal(t, "TestB", v.Failed)
	require.Equal(t, "panic: boom", v.Panic)
	require.Equal(t, "internal/cli/cli.go:3", v.Place("/copy"))

	v = exercise.ReadVerdict(mark + "=== RUN   TestA\n" + mark + "--- FAIL: TestA (0.00s)\npanic: boom [recovered, repanicked]\n" + trace)
	require.Equal(t, "TestA", v.Failed)
	require.Equal(t, "panic: boom", v.Panic)
}

func TestAPanicThatALogTellsOfIsNone(t *testing.T) {
	v := exercise.ReadVerdict(mark + "=== RUN   TestA\npanic: that was caught\n" + mark + "--- FAIL: TestA (0.00s)\n" + mark + "=== RUN   TestB\nFAIL\n")
	require.Empty(t, v.Panic)
	require.Equal(t, []string{"panic: that was caught"}, v.Lines)
}

func TestATestThatPrintsWithoutEndIsNamedWithItsLastWholeLine(t *testing.T) {
	said := mark + "=== RUN   TestA\n" + mark + "--- PASS: TestA (0.00s)\n" + mark + "=== RUN   TestB/sub\n" + strings.Repeat("accept: closed\n", exercise.OutputLimit)
	v := exercise.ReadVerdict(said[:exercise.OutputLimit-5])
	require.False(t, v.Endless)
	require.Empty(t, v.Failed)
	v = exercise.ReadVerdict(said[:exercise.OutputLimit])
	require.True(t, v.Endless)
	require.Equal(t, "TestB", v.Failed)
	require.Equal(t, "the tests of ./server printed without end (last line: accept: closed): probably a loop that goes on after an error", v.EndlessText("server"))
}

func TestATestAtItsLimitIsNamed(t *testing.T) {
	v := exercise.ReadVerdict(mark + "=== RUN   TestA\n" + mark + "=== RUN   TestB\npanic: test timed out after 1s\n\trunning tests:\n\t\tTestA/x (1s)\n\ngoroutine 9 [running]:\n")
	require.True(t, v.TimedOut)
	require.Equal(t, "TestA", v.Failed)
}
