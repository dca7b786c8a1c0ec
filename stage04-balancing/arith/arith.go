// Package arith is the service that every stage offers: integer arithmetic.
// Its methods have the one shape that net/rpc serves: exported, two
// arguments, the second a pointer, and an error as the result.
package arith

import (
	"errors"
	"time"
)

// Args are the operands. They travel as one struct, since net/rpc passes exactly one
// argument. Both are plain integers: a map in an argument would let a peer claim
// gigabytes with a message of a few bytes (https://go.dev/issue/79539).
type Args struct{ A, B int }

// Quotient is what Divide returns: A = Quo*B + Rem.
type Quotient struct{ Quo, Rem int }

// ErrDivideByZero is returned by Divide when B is 0. Only its text crosses
// the wire: the caller receives it as an rpc.ServerError.
var ErrDivideByZero = errors.New("divide by zero")

// Arith does the arithmetic. The zero value is ready to use.
type Arith struct {
	Delay time.Duration // simulated work, spent by every call
}

// Multiply sets *product to A*B. It wraps around as Go's int does.
func (a *Arith) Multiply(args *Args, product *int) error {
	time.Sleep(a.Delay)
	*product = args.A * args.B
	return nil
}

// Sum sets *sum to A+B. It wraps around as Go's int does.
func (a *Arith) Sum(args *Args, sum *int) error {
	time.Sleep(a.Delay)
	*sum = args.A + args.B
	return nil
}

// Divide spends a.Delay, and then sets *quo to the quotient and remainder of A/B,
// truncated towards zero. When B is 0 it returns ErrDivideByZero and leaves *quo alone.
func (a *Arith) Divide(args *Args, quo *Quotient) error {
	time.Sleep(a.Delay)
	if args.B == 0 {
		return ErrDivideByZero
	}
	*quo = Quotient{Quo: args.A / args.B, Rem: args.A % args.B}
	return nil
}
