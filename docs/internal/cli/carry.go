package cli

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/carry"
)

func (a App) carry() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "carry PATH",
		Short: "Take a file that was changed in one stage to the others that share it",
		Long: `Copies a file, or all files of a folder, from one stage to every other stage in
which they are the same according to the manifest, with the import paths of that
stage. If a step between the two stages lists the file, it differs on purpose:
carry says so and does not write it. With -check it writes nothing, and exits
with status 1 if a copy differs.`,
		Example: examples("carry stage05-etcd/client/retry.go", "carry -check stage04-balancing/registry"),
		Args:    arguments(1, 1, "one file or folder of a stage"),
		RunE: func(_ *cobra.Command, args []string) error {
			root, err := a.repository()
			if err != nil {
				return err
			}
			path := args[0]
			if !filepath.IsAbs(path) {
				path = filepath.Join(a.Dir, path)
			}
			copies, err := carry.Plan(root, a.Stages, path)
			if errors.Is(err, carry.ErrNotCarried) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			return a.carryAll(root, copies, check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "say what would change, and change nothing")
	return cmd
}

// carryAll reports the state of every copy, and writes those that should change unless it
// only checks.
func (a App) carryAll(root string, copies []carry.Copy, check bool) error {
	if !check {
		if err := carry.Apply(root, copies); err != nil {
			return err
		}
	}
	changed := 0
	for _, c := range copies {
		text := c.Path + " " + string(c.State)
		if c.State == carry.Differs {
			text += ": " + c.Why
		}
		if c.State == carry.Stale || c.State == carry.Absent {
			changed++
			text = c.Path + " is written"
			if check {
				text = c.Path + " would be written"
			}
		}
		if _, err := fmt.Fprintln(a.Stdout, text); err != nil {
			return err
		}
	}
	if check && changed > 0 {
		return fmt.Errorf("%d copies would be written", changed)
	}
	return nil
}
