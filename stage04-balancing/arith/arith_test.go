package arith_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/arith"
)

func TestMultiplyAndSumWrapAroundAsIntsDo(t *testing.T) {
	for _, tt := range []struct {
		a, b, product, sum int
	}{
		{7, 8, 56, 15},
		{0, 5, 0, 5},
		{-3, 4, -12, 1},
		{-3, -4, 12, -7},
		{math.MaxInt, 1, math.MaxInt, math.MinInt},
		{math.MaxInt, 2, -2, math.MinInt + 1},
		{math.MinInt, -1, math.MinInt, math.MaxInt},
	} {
		t.Run(fmt.Sprintf("%d and %d", tt.a, tt.b), func(t *testing.T) {
			var product, sum int
			args := &arith.Args{A: tt.a, B: tt.b}
			require.NoError(t, new(arith.Arith).Multiply(args, &product))
			require.NoError(t, new(arith.Arith).Sum(args, &sum))
			require.Equal(t, tt.product, product)
			require.Equal(t, tt.sum, sum)
		})
	}
}

func TestDivideTruncatesTowardsZero(t *testing.T) {
	for _, tt := range []struct {
		a, b int
		want arith.Quotient
	}{
		{7, 2, arith.Quotient{Quo: 3, Rem: 1}},
		{-7, 2, arith.Quotient{Quo: -3, Rem: -1}},
		{7, -2, arith.Quotient{Quo: -3, Rem: 1}},
		{6, 3, arith.Quotient{Quo: 2, Rem: 0}},
		{0, 9, arith.Quotient{}},
		{math.MinInt, -1, arith.Quotient{Quo: math.MinInt, Rem: 0}},
	} {
		t.Run(fmt.Sprintf("%d by %d", tt.a, tt.b), func(t *testing.T) {
			var got arith.Quotient
			require.NoError(t, new(arith.Arith).Divide(&arith.Args{A: tt.a, B: tt.b}, &got))
			require.Empty(t, cmp.Diff(got, tt.want), "A = Quo*B + Rem, truncated towards zero (-got +want)")
		})
	}
}

func TestDivideByZeroIsAnErrorAndLeavesTheQuotientAlone(t *testing.T) {
	quo := arith.Quotient{Quo: 1, Rem: 2}
	err := new(arith.Arith).Divide(&arith.Args{A: 7}, &quo)
	require.ErrorIs(t, err, arith.ErrDivideByZero, "Divide must return ErrDivideByZero itself, not another error of the same text")
	require.Empty(t, cmp.Diff(quo, arith.Quotient{Quo: 1, Rem: 2}), "B is 0: quo must stay as it was (-got +want)")
}

func TestEveryMethodTakesTheSimulatedTime(t *testing.T) {
	slow := &arith.Arith{Delay: 3 * time.Second}
	for name, c := range map[string]struct {
		call func() error
		want error
	}{
		"Multiply":    {func() error { return slow.Multiply(&arith.Args{A: 1, B: 1}, new(int)) }, nil},
		"Sum":         {func() error { return slow.Sum(&arith.Args{A: 1, B: 1}, new(int)) }, nil},
		"Divide":      {func() error { return slow.Divide(&arith.Args{A: 1, B: 1}, new(arith.Quotient)) }, nil},
		"Divide by 0": {func() error { return slow.Divide(&arith.Args{A: 1}, new(arith.Quotient)) }, arith.ErrDivideByZero},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				require.ErrorIs(t, c.call(), c.want)
				require.Equal(t, 3*time.Second, time.Since(start), "every call spends Arith.Delay")
			})
		})
	}
}

func Example() {
	var a arith.Arith
	var product int
	a.Multiply(&arith.Args{A: 7, B: 8}, &product)
	fmt.Println(product)

	var quo arith.Quotient
	a.Divide(&arith.Args{A: 7, B: 2}, &quo)
	fmt.Println(quo.Quo, quo.Rem)

	err := a.Divide(&arith.Args{A: 7, B: 0}, &quo)
	fmt.Println(err, errors.Is(err, arith.ErrDivideByZero))
	// Output:
	// 56
	// 3 1
	// divide by zero true
}
