package lab

import (
	"encoding/json"
	"errors"
	"fmt"
)

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
