package registry_test

import (
	"testing"

	"example.com/workshop/stage05-etcd/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
