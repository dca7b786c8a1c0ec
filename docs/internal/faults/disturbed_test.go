package faults_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/stages"
)

func TestADoubtfulRunIsMadeAgainIfTheMachineStoodStillMeanwhile(t *testing.T) {
	good := faults.Outcome{Result: measure.Result{Sent: 200}}
	bad := faults.Outcome{Result: measure.Result{Sent: 200, Failed: 1}}
	const little, long = 40 * time.Millisecond, 60 * time.Millisecond
	type run struct {
		outcome    faults.Outcome
		stoodStill time.Duration
	}
	for name, tt := range map[string]struct {
		runs []run         // the last one counts
		said time.Duration // of the last one
	}{
		"good":                        {[]run{{good, 0}}, 0},
		"good all the same":           {[]run{{good, long}}, 0},
		"bad by the fault":            {[]run{{bad, little}}, 0},
		"bad, then good":              {[]run{{bad, long}, {good, long}}, 0},
		"bad, then bad by the fault":  {[]run{{bad, long}, {bad, little}}, 0},
		"bad and disturbed each time": {[]run{{bad, long}, {bad, long}, {bad, long}}, long},
	} {
		t.Run(name, func(t *testing.T) {
			next, told := -1, 0
			got, stoodStill := faults.Undisturbed(
				func() faults.Outcome { return tt.runs[next].outcome },
				func() func() time.Duration {
					next++
					return func() time.Duration { return tt.runs[next].stoodStill }
				},
				func(o faults.Outcome) bool { return o.Failed > 0 },
				func(faults.Outcome, time.Duration) { told++ },
			)
			require.Len(t, tt.runs, next+1)
			require.Empty(t, cmp.Diff(got, tt.runs[next].outcome))
			require.Equal(t, tt.said, stoodStill)
			require.Equal(t, next, told, "each run that does not count is told of")
		})
	}
}

func TestARunIsDoubtfulIfItProvesNothingOrBreaksAPromise(t *testing.T) {
	f := faults.Fault{Green: 4}
	f.Name = "crash"
	column := func(stage int) faults.Column { return faults.Columns([]stages.Stage{{Number: stage}})[0] }
	red := faults.Outcome{Result: measure.Result{Sent: 200, Failed: 1}}
	require.True(t, f.IsDoubtful(column(4), red))
	require.False(t, f.IsDoubtful(column(3), red), "a stage that does not promise to hide it")
	require.False(t, f.IsDoubtful(column(4), faults.Outcome{Result: measure.Result{Sent: 200}}))
	require.True(t, f.IsDoubtful(column(3), faults.Outcome{Broken: "it was not hit"}))
}
