package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/workshop/docs/internal/measure"
)

// Settings configure the client.
type Settings struct {
	Rate     int    `json:"rate"`               // calls a second
	Timeout  string `json:"timeout"`            // of a call
	Balancer string `json:"balancer,omitempty"` // where the client chooses
}

// MaxRate bounds the load: more would change what it shows.
const MaxRate = 2000

// Balancers are the balancers of the client of stages 04 and 05.
var Balancers = []string{"round-robin", "random", "least-connections", "weighted-round-robin", "power-of-two", "consistent-hash"}

func defaultSettings() Settings {
	return Settings{Rate: 200, Timeout: "1s", Balancer: "power-of-two"}
}

// check returns an error if the settings are wrong.
func (s Settings) check() error {
	timeout, err := time.ParseDuration(s.Timeout)
	switch {
	case s.Rate < 1 || s.Rate > MaxRate:
		return fmt.Errorf("rate %d is not between 1 and %d", s.Rate, MaxRate)
	case err != nil || timeout < 10*time.Millisecond || timeout > time.Minute:
		return fmt.Errorf("timeout %q is not between 10ms and 1m", s.Timeout)
	case !slices.Contains(Balancers, s.Balancer):
		return fmt.Errorf("there is no balancer %q", s.Balancer)
	}
	return nil
}

// reportEvery is how often the client reports its load and, if it has one, its view of
// the servers.
const reportEvery = 100 * time.Millisecond

// startClient starts the client and the goroutines that read its output. The caller holds
// the lock.
func (s *side) startClient() error {
	flags := []string{"-every", reportEvery.String(), "-timeout", s.settings.Timeout}
	if s.stage.Offers.Failover {
		flags = append(flags, "-stats", reportEvery.String(), "-balancer", s.settings.Balancer)
	}
	lines := &statsLines{seen: &s.seen}
	client, err := s.world.Cluster.Client(measure.Load{Rate: s.settings.Rate, For: 24 * time.Hour}, lines, flags...)
	if err != nil {
		return err
	}
	s.client = client
	s.seen.clientStarted(client.Process, s.settings)
	s.watching.Go(func() {
		for report, err := range measure.Read(client.Report) {
			if err != nil {
				return
			}
			if !report.Total {
				s.seen.report(report)
			}
		}
	})
	return nil
}

// newClient stops the client and starts another with the settings that the side
// has now. The caller holds the lock.
func (s *side) newClient() error {
	s.seen.clientStopping()
	err := s.client.Process.Kill()
	<-s.client.Process.Done()
	err = errors.Join(err, s.client.Report.Close())
	if err != nil {
		return err
	}
	return s.startClient()
}

// statsLines takes the lines of standard error that are JSON objects: the
// client's view of its servers.
type statsLines struct {
	seen *seen
	part []byte
}

// maxStats bounds one line.
const maxStats = 1 << 20

func (l *statsLines) Write(p []byte) (int, error) {
	l.part = append(l.part, p...)
	for {
		line, rest, ended := bytes.Cut(l.part, []byte("\n"))
		if !ended {
			break
		}
		if bytes.HasPrefix(line, []byte("{")) && json.Valid(line) {
			l.seen.stats(slices.Clone(line))
		}
		l.part = rest
	}
	if len(l.part) > maxStats {
		l.part = nil
	}
	return len(p), nil
}
