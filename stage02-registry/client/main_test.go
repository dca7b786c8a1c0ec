package client_test

import (
	"testing"

	"example.com/workshop/stage02-registry/internal/leaktest"
	"example.com/workshop/stage02-registry/internal/logtest"
)

var quiet = logtest.Quiet()

func TestMain(m *testing.M) { leaktest.Main(m) }
