package client_test

import (
	"testing"

	"example.com/workshop/stage01-rpc/internal/leaktest"
	"example.com/workshop/stage01-rpc/internal/logtest"
)

var quiet = logtest.Quiet()

func TestMain(m *testing.M) { leaktest.Main(m) }
