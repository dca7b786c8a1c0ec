package grpcarith

import (
	"context"

	"google.golang.org/grpc"
)

// Returns is what a test calls that no method of Arith can bring about.
var Returns = returns

// Recovered is what a test calls with a panic of its own.
var Recovered = recovered

// Hedge makes a call with an invoker of the test's.
func Hedge(ctx context.Context, method string, args, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker) error {
	tries := attempts{tried: new(tried)}
	return new(hedger).intercept(tries.in(ctx), method, args, reply, cc, invoke)
}
