package grpcarith

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

// service is arith.Arith with gRPC's method signatures.
type service struct {
	arithpb.UnimplementedArithServer // answers methods that a later arith.proto adds
	arith                            *arith.Arith
}

func (s *service) Multiply(_ context.Context, in *arithpb.Args) (*arithpb.Number, error) {
	return number(s.arith.Multiply, in)
}

func (s *service) Sum(_ context.Context, in *arithpb.Args) (*arithpb.Number, error) {
	return number(s.arith.Sum, in)
}

func (s *service) Divide(_ context.Context, in *arithpb.Args) (*arithpb.Quotient, error) {
	quo, err := call(s.arith.Divide, in)
	if err != nil {
		return nil, err
	}
	return &arithpb.Quotient{Quo: int64(quo.Quo), Rem: int64(quo.Rem)}, nil
}

func number(method func(*arith.Args, *int) error, in *arithpb.Args) (*arithpb.Number, error) {
	n, err := call(method, in)
	if err != nil {
		return nil, err
	}
	return &arithpb.Number{Value: int64(n)}, nil
}

var errRange = errors.New("the operands do not fit an int of this machine")

// call calls a method of arith. Its errors are about the arguments, so they are
// INVALID_ARGUMENT, and no client retries the call.
func call[R any](method func(*arith.Args, *R) error, in *arithpb.Args) (reply R, err error) {
	args := arith.Args{A: int(in.A), B: int(in.B)}
	if int64(args.A) != in.A || int64(args.B) != in.B {
		err = errRange
	} else {
		err = method(&args, &reply)
	}
	if err != nil {
		err = status.Error(codes.InvalidArgument, err.Error())
	}
	return reply, err
}
