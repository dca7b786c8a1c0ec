package grpcarith_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"

	"example.com/workshop/stage05-etcd/arith"
)

func TestReflectionListsTheServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		stream := w.reflection(a)
		require.NoError(t, stream.Send(&grpc_reflection_v1.ServerReflectionRequest{
			MessageRequest: &grpc_reflection_v1.ServerReflectionRequest_ListServices{},
		}))
		answer, err := stream.Recv()
		require.NoError(t, err)
		require.NoError(t, stream.CloseSend())
		var names []string
		for _, service := range answer.GetListServicesResponse().Service {
			names = append(names, service.Name)
		}
		require.Subset(t, names, []string{"workshop.arith.v1.Arith", "grpc.health.v1.Health"})
	})
}

// reflection returns a stream to the reflection service at addr, in progress.
func (w *world) reflection(addr string) grpc_reflection_v1.ServerReflection_ServerReflectionInfoClient {
	w.t.Helper()
	stream, err := grpc_reflection_v1.NewServerReflectionClient(w.plain(addr)).ServerReflectionInfo(w.t.Context())
	require.NoError(w.t, err)
	synctest.Wait()
	return stream
}
