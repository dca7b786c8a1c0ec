package console

// align says whether the lines that a page wants are those that came: every line
// of got in its place, and between them lines of processes in the background,
// each of which may serve once and in any order. It returns the indexes of those
// that it needed.
func align(want, got, background []string) (used []int, ok bool) {
	a := alignment{want, got, background, make(map[[2]int]bool)}
	rest, ok := a.from(0, 0)
	if !ok {
		return nil, false
	}
	taken := make(map[int]bool)
	for _, line := range rest {
		i := a.free(line, taken)
		if i < 0 {
			return nil, false // the page wants a line more often than it came
		}
		taken[i] = true
		used = append(used, i)
	}
	return used, true
}

type alignment struct {
	want, got, background []string
	failed                map[[2]int]bool
}

// from matches what is wanted from index i on with what came from index j on. It
// returns the wanted lines that only the background has.
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

// free is the index of a line of the background that matches and is not taken;
// -1 if there is none.
func (a alignment) free(line string, taken map[int]bool) int {
	for i, got := range a.background {
		if !taken[i] && Match(line, got) {
			return i
		}
	}
	return -1
}
