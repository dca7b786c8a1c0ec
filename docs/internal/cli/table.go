package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/stages"
)

func (a App) table() *cobra.Command {
	var figures bool
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Print the README's table of stages, as the manifest measures them",
		Long: `Prints the table of stages that README.md shows: how many lines each stage adds,
and how many minutes they take. Nobody types these figures, and a test compares
them. With -figures it prints those of each role instead, and what a stage takes
away from the one before.`,
		Example:           examples("table", "table -figures"),
		Args:              arguments(0, 0, "no arguments, only flags"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			root, err := a.repository()
			if err != nil {
				return err
			}
			table := stages.Table
			if figures {
				table = stages.FiguresTable
			}
			text, err := table(root, a.Stages)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.Stdout, text)
			return err
		},
	}
	cmd.Flags().BoolVar(&figures, "figures", false, "print what else the manifest measures")
	return cmd
}
