"""The homepage model in SimPy, as its manual teaches it: a process for each page, call and piece of work.
For each line on the standard input it lives through the model once and prints one line of JSON, as the other
programs do. Needs SimPy 4."""
import json
import math
import random
import sys
import time

import simpy

WORKERS, QUEUE, HOME_QUEUE, ATTEMPTS = 8, 100, 64, 3
AUTHENTICATION, RECOMMENDATIONS, POPULAR = 0, 1, 2
TIMEOUT_MS = (50, 100, 60)


class Breaker:
    """The latest 10 s in 10 slices; opens at half of at least 20; 5 s later 5 trials decide."""

    def __init__(self):
        self.state = "closed"
        self.slice = 0
        self.generation = 0
        self.opened = 0
        self.half_open_at = 0
        self.trials_out = self.trials_judged = self.trials_failed = 0
        self.forget()

    def forget(self):
        self.calls = [0] * 10
        self.failures = [0] * 10
        self.sum_calls = self.sum_failures = 0

    def expire(self, now):
        current = int(now // 1000)
        if current - self.slice >= 10:
            self.forget()
            self.slice = current
        while self.slice < current:
            self.slice += 1
            i = self.slice % 10
            self.sum_calls -= self.calls[i]
            self.sum_failures -= self.failures[i]
            self.calls[i] = self.failures[i] = 0

    def open(self, now):
        self.state = "open"
        self.generation += 1
        self.opened += 1
        self.half_open_at = now + 5000

    def acquire(self, now):
        if self.state == "closed":
            return True
        if self.state == "open":
            if now < self.half_open_at:
                return False
            self.state = "halfOpen"
            self.generation += 1
            self.trials_out = self.trials_judged = self.trials_failed = 0
        if self.trials_out + self.trials_judged >= 5:
            return False
        self.trials_out += 1
        return True

    def release(self, permit):
        if permit == self.generation and self.state == "halfOpen":
            self.trials_out -= 1

    def record(self, permit, failed, now):
        if permit != self.generation:
            return
        if self.state == "halfOpen":
            self.trials_out -= 1
            self.trials_judged += 1
            self.trials_failed += failed
            if self.trials_failed > 2:
                self.open(now)
            elif self.trials_judged - self.trials_failed > 2:
                self.state = "closed"
                self.generation += 1
                self.forget()
                self.slice = int(now // 1000)
            return
        self.expire(now)
        i = self.slice % 10
        self.calls[i] += 1
        self.sum_calls += 1
        self.failures[i] += failed
        self.sum_failures += failed
        if self.sum_calls >= 20 and self.sum_failures * 2 >= self.sum_calls:
            self.open(now)
            self.forget()


class Simulation:
    def __init__(self, seconds):
        self.env = simpy.Environment()
        self.random = random.Random(20240229)
        self.end_ms = seconds * 1000
        self.slow_from, self.slow_to = seconds * 400, seconds * 550
        self.home = simpy.Resource(self.env, WORKERS)
        self.services = [simpy.Resource(self.env, WORKERS) for _ in range(3)]
        self.breakers = [Breaker() for _ in range(3)]
        self.requests = self.ok = self.failed = self.degraded = self.shed = 0
        self.attempts, self.timed_out = [0] * 3, [0] * 3
        self.short_circuited, self.rejected = [0] * 3, [0] * 3
        self.latencies = [0] * 4096

    def exponential(self, mean):
        return self.random.expovariate(1 / mean)

    def draw(self, dependency):
        if dependency == AUTHENTICATION:
            return self.exponential(4)
        if dependency == POPULAR:
            return self.exponential(6)
        ms = self.random.lognormvariate(math.log(10) - 0.125, 0.5)
        if self.slow_from <= self.env.now < self.slow_to:
            ms += 5000 + 5000 * self.random.random()
        return ms

    def customers(self):
        while True:
            yield self.env.timeout(self.exponential(4))
            if self.env.now >= self.end_ms:
                return
            self.requests += 1
            if self.home.count < WORKERS or len(self.home.queue) < HOME_QUEUE:
                self.env.process(self.page())
            else:
                self.shed += 1
                self.failed += 1

    def page(self):
        arrived_at = self.env.now
        with self.home.request() as worker:
            yield worker
            answered, degraded = yield from self.answer()
        if answered:
            self.ok += 1
            self.degraded += degraded
        else:
            self.failed += 1
        self.latencies[min(4095, int(self.env.now - arrived_at))] += 1

    def answer(self):
        if not (yield from self.call(AUTHENTICATION)):
            return False, False
        recommendations = self.env.process(self.call(RECOMMENDATIONS))
        popular = self.env.process(self.call(POPULAR))
        if not (yield popular):
            if recommendations.is_alive:
                recommendations.interrupt()
            return False, False
        degraded = not (yield recommendations)
        yield self.env.timeout(self.exponential(2))
        return True, degraded

    def call(self, dependency):
        env, breaker = self.env, self.breakers[dependency]
        for tries in range(1, ATTEMPTS + 1):
            if not breaker.acquire(env.now):
                self.short_circuited[dependency] += 1
                return False
            permit = breaker.generation
            try:
                good = yield from self.attempt(dependency)
            except simpy.Interrupt:
                breaker.release(permit)
                return False
            breaker.record(permit, not good, env.now)
            if good or tries == ATTEMPTS:
                return good
            try:
                yield env.timeout(self.random.random() * min(200, 20 * 2 ** (tries - 1)))
            except simpy.Interrupt:
                return False

    def attempt(self, dependency):
        self.attempts[dependency] += 1
        service = self.services[dependency]
        if service.count >= WORKERS and len(service.queue) >= QUEUE:
            self.rejected[dependency] += 1
            return False
        done = self.env.process(self.work(dependency))
        yield done | self.env.timeout(TIMEOUT_MS[dependency])
        if done.triggered:
            return True
        self.timed_out[dependency] += 1
        return False

    def work(self, dependency):
        """Goes on though nobody waits for it any more."""
        with self.services[dependency].request() as worker:
            yield worker
            yield self.env.timeout(self.draw(dependency))

    def run(self):
        self.env.process(self.customers())
        self.env.run()


for _ in sys.stdin:
    started_at = time.perf_counter()
    simulation = Simulation(float(sys.argv[1]))
    simulation.run()
    wall_ms = (time.perf_counter() - started_at) * 1000
    print(
        json.dumps(
            {
                "requests": simulation.requests,
                "wallMs": wall_ms,
                "ok": simulation.ok,
                "failed": simulation.failed,
                "degraded": simulation.degraded,
                "attempts": simulation.attempts,
                "timedOut": simulation.timed_out,
                "shortCircuited": simulation.short_circuited,
                "opened": [breaker.opened for breaker in simulation.breakers],
                "rejected": [simulation.shed, *simulation.rejected],
            }
        ),
        flush=True,
    )
