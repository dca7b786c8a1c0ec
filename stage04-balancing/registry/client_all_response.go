package registry

import (
	"encoding/json"
	"fmt"
	"io"
)

// allResponse is the response of GET /services: the instances of every service.
type allResponse map[string][]Instance

// read reads a response entry by entry. A response with more services or instances than
// MaxInstances, which no registry holds, is an error. After an error, all is unchanged.
func (all *allResponse) read(from io.Reader) error {
	in, next, instances := json.NewDecoder(from), make(allResponse), 0
	err := elements(in, '{', func() error {
		service, err := in.Token() // a string
		if err != nil {
			return err
		}
		list := []Instance{}
		err = elements(in, '[', func() error {
			var entry Instance
			if instances++; instances > MaxInstances {
				return fmt.Errorf("more than %d instances", MaxInstances)
			}
			err := in.Decode(&entry)
			list = append(list, entry)
			return err
		})
		if next[service.(string)] = list; len(next) > MaxInstances {
			return fmt.Errorf("more than %d services", MaxInstances)
		}
		return err
	})
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	if err == nil {
		*all = next
	}
	return err
}
