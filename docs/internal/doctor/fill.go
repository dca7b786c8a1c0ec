package doctor

import (
	"context"
	"fmt"
	"path/filepath"
)

// Fill downloads what the workshop and each of its stages alone are built from,
// and compiles what others have written. It calls say before each thing that it
// does. Once it has succeeded, the workshop needs no network.
func (m Machine) Fill(ctx context.Context, say func(what string)) error {
	for _, step := range m.fillings() {
		say(step.what)
		if _, err := m.Long(ctx, step.dir, step.env, "go", step.args...); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// filling is a command that fills a cache.
type filling struct {
	what string
	dir  string
	env  []string
	args []string
}

// fillings are the workshop's, and each stage's: alone a stage may need another
// version of a module than in the workspace, as modules and compiled say.
func (m Machine) fillings() []filling {
	all := []filling{
		{"downloading what the workshop needs", m.Root, nil, []string{"list", "-deps", "-test", "-f", "", noStamp, "work"}},
		{"compiling it", m.Root, nil, []string{"build", noStamp, "work"}},
		{"compiling what its tests need", m.Root, nil, []string{"vet", noStamp, "work"}},
	}
	for _, s := range m.Stages {
		dir, env := filepath.Join(m.Root, s.Dir), []string{"GOWORK=off"}
		all = append(all,
			filling{"downloading what " + s.Dir + " needs alone", dir, env, []string{"list", "-deps", "-test", "-f", "", noStamp, "./..."}},
			filling{"compiling it, and what its tests need", dir, env, []string{"vet", noStamp, "./..."}},
		)
	}
	return all
}
