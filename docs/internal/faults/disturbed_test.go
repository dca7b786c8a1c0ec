package faults_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/measure"
)

func TestARunThatIsRedWhileTheMachineStoodStillIsMadeAgain(t *testing.T) {
	green := faults.Outcome{Result: measure.Result{Sent: 200}}
	red := faults.Outcome{Result: measure.Result{Sent: 200, Failed: 1}}
	broken := faults.Outcome{Broken: "it was not hit"}
	const little, long = 80 * time.Millisecond, 120 * time.Millisecond
	type run struct {
		outcome    faults.Outcome
		stoodStill time.Duration
	}
	for name, tt := range map[string]struct {
		runs []run
		want int // the run that counts, from 0
	}{
		"green":                              {[]run{{green, 0}}, 0},
		"green all the same":                 {[]run{{green, long}}, 0},
		"red by the fault":                   {[]run{{red, little}}, 0},
		"red, then green":                    {[]run{{red, long}, {green, 0}}, 1},
		"red, then red by the fault":         {[]run{{red, long}, {red, little}}, 1},
		"it proves nothing, then it is good": {[]run{{broken, long}, {green, long}}, 1},
		"disturbed each time":                {[]run{{red, long}, {broken, long}, {red, long}}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			next, told := -1, []time.Duration(nil)
			got := faults.Undisturbed(
				func() faults.Outcome { return tt.runs[next].outcome },
				func() func() time.Duration {
					next++
					return func() time.Duration { return tt.runs[next].stoodStill }
				},
				func(_ faults.Outcome, stoodStill time.Duration) { told = append(told, stoodStill) },
			)
			require.Equal(t, tt.want, next)
			require.Len(t, tt.runs, next+1)
			require.Empty(t, cmp.Diff(got, tt.runs[next].outcome))
			require.Len(t, told, next, "each run that does not count is told of")
		})
	}
}
