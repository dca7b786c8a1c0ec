package server

// keptIdle is how many idle workers a connection keeps for the next burst. The stack of a
// kept worker has already grown to what gob's decoding needs. A goroutine per request
// would grow its own stack every time.
const keptIdle = 64

// addWorker starts a worker. rpc.ServeCodec would not do: a panic in a method would end
// the process, nobody could tell which calls are in progress, and one peer could start
// any number of them. So workers take turns. The worker whose turn it is reads a request,
// passes the turn on, and serves the request through rpc.ServeRequest.
func (w *wire) addWorker() {
	if w.all.Add(1) > fewWorkers {
		w.srv.workers.Add(1)
	}
	w.workers.Go(func() {
		defer func() {
			if w.all.Add(-1) >= fewWorkers {
				w.srv.workers.Add(-1)
			}
		}()
		for w.mayKeepIdle() {
			w.idle.Add(1)
			_, ok := <-w.turn
			w.idle.Add(-1)
			if !ok {
				return
			}
			w.serveRequest()
		}
	})
}

// serveRequest reads one request, if there is one, and answers it.
func (w *wire) serveRequest() {
	r := &request{wire: w}
	defer r.end()
	w.srv.rpc.ServeRequest(r)
	r.returned = true
}
