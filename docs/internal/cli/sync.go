package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/text"
)

func (a App) sync() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Write anew what the pages show of the source and of the figures",
		Long: `Looks up each block of Go in the Markdown of docs/, of the stages and of the top
folder by the declarations that it names, and each figure by the comment before
it, which says where it comes from. It writes the pages again and says which of
them have changed. It reports what cannot be looked up, and then exits with
status 1. With -check it writes nothing, and exits with status 1 if something is
stale.`,
		Example:           examples("sync", "sync -check"),
		Args:              arguments(0, 0, "no arguments, only flags"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			root, err := a.repository()
			if err != nil {
				return err
			}
			pages, err := text.Pages(root, a.Stages)
			if err != nil {
				return err
			}
			synced, err := text.Sync(root, a.Stages, pages)
			if err != nil {
				return err
			}
			return a.syncAll(root, synced, check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "say what is stale, and change nothing")
	return cmd
}

// syncAll writes the pages that have changed, unless it only checks, and reports what is
// wrong.
func (a App) syncAll(root string, synced []text.Synced, check bool) error {
	problems, stale := 0, 0
	for _, page := range synced {
		lines := page.Problems
		if check {
			lines = append(lines, page.Stale...)
		}
		for _, problem := range lines {
			if _, err := fmt.Fprintln(a.Stdout, problem); err != nil {
				return err
			}
		}
		problems, stale = problems+len(page.Problems), stale+len(page.Stale)
		if check {
			continue
		}
		changed, err := page.Write(root)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		if _, err := fmt.Fprintln(a.Stdout, page.Page.Path, "is written"); err != nil {
			return err
		}
	}
	switch {
	case problems > 0:
		return fmt.Errorf("%d places cannot be looked up", problems)
	case check && stale > 0:
		return fmt.Errorf("%d places are stale: go run ./docs sync writes them anew", stale)
	}
	return nil
}
