package client

import "time"

// renewEvery is the shortest time between two views that are made because nodes have
// changed. The first change makes a view at once, and all that follow within this time
// make one together. So 300 instances that die at once do not cost 300 updates.
const renewEvery = 10 * time.Millisecond

// change asks for a new view soon.
func (c *Client) change() {
	select {
	case c.changed <- struct{}{}:
	default: // a new view has been asked for already
	}
}

// renewViews makes a new view when nodes have changed, until Close.
func (c *Client) renewViews() {
	for {
		select {
		case <-c.changed:
		case <-c.life.Done():
			return
		}
		c.updating.Lock()
		c.renewView()
		c.updating.Unlock()
		select {
		case <-time.After(renewEvery):
		case <-c.life.Done():
			return
		}
	}
}
