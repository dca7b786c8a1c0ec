package exercise_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

func TestACheckThatTakesTimeSaysWhichTestHasNotEnded(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	solve(t, w, "sum/sum.go", "parse")
	change(t, w, "sum/sum.go", "total := 0\n", "total := 0\n\tfor {\n\t}\n")
	var mu sync.Mutex
	var heard []string
	r := check(t, w, exercise.CheckOptions{Limit: 3 * time.Second, TellAfter: time.Millisecond, Tell: func(text string) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, text)
	}})
	require.Equal(t, "time", r.Steps[0].Failure.Kind)
	mu.Lock()
	defer mu.Unlock()
	require.Contains(t, strings.Join(heard, "\n"), "compiling the tests of 1 package, ")
	require.Contains(t, strings.Join(heard, "\n"), "running the tests of 1.1 A sum, ")
}

func TestTheTestsThatHaveNotEndedAreThoseThatBegan(t *testing.T) {
	require.Equal(t, []string{"TestB", "TestC"}, exercise.Open(
		mark+"=== RUN   TestA\n"+mark+"=== RUN   TestA/one\n"+mark+"    --- PASS: TestA/one (0.00s)\n"+mark+"=== RUN   TestB\nits print"+
			mark+"=== PAUSE TestB\n"+mark+"--- PASS: TestA (0.00s)\n"+mark+"=== RUN   TestC\n"+mark+"=== CONT  TestB\n"))
	require.Empty(t, exercise.Open(mark+"=== RUN   TestA\n"+mark+"--- FAIL: TestA (0.00s)\n"))
}

// meeting is a test that passes once another of the two has begun.
func meeting(pkg, name, dir, own, other string) string {
	return strings.NewReplacer("PKG", pkg, "NAME", name, "OWN", filepath.ToSlash(filepath.Join(dir, own)), "OTHER", filepath.ToSlash(filepath.Join(dir, other))).Replace(`package PKG

import (
	"os"
	"testing"
	"time"
)

func NAME(t *testing.T) {
	if err := os.WriteFile("OWN", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(time.Millisecond) {
		if _, err := os.Stat("OTHER"); err == nil {
			return
		}
	}
	t.Fatal("the other test does not begin")
}
`)
}

func TestTheLastStepsAreTriedAtTheSameTime(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	solve(t, w, "sum/sum.go", "parse")
	solve(t, w, "count/count.go", "Counter.Next")
	dir := t.TempDir()
	save(t, filepath.Join(w.Dir, "limits_test.go"), meeting("sums_test", "TestLimits", dir, "limits", "spaces"))
	save(t, filepath.Join(w.Dir, "sum", "spaces_test.go"), meeting("sum_test", "TestSpaces", dir, "spaces", "limits"))
	r := check(t, w, exercise.CheckOptions{})
	require.Equal(t, exercise.Solved, r.Limits.Status)
	require.Contains(t, r.Next, "stage 1 is solved")
}

func TestTestsThatAreKilledLeaveNoFile(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "count/count.go", "Counter.Next")
	said := filepath.Join(t.TempDir(), "said")
	save(t, filepath.Join(w.Dir, "count", "count_test.go"), strings.ReplaceAll(`package count_test

import (
	"os"
	"testing"
)

func TestNext(t *testing.T) {
	if err := os.WriteFile("SAID", []byte(t.TempDir()), 0o600); err != nil {
		t.Fatal(err)
	}
	for {
	}
}
`, "SAID", filepath.ToSlash(said)))
	r := check(t, w, exercise.CheckOptions{Name: "Counter.Next", Limit: 2 * time.Second})
	require.Equal(t, "time", r.Steps[0].Failure.Kind)
	require.NoDirExists(t, load(t, said))
}
