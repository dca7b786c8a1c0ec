package grpcarith

// serviceConfig configures gRPC's calls, with the balancer of builder. If a server cannot
// be reached, or its connection breaks, the call is sent to another one, up to twice,
// since the methods may run again. When more than about one call in ten fails, retries
// stop until calls succeed again. A server that reports NOT_SERVING gets no new calls.
// (gRFCs A6 and A17, https://github.com/grpc/proposal.)
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
