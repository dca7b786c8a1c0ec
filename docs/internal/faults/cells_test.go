package faults_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// faulty is f on servers with methods that do what they should not.
func faulty(f faults.Fault) faults.Fault {
	f.Faulty = true
	return f
}

// silences is f, of which the registry must be silent for a while.
func silences(f faults.Fault) faults.Fault {
	f.Silences = true
	return f
}

// listed is f, of which it is to be measured when who joined was listed.
func listed(f faults.Fault) faults.Fault {
	f.AfterListed = tenth
	return f
}

// long is f with time for processes that start during the load.
func long(f faults.Fault) faults.Fault {
	f.Load.For = 60 * tenth
	return f
}

// taken gives A's port to a stranger when a condition holds.
func taken(when scenario.Condition) faults.Fault {
	f := crash
	f.Name, f.Steps = "taken", append(slices.Clone(crash.Steps), scenario.Step{At: 4 * tenth, When: when, Do: scenario.Usurp(scenario.In(cluster.Dead))})
	return f
}

// impatient is f with callers who wait for three seconds of the report.
func impatient(f faults.Fault) faults.Fault {
	f.Load.Wait = 3 * tenth
	return f
}

// cutTwo cuts A and B off and says that both are healed, but A is not.
func cutTwo() faults.Fault {
	f := cutAll()
	f.Steps = []scenario.Step{f.Steps[0], f.Steps[1], f.Steps[3], f.Steps[4]}
	f.Steps[2].Do = said(measure.Heal)
	return f
}

func TestACellSaysWhatTheStageDoes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		offers stages.Offers
		fault  faults.Fault
		fakes  fakestage.Options
		want   string
	}{
		"a client with one server never recovers":       {stages.Offers{}, crash, fakestage.Options{}, `^[1-9]\d* of 300 failed, recovery never$`},
		"a lease runs out":                              {stages.Offers{Registry: true, Lease: true}, crash, fakestage.Options{}, `^[1-9]\d* of 300 failed, recovery \d\.\d s$`},
		"a client that chooses loses nothing":           {stages.Offers{Registry: true, Lease: true}, crash, fakestage.Options{Spread: true}, `^0 of 300 failed$`},
		"over gRPC too":                                 {stages.Offers{Registry: true, Lease: true, GRPC: true}, crash, fakestage.Options{Spread: true}, `^0 of 300 failed$`},
		"and through a proxy":                           {stages.Offers{Registry: true, Lease: true, GRPC: true}, cut(evicted), fakestage.Options{}, `^0 of 400 failed, listed again after \d\.\d s$`},
		"who joins after a majority is back gets calls": {stages.Offers{Registry: true, Lease: true, Etcd: true}, long(majority), fakestage.Options{Spread: true}, `^0 of 600 failed, first call after \d\.\d s$`},
		"a stranger on a dead server's port":            {stages.Offers{Registry: true, Lease: true}, taken(nil), fakestage.Options{Spread: true}, `^0 of 300 failed$`},
		"who joins gets calls":                          {stages.Offers{Registry: true}, long(joins), fakestage.Options{Spread: true}, `^0 of 600 failed, first call after \d\.\d s$`},
		"who joins gets none":                           {stages.Offers{Registry: true}, joins, fakestage.Options{}, `^0 of 300 failed, never called$`},
		"a client with one server waits in vain":        {stages.Offers{}, slow, fakestage.Options{Timeout: 3 * tenth}, `^[1-9]\d* of 400 failed, recovery`},
		"a caller waits as long as the load says":       {stages.Offers{}, impatient(slow), fakestage.Options{}, `^[1-9]\d* of 400 failed, recovery`},
		"a client that chooses waits elsewhere":         {stages.Offers{Registry: true, Lease: true}, slow, fakestage.Options{Spread: true, Timeout: 20 * tenth}, `^0 of 400 failed$`},
		"without a lease nobody is evicted":             {stages.Offers{Registry: true}, cut(nil), fakestage.Options{}, `^0 of 400 failed$`},
		"who was cut off comes back":                    {stages.Offers{Registry: true, Lease: true}, cut(evicted), fakestage.Options{}, `^0 of 400 failed, listed again after \d\.\d s$`},
		"who was cut off never comes back":              {stages.Offers{Registry: true, Lease: true}, cut(evicted), fakestage.Options{Final: true}, `^0 of 400 failed, never listed again$`},
		"all who were cut off come back":                {stages.Offers{Registry: true, Lease: true}, cutAll(), fakestage.Options{Spread: true}, `^0 of 500 failed, listed again after \d\.\d s$`},
		"one of two who were cut off comes back":        {stages.Offers{Registry: true, Lease: true}, cutTwo(), fakestage.Options{}, `^0 of 500 failed, never listed again$`},
		"none who were cut off come back":               {stages.Offers{Registry: true, Lease: true}, cutAll(), fakestage.Options{Spread: true, Final: true}, `^0 of 500 failed, never listed again$`},
		"who is forgotten and never beats is gone":      {stages.Offers{Registry: true}, forgets, fakestage.Options{}, `^0 of 300 failed, not listed at the end: A, B, C$`},
		"who is forgotten and beats comes back":         {stages.Offers{Registry: true, Lease: true}, forgets, fakestage.Options{}, `^0 of 300 failed$`},
		"a panic that ends the server":                  {stages.Offers{}, faulty(panics), fakestage.Options{}, `^[1-9]\d* of 300 failed, recovery never$`},
		"a panic that harms nobody else":                {stages.Offers{}, faulty(panics), fakestage.Options{Recovers: true}, `^0 of 300 failed$`},
		"who is back on another port gets calls":        {stages.Offers{Registry: true, Lease: true}, long(moves), fakestage.Options{Spread: true}, `^0 of 600 failed, first call after \d\.\d s$`},
		"who is back on another port is listed":         {stages.Offers{Registry: true, Lease: true}, listed(long(moves)), fakestage.Options{Spread: true}, `^0 of 600 failed, all listed after \d\.\d s, first call after \d\.\d s$`},
		"a registry that is frozen and goes on":         {stages.Offers{Registry: true}, silences(hangs), fakestage.Options{}, `^0 of 300 failed$`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cell := run(t, c.offers, c.fault, c.fakes)
			require.Regexp(t, c.want, cell.String())
			require.Zero(t, faults.Invalid([]faults.Cell{cell}))
		})
	}
}
