// Package near finds the name that a writer may have meant.
package near

import "strings"

// Name returns the candidate that is most like name: the one that ends in it, or else the
// one with the fewest different letters. Without candidates it returns "".
func Name(name string, candidates []string) string {
	best, least := "", 0
	for _, candidate := range candidates {
		d := distance(strings.ToLower(name), strings.ToLower(candidate))
		if ends(candidate, name) || ends(name, candidate) {
			d = 0
		}
		if best == "" || d < least {
			best, least = candidate, d
		}
	}
	return best
}

// Likely returns the candidate that was probably meant: one that contains what was typed,
// or that differs in at most one letter of three. A candidate's last word, after a dot or
// a slash, counts like the whole. If there is none, it returns "".
func Likely(typed string, candidates []string) string {
	typed = strings.ToLower(typed)
	best, least := "", (len(typed)+2)/3+1
	for _, candidate := range candidates {
		whole := strings.ToLower(candidate)
		for _, form := range []string{whole, whole[strings.LastIndexAny(whole, "./")+1:]} {
			d := distance(typed, form)
			if len(typed) > 2 && strings.Contains(form, typed) {
				d = min(d, 1)
			}
			if d < least {
				best, least = candidate, d
			}
		}
	}
	return best
}

// ends reports whether long and short have the same last word, after a dot or a slash.
func ends(long, short string) bool {
	return short != "" && (strings.HasSuffix(long, "."+short) || strings.HasSuffix(long, "/"+short))
}

// distance returns how many letters must be inserted, removed or changed to turn a into b
// (Levenshtein).
func distance(a, b string) int {
	before := make([]int, len(b)+1)
	for j := range before {
		before[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(before[j+1]+1, row[j]+1, before[j]+cost)
		}
		before = row
	}
	return before[len(b)]
}
