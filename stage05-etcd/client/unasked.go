package client

import (
	"net/rpc"
	"sync/atomic"
)

// maxUnanswered is how many calls on one connection may have no reply, including those
// given up: net/rpc keeps each until its reply comes or the connection ends.
const maxUnanswered = 1 << 16

// errUnasked is the reason for closing a connection after a reply to a call that was never
// made or is answered already. A server that sends such replies would look busy.
var errUnasked error = brokenError("it answered a call that was not made")

// errUnanswered is the reason for closing a connection whose server leaves too many calls
// without a reply.
var errUnanswered error = brokenError("too many calls have got no reply")

// replies records the replies to a link's requests. net/rpc passes a variable to the link
// for the reply of a call, and nil for a reply that belongs to no call. For an error it
// passes nil too, so the link hides the error from net/rpc until the variable is there.
type replies struct {
	whole   atomic.Int64  // replies that were read, in time or too late, not counting signs of life
	ended   atomic.Uint64 // requests that have a reply, or were not sent
	refusal string        // the error of the reply that is being read, or empty; belongs to the reader, as does unasked
	unasked error         // errUnasked, if there was such a reply
}

// roomFor returns errUnanswered if a request is one too many. net/rpc numbers them from 0.
func (r *replies) roomFor(req *rpc.Request) error {
	if req.Seq-r.ended.Load() >= maxUnanswered {
		return errUnanswered
	}
	return nil
}

// none counts the latest request, which has not been sent and gets no reply.
func (r *replies) none() { r.ended.Add(1) }

// hide moves the error from a reply's header to r.refusal, for of.
func (r *replies) hide(header *rpc.Response) {
	r.refusal, header.Error = header.Error, ""
}

// read counts a reply that was read, if it is whole and no sign of life.
func (r *replies) read(res *result, s *stream) {
	if res.value != nil && !s.readFailed {
		r.whole.Add(1)
	}
}

// of returns the destination of a reply, and the reply's error if it is one. reply is
// what net/rpc passed to ReadResponseBody.
func (r *replies) of(reply any) (res *result, refusal error) {
	res, asked := reply.(*result)
	if !asked {
		r.unasked = errUnasked
		res = new(result)
	} else {
		r.ended.Add(1)
	}
	if r.refusal != "" {
		refusal = rpc.ServerError(r.refusal)
	}
	return res, refusal
}
