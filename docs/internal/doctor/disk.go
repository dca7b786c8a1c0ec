package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// How much room the workshop asks for. It is more than it takes.
const (
	cacheNeeds = 1 << 30   // where the go command compiles
	tempNeeds  = 512 << 20 // where the demo puts its commands, and etcd its logs
)

// place is a folder that needs room.
type place struct {
	what, dir, instead string
	needs              uint64
}

// disk checks that there is room for what is compiled.
func (m Machine) disk(ctx context.Context) []Finding {
	cache, err := m.Run(ctx, m.Root, []string{offline}, "go", "env", "GOCACHE")
	if err != nil {
		return []Finding{{State: Worse, What: "the place of the build cache is unknown: " + err.Error(), Do: "make the go command work first"}}
	}
	cache = strings.TrimSpace(cache)
	var findings []Finding
	places := []place{{"the build cache", cache, "go env -w GOCACHE=DIR", cacheNeeds}}
	if err := m.Temp(); err != nil {
		findings = append(findings, Finding{Missing, err.Error(), "name a folder that is there and that you may write to:", tempVariable + "=DIR"})
	} else {
		places = append(places, place{"temporary files", os.TempDir(), tempVariable + "=DIR", tempNeeds})
	}
	for _, place := range places {
		free, err := m.Free(existing(place.dir))
		switch {
		case err != nil:
			findings = append(findings, Finding{
				State: Worse, What: fmt.Sprintf("the free space for %s is unknown: %v", place.what, err),
				Do: "make " + place.dir + " readable",
			})
		case free < place.needs:
			findings = append(findings, Finding{
				Missing, fmt.Sprintf("%s free for %s, in %s; %s are needed", size(free), place.what, place.dir, size(place.needs)),
				"make room there, or use another disk:", place.instead,
			})
		default:
			findings = append(findings, Finding{State: Good, What: fmt.Sprintf("%s free for %s", size(free), place.what)})
		}
	}
	return findings
}

// existing returns dir, or the nearest folder above it that exists.
func existing(dir string) string {
	for {
		_, err := os.Stat(dir)
		above := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || above == dir {
			return dir
		}
		dir = above
	}
}

func size(n uint64) string {
	if n < 1<<30 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
}
