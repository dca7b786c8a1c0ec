package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/stages"
)

// arguments accepts from least to most arguments; what says what they are. If there are
// too few, the error shows the command's first example.
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			example, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n")
			return usagef("%s takes %s: %s", cmd.Name(), what, example)
		case len(args) > most:
			return usagef("%s takes %s, so %q is too much", cmd.Name(), what, args[most])
		}
		return nil
	}
}

// stage reads a stage's number, 3 or 03, or its folder's name.
func (a App) stage(arg string) (stages.Stage, error) {
	for _, s := range a.Stages {
		if s.Dir == arg {
			return s, nil
		}
	}
	number, err := strconv.Atoi(arg)
	if err != nil {
		return stages.Stage{}, usagef("%q is not the number of a stage, such as 1", arg)
	}
	s, err := stages.Find(a.Stages, number)
	if err != nil {
		return stages.Stage{}, usageError{err}
	}
	return s, nil
}

// last is the newest stage.
func (a App) last() stages.Stage { return a.Stages[len(a.Stages)-1] }

// complete offers the stages' numbers to the shell.
func (a App) complete(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var numbers []string
	for _, s := range a.Stages {
		numbers = append(numbers, cobra.CompletionWithDesc(strconv.Itoa(s.Number), s.Idea))
	}
	return numbers, cobra.ShellCompDirectiveNoFileComp
}
