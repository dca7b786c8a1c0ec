package etcd_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
)

// hollow answers as an etcd does, with nothing in its responses.
type hollow struct {
	pb.UnimplementedKVServer
	pb.UnimplementedLeaseServer
	pb.UnimplementedWatchServer
}

func (hollow) Range(context.Context, *pb.RangeRequest) (*pb.RangeResponse, error) {
	return new(pb.RangeResponse), nil
}

func (hollow) Txn(context.Context, *pb.TxnRequest) (*pb.TxnResponse, error) {
	return new(pb.TxnResponse), nil
}

func (hollow) LeaseGrant(context.Context, *pb.LeaseGrantRequest) (*pb.LeaseGrantResponse, error) {
	return new(pb.LeaseGrantResponse), nil
}

// Whoever has etcd's port may be no etcd.
func TestAnEtcdWhoseResponsesAreHollowIsAnErrorAndNoPanic(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := grpc.NewServer()
	pb.RegisterKVServer(srv, hollow{})
	pb.RegisterLeaseServer(srv, hollow{})
	pb.RegisterWatchServer(srv, hollow{})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	defer func() { srv.Stop(); require.NoError(t, <-served) }()

	r := dial(t, l.Addr().String(), options())
	w := watch(t, r)
	within(t, w, time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = r.Register(ctx, server("a", "10.0.0.1:1"))
	require.ErrorContains(t, err, "the peer is no etcd")
}
