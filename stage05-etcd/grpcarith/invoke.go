package grpcarith

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

// invoke makes the call and writes the reply.
func (c *Client) invoke(ctx context.Context, call *client.Call, args *arithpb.Args) error {
	switch reply := call.Reply.(type) {
	case *int:
		method, ok := map[string]func(context.Context, *arithpb.Args, ...grpc.CallOption) (*arithpb.Number, error){
			"Arith.Multiply": c.arith.Multiply, "Arith.Sum": c.arith.Sum,
		}[call.Method]
		if !ok {
			break
		}
		number, err := method(ctx, args)
		if err == nil {
			*reply = int(number.Value)
		}
		return err
	case *arith.Quotient:
		if call.Method != "Arith.Divide" {
			break
		}
		quo, err := c.arith.Divide(ctx, args)
		if err == nil {
			*reply = arith.Quotient{Quo: int(quo.Quo), Rem: int(quo.Rem)}
		}
		return err
	}
	return status.Errorf(codes.Unimplemented, "no method %s with a reply of %T", call.Method, call.Reply)
}
