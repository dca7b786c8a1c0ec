package grpcarith

// serviceConfig is how gRPC makes the calls, with the balancer of builder. A
// call whose server is not there, or breaks off, goes to another, up to twice,
// for the methods may run again; when more than about one in ten fails, retries
// stop until calls succeed again. A server that says NOT_SERVING gets no new
// calls. (gRFCs A6 and A17, https://github.com/grpc/proposal.)
const serviceConfig = `{
	"loadBalancingConfig": [{"workshop_power_of_two": {}}],
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
