package embedded

import (
	"errors"
	"fmt"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// When etcd gives up, for example because the disk is full, it logs the cause and panics
// with less, or exits without a message. The cause is in its log only.

// failure is the cause for which etcd gives up.
type failure struct{ error }

// giveUp makes etcd panic with the last message that it logs, as a failure.
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

// failed calls start. If etcd gives up in this goroutine, failed returns the cause.
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
