const STARTER = `# A page that needs two services; one of them becomes slow for a while.
# Times are milliseconds or have a unit (us, ms, s, min, h, d); rates are per second; shares are 0 to 1.
name: my first outage
duration: 30s
seed: 1                      # every random draw follows from it: same seed, same run

services:
  page:
    workers: 16              # requests that are worked on at the same time
    endpoints:
      view:
        steps:               # what a request does, in order
          - call: items
            policy: items
          - call: recommendations
            policy: recommendations
            optional: true   # without them the page is degraded, not failed
          - work: 5ms
  items:
    workers: 8
    endpoints:
      list:
        steps:
          - work: { kind: exponential, mean: 10ms }
  recommendations:
    workers: 8
    endpoints:
      list:
        steps:
          - work: { kind: exponential, mean: 20ms }

policies:
  items:
    idempotent: true         # needed for a retry: doing it twice does no harm
    timeout: 200ms           # bounds one attempt
    retry:
      attempts: 2            # all tries, the first included
      backoff: { kind: exponential, base: 50ms, jitter: full }
  recommendations:
    timeout: 150ms
    circuitBreaker:
      window: { kind: time, size: 5s }
      failureRate: 0.5
      minimumCalls: 10
      openFor: 3s
    fallback: { value: [] }  # what stands in for a missing answer

load:
  visitors:
    kind: open               # they come whatever happens to the ones before
    to: page
    rate: 100

faults:
  - kind: latency            # try: error, refused, hang, crash, pause, capacity, partition
    service: recommendations
    add: { kind: uniform, min: 300ms, max: 800ms }
    at: 10s
    for: 10s

objectives:
  - { metric: successRate, atLeast: 0.99 }
  - { metric: latency, percentile: 99, atMost: 500ms }
  - { metric: recoveryTime, atMost: 10s }
`;

/** A scenario to begin with, as YAML with comments: small, complete, and done in milliseconds. */
export function starterScenario(): string {
  return STARTER;
}
