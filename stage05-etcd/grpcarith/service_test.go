package grpcarith_test

import (
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/testing/protocmp"

	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

func TestGeneratedCodeIsOfTheProtoFile(t *testing.T) {
	compiler := protocompile.Compiler{Resolver: &protocompile.SourceResolver{}}
	files, err := compiler.Compile(t.Context(), "arith.proto")
	require.NoError(t, err)
	got := protodesc.ToFileDescriptorProto(arithpb.File_arith_proto)
	want := protoutil.ProtoFromFileDescriptor(files[0])
	require.Empty(t, cmp.Diff(got, want, protocmp.Transform()), "run go generate in grpcarith")
}
