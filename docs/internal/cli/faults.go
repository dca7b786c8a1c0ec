package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
	"example.com/workshop/docs/internal/text/near"
)

// faultFlags are the flags of the faults command.
type faultFlags struct {
	stage, fault, file string
	json               bool
	repeat, parallel   int
	render             string
	mine               bool
}

func (a App) faults() *cobra.Command {
	var f faultFlags
	cmd := &cobra.Command{
		Use:   "faults",
		Short: "Measure the fault matrix: the same faults in every stage",
		Long: `Runs real processes of every stage through the same faults under a steady load,
and prints a table in Markdown: how many calls failed of how many sent, and how
long it took to recover. A run of one cell takes about 15 seconds. Progress goes
to standard error, and Ctrl-C stops everything. The exit status is 1 if a run
proves nothing, because it was cut short, sent too few calls or hit no process,
or if callers noticed a fault that the stage promises to hide. With -json and a
file whose name ends in .md, the table goes there and the JSON beside it.
-render writes such a table again from its JSON, without measuring: the table
says which stages have changed since it was measured. With -mine and a -stage it
measures your own copy of that stage.

` + term.Wrap("Faults: "+strings.Join(faultNames(), ", "), term.Width),
		Example:           examples("faults -stage 4", "faults -stage 3 -mine", "faults -fault server-crash", "faults -repeat 3 -json -o fault-matrix.md"),
		Args:              arguments(0, 0, "no arguments, only flags"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.render != "" {
				return a.render(cmd, f.render)
			}
			return a.measure(cmd, f)
		},
	}
	cmd.Flags().StringVar(&f.stage, "stage", "", "only this stage")
	cmd.Flags().StringVar(&f.fault, "fault", "", "only this fault")
	cmd.Flags().BoolVar(&f.json, "json", false, "print every run as JSON, not the table")
	cmd.Flags().IntVar(&f.repeat, "repeat", 1, "runs of each cell, 1 to 100")
	cmd.Flags().IntVar(&f.parallel, "parallel", 2, "runs at a time, 1 to 8; latency runs alone")
	cmd.Flags().StringVar(&f.render, "render", "", "write this table anew from the JSON beside it")
	cmd.Flags().BoolVar(&f.mine, "mine", false, "with -stage: measure your own copy of the stage")
	cmd.Flags().StringVarP(&f.file, "out", "o", "", "write to this file, not to standard output")
	return cmd
}

// measure runs what the flags ask for, and writes it.
func (a App) measure(cmd *cobra.Command, f faultFlags) error {
	if f.repeat < 1 || f.repeat > 100 {
		return usagef("-repeat %d is not between 1 and 100", f.repeat)
	}
	if f.parallel < 1 || f.parallel > 8 {
		return usagef("-parallel %d is not between 1 and 8", f.parallel)
	}
	measured := a.Stages
	opts := faults.Options{
		Faults: faults.All(), Repeat: f.repeat, Parallel: f.parallel, Build: a.Build,
		Tell: func(text string) { fmt.Fprintln(a.Stderr, text) },
	}
	if f.stage != "" {
		s, err := a.stage(f.stage)
		if err != nil {
			return err
		}
		measured = []stages.Stage{s}
	}
	opts.Columns = faults.Columns(measured)
	if f.fault != "" {
		fault, err := findFault(f.fault)
		if err != nil {
			return err
		}
		opts.Faults = []faults.Fault{fault}
	}
	var err error
	if opts.Root, err = a.repository(); err != nil {
		return err
	}
	if f.mine {
		if f.stage == "" || f.file != "" {
			return usagef("-mine takes a -stage, and no -o: what is published was measured of the stages")
		}
		if opts.Build, err = a.mine(opts.Root, measured[0]); err != nil {
			return err
		}
	}
	for _, file := range f.files() {
		if err := writable(file); err != nil {
			return err // now, and not when all is measured
		}
	}
	source, err := faults.Here(cmd.Context(), opts.Root, line(cmd), measured)
	if err != nil {
		return err
	}
	cells, err := faults.Run(cmd.Context(), opts)
	if err != nil {
		return err
	}
	if faults.Commit(cmd.Context(), opts.Root) != source.Commit {
		source.Commit += "-dirty" // the tree has changed while it was measured
	}
	changed, err := source.Changed(opts.Root, measured)
	if err != nil {
		return err
	}
	if err := a.publish(f, faults.Report{Source: source, Cells: cells}, opts, changed); err != nil {
		return err
	}
	if n := faults.Invalid(cells); n > 0 {
		return fmt.Errorf("%d runs prove nothing", n)
	}
	if names := faults.Noticed(opts.Faults, cells); len(names) > 0 {
		return fmt.Errorf("callers noticed what they should not have: %s", strings.Join(names, ", "))
	}
	return nil
}

