package etcd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"example.com/workshop/stage05-etcd/etcd"
)

// E9: the client complains in its log when nobody reads its answers.
func TestBeatsAreDrained(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	opts.TTL = time.Second // which makes the client beat every half a second
	log := new(safeBuffer)
	core := zapcore.NewCore(zapcore.NewConsoleEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(log), zap.WarnLevel)
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{n.Addr()}, Logger: zap.New(core)})
	require.NoError(t, err)
	defer client.Close()
	r := etcd.New(client, opts)
	_, err = r.Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	w := watch(t, r)
	shows(t, w, server("a", "10.0.0.1:1"))
	quiet(t, w, 5*500*time.Millisecond) // five beats, of which two would fill the queue
	require.NotContains(t, log.String(), "queue is full")
}
