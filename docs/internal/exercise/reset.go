package exercise

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"example.com/workshop/docs/internal/stages"
)

// backupFolder holds what Reset has replaced, in Folder.
const backupFolder = ".backup"

// Reset makes a copy what it was at its start, as deep as it was; with a name, only that
// function. It first copies what it replaces to a folder, and returns the folder's path
// from the repository.
func Reset(w Work, name string, now time.Time) (string, error) {
	if err := w.begun(); err != nil {
		return "", err
	}
	var all files
	then, err := w.recorded()
	if err != nil {
		return "", err
	}
	if name == "" {
		all, err = w.fresh(then.Deep)
	} else {
		all, err = w.reset(name, &then)
	}
	if err != nil {
		return "", err
	}
	backup, err := w.backup(now)
	if err != nil {
		return "", err
	}
	if name == "" {
		// In place, for a shell or an editor may be at work in the folder.
		if err := w.clear(all); err != nil {
			return backup, err
		}
	}
	if err := all.write(w.Dir); err != nil {
		return backup, err
	}
	if name != "" {
		if then.Declared == nil {
			return backup, nil
		}
		return backup, then.write(w.Dir)
	}
	return backup, w.remember(w.Dir, then.Deep)
}

// reset returns the file of a function with that function blank, and the rest as it is in
// the copy.
func (w Work) reset(name string, then *record) (files, error) {
	c, err := w.open()
	if err != nil {
		return nil, err
	}
	t, err := FindTask(w.Stage, c.tasks, name)
	if err != nil {
		return nil, err
	}
	f, err := c.find(t)
	if err != nil {
		return nil, fmt.Errorf("%w: mend that, or begin the stage anew with go run ./docs reset %d", err, w.Stage.Number)
	}
	s, err := parse(t.File, c.reference[t.File])
	if err != nil {
		return nil, err
	}
	want := s.functions()[t.Name]
	blank := s.between(begin(want), want.Body.Pos()) + blankBody(t.Name)
	file, text := t.File, ""
	if f != nil {
		file = f.file
		text = apply(c.files[file], []edit{{f.source.offset(begin(f.decl)), f.source.offset(f.decl.End()), blank}})
	} else if text = c.files[file]; text != "" {
		text += "\n" + blank + "\n"
	} else if text, err = BlankFile(file, c.reference[file], []string{t.Name}); err != nil {
		return nil, err
	}
	s, err = parse(file, text)
	if err != nil {
		return nil, err
	}
	now, err := w.declared()
	if then.Declared != nil {
		then.Declared[key(t.File, t.Name)] = now[key(t.File, t.Name)]
	}
	return files{file: s.withoutUnused()}, err
}

// backup copies the copy to a folder of its own.
func (w Work) backup(now time.Time) (string, error) {
	name := w.Stage.Dir + "-" + now.Format("20060102-150405")
	for n := 2; ; n++ {
		to := filepath.Join(w.Root, Folder, backupFolder, name)
		_, err := os.Stat(to)
		if errors.Is(err, fs.ErrNotExist) {
			return path.Join(Folder, backupFolder, name), os.CopyFS(to, copyable{os.DirFS(w.Dir).(fs.ReadLinkFS)})
		}
		if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s-%s-%d", w.Stage.Dir, now.Format("20060102-150405"), n)
	}
}

// copyable hides pipes and the like from a file system: they cannot be read to their end,
// and Reset leaves them where they are.
type copyable struct{ fs.ReadLinkFS }

// ReadDir implements fs.ReadDirFS.
func (c copyable) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(c.ReadLinkFS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return !e.IsDir() && !e.Type().IsRegular() && e.Type() != fs.ModeSymlink
	}), err
}

// clear removes the copy's files that are not among those to keep.
func (w Work) clear(keep files) error {
	have, err := readFiles(w.Dir)
	if err != nil {
		return err
	}
	for name := range have {
		if _, ok := keep[name]; !ok {
			if err := os.Remove(filepath.Join(w.Dir, filepath.FromSlash(name))); err != nil {
				return err
			}
		}
	}
	return nil
}

// Solution is a function as the stage has it.
type Solution struct {
	Task
	Place string // file and line, from the repository
	Text  string // with its doc comment
	Why   string // why it is so, if the hints say that
}

// Solve returns the stage's own function of that name.
func Solve(root string, s stages.Stage, name string) (Solution, error) {
	reference, err := readFiles(filepath.Join(root, s.Dir))
	if err != nil {
		return Solution{}, err
	}
	tasks, err := Tasks(s, reference.tree())
	if err != nil {
		return Solution{}, err
	}
	t, err := FindTask(s, tasks, name)
	if err != nil {
		return Solution{}, err
	}
	file, err := parse(t.File, reference[t.File])
	if err != nil {
		return Solution{}, err
	}
	f := file.functions()[t.Name]
	hints, err := HintsOf(s)
	if err != nil {
		return Solution{}, err
	}
	return Solution{t, fmt.Sprintf("%s:%d", path.Join(s.Dir, t.File), file.line(f.Pos())), file.whole(f), hints[t.Name].Why}, nil
}
