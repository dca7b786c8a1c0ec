package registry_test

import (
	"testing"

	"example.com/workshop/stage03-heartbeat/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
