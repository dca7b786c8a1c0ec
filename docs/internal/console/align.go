package console

// align reports whether the lines that a page wants are those that came: every line of
// got in its place, and between them lines of background processes. Each background line
// may be used once, those of one stream in the order in which they came; lines that the
// page does not want are skipped. align returns the indexes of the background lines that
// it used.
func align(want, got []string, background []line) (used []int, ok bool) {
	a := alignment{want, got, background, make(map[[2]int]bool)}
	behind, ok := a.from(0, 0)
	if !ok {
		return nil, false
	}
	passed := make(map[int]int) // how much of each stream
	for _, text := range behind {
		i := a.free(text, passed)
		if i < 0 {
			return nil, false // it is wanted more often than it came, or earlier
		}
		passed[background[i].command] = i + 1
		used = append(used, i)
	}
	return used, true
}

type alignment struct {
	want, got  []string
	background []line
	failed     map[[2]int]bool
}

// from matches what is wanted from index i on with what came from index j on. It returns
// the wanted lines that are only in the background.
func (a alignment) from(i, j int) (behind []string, ok bool) {
	if i == len(a.want) {
		return nil, j == len(a.got)
	}
	if a.failed[[2]int{i, j}] {
		return nil, false
	}
	line := a.want[i]
	if line == Rest {
		if behind, ok = a.from(i+1, j); ok {
			return behind, true
		}
		if j < len(a.got) {
			if behind, ok = a.from(i, j+1); ok {
				return behind, true
			}
		}
	} else {
		if j < len(a.got) && Match(line, a.got[j]) {
			if behind, ok = a.from(i+1, j+1); ok {
				return behind, true
			}
		}
		if a.free(line, nil) >= 0 {
			if behind, ok = a.from(i+1, j); ok {
				return append([]string{line}, behind...), true
			}
		}
	}
	a.failed[[2]int{i, j}] = true
	return nil, false
}

// free returns the index of the first background line that matches and was not skipped,
// or -1.
func (a alignment) free(text string, passed map[int]int) int {
	for i, l := range a.background {
		if i >= passed[l.command] && Match(text, l.text) {
			return i
		}
	}
	return -1
}
