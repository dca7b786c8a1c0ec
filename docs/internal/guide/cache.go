package guide

import (
	"sync"
	"time"
)

// cache keeps what was made once. Two concurrent readers may both make it.
type cache[T any] struct{ made sync.Map }

func (c *cache[T]) get(key string, make func() (T, error)) (T, error) {
	if kept, ok := c.made.Load(key); ok {
		return kept.(T), nil
	}
	value, err := make()
	if err == nil {
		c.made.Store(key, value)
	}
	return value, err
}

// brief keeps what was made for a moment, in which a reader who folds out one
// thing after the other waits for it once.
type brief[T any] struct {
	mu   sync.Mutex // guards kept
	kept map[int]moment[T]
}

type moment[T any] struct {
	value T
	until time.Time
}

func (b *brief[T]) get(key int, make func() (T, error)) (T, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m, ok := b.kept[key]; ok && time.Now().Before(m.until) {
		return m.value, nil
	}
	value, err := make()
	if err != nil {
		return value, err
	}
	if b.kept == nil {
		b.kept = map[int]moment[T]{}
	}
	b.kept[key] = moment[T]{value, time.Now().Add(2 * time.Second)}
	return value, nil
}
