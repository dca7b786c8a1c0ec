package embedded

import (
	"errors"
	"fmt"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// When etcd gives up, because the disk is full, say, it logs why and panics with less, or
// exits without a word. Nobody who does not read its log learns the cause.

// failure is why etcd gives up.
type failure struct{ error }

// giveUp has what etcd logs last be its panic, as a failure.
func giveUp(log *zap.Logger) *zap.Logger {
	return log.WithOptions(zap.WithPanicHook(giver{}), zap.WithFatalHook(giver{}))
}

type giver struct{}

// OnWrite implements zapcore.CheckWriteHook.
func (giver) OnWrite(entry *zapcore.CheckedEntry, fields []zapcore.Field) {
	err := errors.New(entry.Message)
	for _, f := range fields {
		if cause, ok := f.Interface.(error); ok {
			err = fmt.Errorf("%w: %w", err, cause)
		}
	}
	panic(failure{err})
}

// failed calls start, and returns as an error what made it give up in this goroutine.
func failed[T any](start func() (T, error)) (started T, err error) {
	defer func() {
		switch why := recover().(type) {
		case nil:
		case failure:
			err = why.error
		default:
			panic(why)
		}
	}()
	return start()
}
