package scenario_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

func TestABrokenMeasurementIsAnErrorNotAGoodRun(t *testing.T) {
	t.Parallel()
	for tamper, want := range map[fakestage.Tamper]string{
		fakestage.Failing: "the load report breaks off: arith-client: exit status 1: arith-client: no such service",
		fakestage.Garbled: "malformed load report: line 1: ",
	} {
		run, err := scenario.Run(t.Context(), start(t, stages.Offers{}, tamper), crash(), new(log))
		require.ErrorContains(t, err, want)
		require.NotEmpty(t, run.Result().Invalid)
	}
}

func TestALoadThatFallsShortMakesTheRunInvalid(t *testing.T) {
	t.Parallel()
	quiet := scenario.Scenario{Load: measure.Load{Rate: 100, For: 2 * tenth, Second: tenth}}
	run, err := scenario.Run(t.Context(), start(t, stages.Offers{}, fakestage.Short), quiet, new(log))
	require.NoError(t, err)
	require.Equal(t, "only 10 of 20 calls were sent", run.Result().Invalid)
}

func TestAStepThatNeverHadItsTurnIsAnError(t *testing.T) {
	t.Parallel()
	s := crash()
	s.Load.For = 2 * tenth
	_, _, err := play(t, stages.Offers{}, s)
	require.EqualError(t, err, "the load ended before the step at 800ms")
}

func TestAStepThatFailsEndsTheRun(t *testing.T) {
	t.Parallel()
	s := crash()
	s.Steps[0].Do = scenario.Kill(scenario.Named("Z"))
	_, _, err := play(t, stages.Offers{}, s)
	require.EqualError(t, err, "800ms into the load: there is no server Z")
}

func TestNothingIsBusiestBeforeACallWasAnswered(t *testing.T) {
	t.Parallel()
	s := crash()
	s.Steps[0].At, s.Steps[0].When = 0, nil
	_, _, err := play(t, stages.Offers{}, s)
	require.ErrorContains(t, err, "no running server has answered a call yet")
}

func TestARunEndsWithItsContextWhileTheClientIsSilent(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	s := crash()
	s.Steps[0].At, s.Steps[0].When = 0, nil // the client prints no line
	s.Steps[0].Do = func(context.Context, *scenario.World) (measure.Mark, error) {
		cancel(enough)
		return measure.Mark{}, nil
	}
	_, err := scenario.Run(ctx, start(t, stages.Offers{}, fakestage.Silent), s, new(log))
	require.ErrorIs(t, err, enough)
}
