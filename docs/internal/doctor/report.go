package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.com/workshop/docs/internal/term"
)

// ErrMissing is the error when something essential is missing.
var ErrMissing = errors.New("the workshop does not run here yet")

// Report makes every check and prints what it finds as it goes on. It returns
// ErrMissing when something essential is missing, or ctx's error.
func Report(ctx context.Context, checks []Check, screen *term.Screen) error {
	missing := 0
	for _, check := range checks {
		findings := check(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, f := range findings {
			if f.State == Missing {
				missing++
			}
			if err := print(screen, f); err != nil {
				return err
			}
		}
	}
	if missing > 0 {
		return ErrMissing
	}
	return nil
}

// indent is the width of a state.
const indent = 9

func print(screen *term.Screen, f Finding) error {
	state := map[State]string{
		Good: screen.Green("ok       "), Worse: screen.Yellow("warning  "), Missing: screen.Red("missing  "),
	}[f.State]
	if _, err := fmt.Fprintln(screen, state+wrapped(f.What)); err != nil {
		return err
	}
	if f.Do != "" {
		if _, err := fmt.Fprintln(screen, strings.Repeat(" ", indent)+wrapped(f.Do)); err != nil {
			return err
		}
	}
	if f.Run == "" {
		return nil
	}
	_, err := fmt.Fprintln(screen, strings.Repeat(" ", indent+2)+screen.Bold(f.Run)) // in one line, to be copied
	return err
}

func wrapped(text string) string {
	return strings.ReplaceAll(term.Wrap(text, term.Width-indent), "\n", "\n"+strings.Repeat(" ", indent))
}
