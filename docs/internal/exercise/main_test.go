package exercise_test

import (
	"os"
	"testing"

	"example.com/workshop/docs/internal/proc"
)

func TestMain(m *testing.M) {
	proc.Copier()
	os.Exit(m.Run())
}
