package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// maxRecording bounds the bytes of a recording. Ten minutes of two stages with all
// servers that they may have take a fifth of it.
const maxRecording = 1 << 28

// ReadRecording reads a recording that the lab's page has saved.
func ReadRecording(file string) ([]byte, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular(): // it might have no end
		return nil, fmt.Errorf("%s is not a regular file", file)
	case info.Size() > maxRecording:
		return nil, fmt.Errorf("%s: not a recording of the lab: it has %d MB, and the longest has less than %d", file, info.Size()>>20, maxRecording>>20)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := CheckRecording(text); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return text, nil
}

// CheckRecording returns an error if the text is no recording that a page can
// show.
func CheckRecording(text []byte) error {
	var r Recording
	if err := json.Unmarshal(text, &r); err != nil {
		return fmt.Errorf("not a recording of the lab: %w", err)
	}
	if r.Format != 1 {
		return fmt.Errorf("a recording of format %d, and this is made for format 1", r.Format)
	}
	if len(r.Frames) == 0 || len(r.Meta.Stages) == 0 {
		return errors.New("a recording of nothing")
	}
	for _, f := range r.Frames {
		if len(f.Sides) != len(r.Meta.Stages) {
			return errors.New("a recording whose frames do not fit its stages")
		}
	}
	return nil
}
