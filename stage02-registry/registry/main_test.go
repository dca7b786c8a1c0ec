package registry_test

import (
	"testing"

	"example.com/workshop/stage02-registry/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
