// Package demo shows what a stage can and cannot do: it runs the stage's real
// processes, breaks one after another, and prints second by second what the
// callers saw.
//
// The one rule: whatever happens, Run returns with every process ended and
// every file removed.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/scratch"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// Options say what to run and how.
type Options struct {
	Root     string            // the repository
	Stage    stages.Stage      // the stage to run
	Scenario scenario.Scenario // what happens to it
	Servers  int               // at the start
	TTL      time.Duration     // of a registration
	Out      io.Writer         // where the story goes
	Build    proc.Builder      // nil means proc.Build
}

// Run builds the stage, runs its processes through the scenario, and prints the
// story and what it comes to. Failed calls are part of the story; an error
// means that the story could not be told.
func Run(ctx context.Context, opts Options) (err error) {
	v := &view{Screen: term.New(opts.Out), stage: opts.Stage, ttl: opts.TTL}
	folder, err := scratch.New("demo")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Remove()) }()
	bin := folder.Path
	if err := build(ctx, opts, bin, v); err != nil {
		return err
	}

	group := proc.NewGroup(proc.StopGrace)
	defer func() { err = errors.Join(err, group.Close()) }()
	c, err := cluster.Start(ctx, group, cluster.Options{Stage: opts.Stage, Bin: bin, Data: bin, Servers: opts.Servers, TTL: opts.TTL})
	if err != nil {
		return err
	}
	v.began(c, opts.Scenario.Load)
	run, err := scenario.Run(ctx, c, opts.Scenario, v)
	if err != nil {
		return err
	}
	result := run.Result()
	v.ended(c, run, result)
	if result.Invalid != "" {
		return errors.New("this run proves nothing: " + result.Invalid)
	}
	if noticed(opts.Stage, result) {
		return fmt.Errorf("%d calls failed, which this stage promises not to happen", result.Failed)
	}
	return nil
}

func build(ctx context.Context, opts Options, bin string, v *view) error {
	build := opts.Build
	if build == nil {
		build = proc.Build
	}
	began := time.Now()
	v.building(0)
	if err := build(ctx, filepath.Join(opts.Root, opts.Stage.Dir), bin, v.building); err != nil {
		v.buildFailed()
		return err
	}
	v.built(time.Since(began))
	return nil
}
