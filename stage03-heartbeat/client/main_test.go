package client_test

import (
	"testing"

	"example.com/workshop/stage03-heartbeat/internal/leaktest"
	"example.com/workshop/stage03-heartbeat/internal/logtest"
)

var quiet = logtest.Quiet()

func TestMain(m *testing.M) { leaktest.Main(m) }
