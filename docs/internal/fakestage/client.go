package fakestage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"sync"
	"time"

	"example.com/workshop/docs/internal/measure"
)

// client makes calls at a steady rate to one address, and asks the registry, if
// there is one, for its first after every failure.
func client(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("arith-client", flag.ContinueOnError)
	addr := flags.String("addr", "", "")
	url := flags.String("registry", "", "")
	rate := flags.Int("rate", 0, "")
	length := flags.Duration("for", 0, "")
	flags.Bool("json", false, "")
	flags.Bool("grpc", false, "")
	every := flags.Duration("every", 0, "")
	timeout := flags.Duration("timeout", 0, "")
	flags.Duration("stats", 0, "")
	flags.String("balancer", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	opts, err := options()
	if err != nil {
		return err
	}
	c := &caller{
		registry: open(*url), timeout: cmp.Or(*timeout, opts.Timeout, standstill),
		addr: *addr, bench: make(map[string]time.Time),
	}
	c.try = c.once
	if opts.Spread {
		c.try = c.spread
	}
	switch opts.Tamper {
	case Failing:
		return errors.New("no such service")
	case Garbled:
		fmt.Println("7 * 8 = 56")
	case Short:
		*rate /= 2
	case Silent:
		<-ctx.Done()
		return nil
	}
	c.load(ctx, *rate, *length, cmp.Or(*every, opts.Second, time.Second))
	return nil
}

type caller struct {
	registry lister // nil if there is none
	timeout  time.Duration
	try      func(context.Context) (addr string, retries int, err error) // makes one call

	mu    sync.Mutex // guards the fields below
	addr  string     // the address that once calls
	turn  int        // of spread
	list  []string   // the addresses that spread calls
	asked time.Time  // when list was
	bench map[string]time.Time
	now   measure.Counts
}

// load makes the calls and prints a line for each second and one for the total.
// After a standstill it does not catch up, as a real load does, so that what
// happens later has its time.
func (c *caller) load(ctx context.Context, rate int, length, second time.Duration) {
	var calls sync.WaitGroup
	total := measure.Second{Total: true, Seconds: length.Seconds()}
	start := time.Now()
	due := time.NewTimer(0)
	defer due.Stop()
	number := 1
	for n := range int(int64(rate) * int64(length) / int64(time.Second)) {
		at := start.Add(time.Duration(n) * time.Second / time.Duration(rate))
		if late := time.Since(at); late > 0 {
			start, at = start.Add(late), at.Add(late)
		}
		due.Reset(time.Until(at))
		select {
		case <-due.C:
		case <-ctx.Done():
			return
		}
		for ; at.Sub(start) >= time.Duration(number)*second; number++ {
			c.report(number, &total)
		}
		calls.Go(func() { c.call(ctx) })
	}
	calls.Wait()
	c.report(number, &total)
	print(total)
}

func (c *caller) report(number int, total *measure.Second) {
	c.mu.Lock()
	now := c.now
	c.now = measure.Counts{}
	c.mu.Unlock()
	total.Sent, total.OK, total.Failed = total.Sent+now.Sent, total.OK+now.OK, total.Failed+now.Failed
	total.Retried += now.Retried
	print(measure.Second{Number: number, Counts: now})
}

func print(s measure.Second) {
	line, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", line)
}
