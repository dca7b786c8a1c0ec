package registry_test

import (
	"testing"

	"example.com/workshop/stage04-balancing/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