// files returns the files that publish writes. With JSON and a file of Markdown it writes
// both, since another measurement would take long.
func (f faultFlags) files() []string {
	switch table, markdown := strings.CutSuffix(f.file, ".md"); {
	case f.file == "":
		return nil
	case f.json && markdown:
		return []string{table + ".json", f.file}
	default:
		return []string{f.file}
	}
}

// publish writes the table, the JSON, or both. If a file cannot be written, its content
// goes to another file, which the error names.
func (a App) publish(f faultFlags, report faults.Report, opts faults.Options, changed []string) error {
	table := []byte(report.Markdown(opts.Columns, opts.Faults, changed))
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if f.file == "" && f.json {
		return a.write("", text)
	}
	if f.file == "" {
		return a.write("", table)
	}
	var errs []error
	for _, file := range f.files() {
		content := table
		if f.json && !strings.HasSuffix(file, ".md") {
			content = text
		}
		if err := a.write(file, content); err != nil {
			errs = append(errs, kept(err, content))
		}
	}
	return errors.Join(errs...)
}

// writable returns an error if the file cannot be written. It changes nothing.
func writable(name string) error {
	_, missing := os.Stat(name)
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	err = file.Close()
	if missing != nil {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// kept writes to another file what could not be written to the first, and says where.
func kept(reason error, content []byte) error {
	file, err := os.CreateTemp("", "fault-matrix-")
	if err != nil {
		return errors.Join(reason, err)
	}
	if _, err := file.Write(content); err != nil {
		return errors.Join(reason, err, file.Close(), os.Remove(file.Name()))
	}
	if err := file.Close(); err != nil {
		return errors.Join(reason, err)
	}
	return fmt.Errorf("%w: what was measured is in %s", reason, file.Name())
}

// render writes a table of the whole matrix anew, from the JSON beside it.
func (a App) render(cmd *cobra.Command, file string) error {
	beside, ok := strings.CutSuffix(file, ".md")
	if !ok || cmd.Flags().NFlag() > 1 {
		return usagef("-render takes a file whose name ends in .md, and no other flag")
	}
	root, err := a.repository()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(beside + ".json")
	if err != nil {
		return err
	}
	var report faults.Report
	if err := json.Unmarshal(text, &report); err != nil {
		return fmt.Errorf("%s.json: %w", beside, err)
	}
	changed, err := report.Source.Changed(root, a.Stages)
	if err != nil {
		return err
	}
	return a.write(file, []byte(report.Markdown(faults.Columns(a.Stages), faults.All(), changed)))
}

// line is the command line that was typed, with its flags in order of their
// names.
func line(cmd *cobra.Command) string {
	text := "go run ./docs " + cmd.Name()
	cmd.Flags().Visit(func(f *pflag.Flag) {
		text += " -" + f.Name
		if f.Value.Type() != "bool" {
			text += " " + f.Value.String()
		}
	})
	return text
}

// write writes to a file, or to standard output if it has no name.
func (a App) write(file string, text []byte) error {
	if file == "" {
		_, err := a.Stdout.Write(text)
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

func findFault(name string) (faults.Fault, error) {
	for _, f := range faults.All() {
		if f.Name == name {
			return f, nil
		}
	}
	if likely := near.Likely(name, faultNames()); likely != "" {
		return faults.Fault{}, usagef("there is no fault %q; did you mean %s?", name, likely)
	}
	return faults.Fault{}, choiceError{usagef("there is no fault %q; there are", name), faultNames()}
}

func faultNames() []string {
	var names []string
	for _, f := range faults.All() {
		names = append(names, f.Name)
	}
	return names
}
