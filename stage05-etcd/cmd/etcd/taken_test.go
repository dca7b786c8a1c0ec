package main

import (
	"errors"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

func TestAPortOfANodeInUseIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, inUse := net.Listen("tcp", l.Addr().String())
	port := l.Addr().(*net.TCPAddr).Port
	p := launch(t, "-nodes", "2", "-listen", net.JoinHostPort("127.0.0.1", strconv.Itoa(port-1)))
	cmdtest.RequireOneLine(t, p.Wait(), 1, "etcd: node n2 has not started: etcd n2: "+inUse.Error()+" (-listen HOST:PORT chooses others)")
	p.requireNothingLeft()
}

func TestOtherPortsAreChosenWhenOneIsTakenMeanwhile(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		errs  []error
		calls int
	}{
		"taken twice":       {[]error{&takenError{}, &takenError{}, nil}, 3},
		"another error":     {[]error{errors.New("no disk"), nil}, 1},
		"taken every time":  {[]error{&takenError{}, &takenError{}, &takenError{}, &takenError{}, &takenError{}, nil}, 5},
		"nothing was taken": {[]error{nil, nil}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			err := onFreePorts(5, func() error { calls++; return tt.errs[calls-1] })
			require.Equal(t, tt.errs[tt.calls-1], err)
			require.Equal(t, tt.calls, calls)
		})
	}
}
