package grpcarith

import _ "google.golang.org/grpc/balancer/leastrequest" // which serviceConfig names

// serviceConfig is how gRPC makes the calls. A call goes to the server with the
// fewest in flight, so that one that is slow or frozen gets few. A call whose
// server is not there, or breaks off, goes to another, up to twice, for the
// methods may run again; when more than about one in ten fails, retries stop
// until calls succeed again. A server that says NOT_SERVING gets no new calls.
// (gRFCs A6, A17 and A48, https://github.com/grpc/proposal.)
const serviceConfig = `{
	"loadBalancingConfig": [{"least_request_experimental": {"choiceCount": 10}}],
	"healthCheckConfig": {"serviceName": "workshop.arith.v1.Arith"},
	"retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1},
	"methodConfig": [{
		"name": [{"service": "workshop.arith.v1.Arith"}],
		"retryPolicy": {
			"maxAttempts": 3,
			"initialBackoff": "0.01s",
			"maxBackoff": "0.1s",
			"backoffMultiplier": 2,
			"retryableStatusCodes": ["UNAVAILABLE"]
		}
	}]
}`
