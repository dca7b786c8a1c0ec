package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/doctor"
	"example.com/workshop/docs/internal/term"
)

func (a App) doctor() *cobra.Command {
	var fill bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what this machine lacks for the workshop, and what to do about it",
		Long: `Looks at the Go version, git, the documented ports, the module and build caches,
and the disk. It says whether the workshop runs here without a network, and what
to do where it does not. It changes nothing. The exit status is 1 if something
essential is missing. With -fill it first downloads and compiles what is needed
to go on without a network, which takes some minutes the first time.`,
		Example:           examples("doctor", "doctor -fill"),
		Args:              arguments(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := a.repository()
			if err != nil {
				return err
			}
			machine := doctor.This(root, a.Stages)
			if fill {
				err := machine.Fill(cmd.Context(), func(what string) { fmt.Fprintln(a.Stderr, what) })
				if err != nil {
					return err
				}
			}
			return doctor.Report(cmd.Context(), machine.Checks(), term.New(a.Stdout))
		},
	}
	cmd.Flags().BoolVar(&fill, "fill", false, "download and compile what is needed without a network")
	return cmd
}
