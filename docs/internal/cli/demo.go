package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/demo"
)

func (a App) demo() *cobra.Command {
	var mine bool
	cmd := &cobra.Command{
		Use:   "demo [stage]",
		Short: "Run a stage, break it under load, and see what its callers see",
		Long: fmt.Sprintf(`Builds a stage's commands, starts its registry and three servers, and puts a
steady load on them. In stages 1 to 3 the server that gets the calls is killed
after 5 seconds. In stage 4 one server is killed, one is frozen for three
seconds, one joins, one is stopped, and at last the registry is killed. In stage
5 the leader of the registry's three nodes is killed, and then every server is
replaced by another. Each second a line says what the callers saw, which servers
answered and what the registry lists; a summary follows at the end. It takes
half a minute, and Ctrl-C stops everything. Without a number it runs stage %d.
With -mine it runs your own copy of the stage.`, a.last().Number),
		Example:           examples("demo", "demo 1", "demo 3 -mine"),
		Args:              arguments(0, 1, "the number of one stage"),
		ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error {
			stage := a.last()
			if len(args) > 0 {
				var err error
				if stage, err = a.stage(args[0]); err != nil {
					return err
				}
			}
			root, err := a.repository()
			if err != nil {
				return err
			}
			build := a.Build
			if mine {
				if build, err = a.mine(root, stage); err != nil {
					return err
				}
			}
			return demo.Run(cmd.Context(), demo.Options{
				Root: root, Stage: stage, Scenario: demo.Story(stage), Servers: 3, TTL: 5 * time.Second,
				Out: a.Stdout, Build: build,
			})
		},
	}
	cmd.Flags().BoolVar(&mine, "mine", false, "run your own copy of the stage")
	return cmd
}
