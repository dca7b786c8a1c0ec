package main

import (
	"context"
	"fmt"
	"strconv"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/cli"
)

// caller is anything that calls methods of Arith.
type caller interface {
	Call(ctx context.Context, method string, args, reply any) error
	Go(ctx context.Context, method string, args, reply any) *client.Call
	Close() error
}

// operation is the call that the command line asks for.
type operation struct {
	name string
	args arith.Args
}

func parseOperation(args []string) (operation, error) {
	if len(args) == 0 {
		return operation{}, cli.Usagef("what to call is missing: multiply, sum or divide, or broadcast")
	}
	op := operation{name: args[0]}
	switch op.name {
	case "multiply", "sum", "divide":
	default:
		return op, cli.Usagef("unknown operation %q: want multiply, sum, divide or broadcast", op.name)
	}
	if len(args) != 3 {
		return op, cli.Usagef("%s takes two numbers after all flags, not %q", op.name, args[1:])
	}
	var err error
	op.args, err = parseArgs(args[1], args[2])
	return op, err
}

func parseArgs(a, b string) (args arith.Args, err error) {
	if args.A, err = strconv.Atoi(a); err != nil {
		return args, cli.Usagef("%q is not a whole number", a)
	}
	if args.B, err = strconv.Atoi(b); err != nil {
		return args, cli.Usagef("%q is not a whole number", b)
	}
	return args, nil
}

// call makes the call and returns its result as text.
func (op operation) call(ctx context.Context, to caller) (string, error) {
	a, b := op.args.A, op.args.B
	if op.name == "divide" {
		var quo arith.Quotient
		err := to.Call(ctx, "Arith.Divide", op.args, &quo)
		return fmt.Sprintf("%d / %d = %d remainder %d", a, b, quo.Quo, quo.Rem), err
	}
	method, sign := "Arith.Multiply", "*"
	if op.name == "sum" {
		method, sign = "Arith.Sum", "+"
	}
	var result int
	err := to.Call(ctx, method, op.args, &result)
	return fmt.Sprintf("%d %s %d = %d", a, sign, b, result), err
}
