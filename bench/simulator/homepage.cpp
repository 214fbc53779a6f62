// The homepage model by hand: what a careful C++ programmer would write for this one question, with
// std::priority_queue for everything that is due. With -DFAST: a 4-ary heap, and one FIFO per timeout's duration of
// which only the head is in the heap. Prints one line of JSON per round, as the other programs do.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <queue>
#include <vector>

namespace {

struct Random {
  uint64_t s[4];
  explicit Random(uint64_t seed) {
    for (auto& word : s) {
      seed += 0x9e3779b97f4a7c15ull;
      uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
      word = z ^ (z >> 31);
    }
  }
  static uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  uint64_t next() {
    const uint64_t result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotl(s[3], 45);
    return result;
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double exponential(double mean) { return -mean * std::log1p(-uniform()); }
  double gaussian() {
    return std::sqrt(-2 * std::log1p(-uniform())) * std::cos(2 * M_PI * uniform());
  }
};

enum Kind : uint8_t { ARRIVAL, HOME_DONE, WORK_DONE, TIMEOUT, BACKOFF };
struct Event {
  double at;
  uint64_t order;
  uint32_t subject, generation;
  Kind kind;
};
struct Later {
  bool operator()(const Event& a, const Event& b) const {
    return a.at > b.at || (a.at == b.at && a.order > b.order);
  }
};

#ifdef FAST
class Heap {
  std::vector<Event> h;
  static bool before(const Event& a, const Event& b) {
    return a.at < b.at || (a.at == b.at && a.order < b.order);
  }
 public:
  bool empty() const { return h.empty(); }
  const Event& top() const { return h[0]; }
  void push(const Event& e) {
    size_t i = h.size();
    h.push_back(e);
    while (i > 0) {
      const size_t p = (i - 1) >> 2;
      if (!before(e, h[p])) break;
      h[i] = h[p];
      i = p;
    }
    h[i] = e;
  }
  void pop() {
    const Event e = h.back();
    h.pop_back();
    const size_t n = h.size();
    if (n == 0) return;
    size_t i = 0;
    for (;;) {
      const size_t c = 4 * i + 1;
      if (c >= n) break;
      size_t m = c;
      const size_t end = std::min(c + 4, n);
      for (size_t k = c + 1; k < end; k++) if (before(h[k], h[m])) m = k;
      if (!before(h[m], e)) break;
      h[i] = h[m];
      i = m;
    }
    h[i] = e;
  }
};
#else
using Heap = std::priority_queue<Event, std::vector<Event>, Later>;
#endif

constexpr int DEPENDENCIES = 3, WORKERS = 8, QUEUE = 100, HOME_QUEUE = 64, ATTEMPTS = 3;
constexpr int AUTHENTICATION = 0, RECOMMENDATIONS = 1, POPULAR = 2;
constexpr double TIMEOUT_MS[DEPENDENCIES] = {50, 100, 60};

// The latest 10 s in 10 slices; opens at half of at least 20; 5 s later 5 trials decide.
struct Breaker {
  enum State : uint8_t { CLOSED, OPEN, HALF_OPEN } state = CLOSED;
  long slice = 0;
  int calls[10] = {}, failures[10] = {}, sumCalls = 0, sumFailures = 0;
  double halfOpenAt = 0;
  int trialsOut = 0, trialsJudged = 0, trialsFailed = 0;
  uint32_t generation = 0;
  long opened = 0;

  void forget() {
    std::fill(calls, calls + 10, 0);
    std::fill(failures, failures + 10, 0);
    sumCalls = sumFailures = 0;
  }
  void expire(double now) {
    const long current = static_cast<long>(now / 1000);
    if (current - slice >= 10) forget(), slice = current;
    while (slice < current) {
      const int i = static_cast<int>(++slice % 10);
      sumCalls -= calls[i];
      sumFailures -= failures[i];
      calls[i] = failures[i] = 0;
    }
  }
  void open(double now) {
    state = OPEN;
    generation++;
    opened++;
    halfOpenAt = now + 5000;
  }
  bool acquire(double now) {
    if (state == CLOSED) return true;
    if (state == OPEN) {
      if (now < halfOpenAt) return false;
      state = HALF_OPEN;
      generation++;
      trialsOut = trialsJudged = trialsFailed = 0;
    }
    if (trialsOut + trialsJudged >= 5) return false;
    trialsOut++;
    return true;
  }
  void release(uint32_t permit) {
    if (permit == generation && state == HALF_OPEN) trialsOut--;
  }
  void record(uint32_t permit, bool failed, double now) {
    if (permit != generation) return;
    if (state == HALF_OPEN) {
      trialsOut--;
      trialsJudged++;
      trialsFailed += failed;
      if (trialsFailed > 2) open(now);
      else if (trialsJudged - trialsFailed > 2) {
        state = CLOSED;
        generation++;
        forget();
        slice = static_cast<long>(now / 1000);
      }
      return;
    }
    expire(now);
    const int i = static_cast<int>(slice % 10);
    calls[i]++, sumCalls++;
    failures[i] += failed, sumFailures += failed;
    if (sumCalls >= 20 && sumFailures * 2 >= sumCalls) open(now), forget();
  }
};

struct Call {
  uint32_t page, generation = 0, permit = 0;
  uint8_t dependency, tries = 0;
  bool out = false, done = true;
};
struct Page {
  uint32_t calls[DEPENDENCIES];
  double arrivedAt;
  uint8_t waiting = 0;
  bool degraded = false, live = false;
};
struct Work {
  uint32_t call, generation;
};
struct Service {
  int busy = 0;
  std::deque<Work> queue;
};

struct Simulation {
  Random random{20240229};
  Heap heap;
  uint64_t orders = 0;
  double now = 0, endMs, slowFrom, slowTo;
  std::vector<Page> pages;
  std::vector<uint32_t> freePages;
  std::vector<Call> calls;
  std::vector<uint32_t> freeCalls;
  std::vector<Work> works;
  std::vector<uint32_t> freeWorks;
  Service services[DEPENDENCIES];
  Breaker breakers[DEPENDENCIES];
  int homeBusy = 0;
  std::deque<uint32_t> homeQueue;
  long requests = 0, ok = 0, failed = 0, degraded = 0, shed = 0, events = 0;
  long attempts[3] = {}, timedOut[3] = {}, shortCircuited[3] = {}, rejected[3] = {};
  std::vector<uint32_t> latencies = std::vector<uint32_t>(4096, 0);
#ifdef FAST
  struct Timer { double at; uint64_t order; uint32_t call, generation; };
  std::deque<Timer> timers[DEPENDENCIES];
  bool armed[DEPENDENCIES] = {};
#endif

  explicit Simulation(double seconds)
      : endMs(seconds * 1000), slowFrom(seconds * 400), slowTo(seconds * 550) {}

  template <class T>
  static uint32_t take(std::vector<T>& pool, std::vector<uint32_t>& free) {
    if (free.empty()) {
      pool.push_back({});
      return static_cast<uint32_t>(pool.size() - 1);
    }
    const uint32_t index = free.back();
    free.pop_back();
    return index;
  }
  void schedule(double at, Kind kind, uint32_t subject, uint32_t generation = 0) {
    heap.push({at, orders++, subject, generation, kind});
  }
  void setTimeout(uint32_t call) {
    const int d = calls[call].dependency;
#ifdef FAST
    timers[d].push_back({now + TIMEOUT_MS[d], orders++, call, calls[call].generation});
    if (!armed[d]) arm(d);
#else
    schedule(now + TIMEOUT_MS[d], TIMEOUT, call, calls[call].generation);
#endif
  }
#ifdef FAST
  void arm(int d) {
    while (!timers[d].empty() && calls[timers[d].front().call].generation != timers[d].front().generation)
      timers[d].pop_front();
    armed[d] = !timers[d].empty();
    if (armed[d]) heap.push({timers[d].front().at, timers[d].front().order, static_cast<uint32_t>(d), 0, TIMEOUT});
  }
#endif

  void arrive() {
    schedule(now + random.exponential(4), ARRIVAL, 0);
    requests++;
    if (homeBusy < WORKERS || homeQueue.size() < HOME_QUEUE) {
      const uint32_t p = take(pages, freePages);
      pages[p].arrivedAt = now;
      pages[p].live = true;
      pages[p].degraded = false;
      if (homeBusy < WORKERS) beginPage(p);
      else homeQueue.push_back(p);
    } else {
      shed++;
      failed++;
    }
  }
  void beginPage(uint32_t p) {
    homeBusy++;
    pages[p].waiting = 1;
    begin(p, AUTHENTICATION);
  }
  void begin(uint32_t p, int d) {
    const uint32_t c = take(calls, freeCalls);
    Call& call = calls[c];
    call.page = p;
    call.dependency = static_cast<uint8_t>(d);
    call.tries = 0;
    call.out = call.done = false;
    pages[p].calls[d] = c;
    attempt(c);
  }
  void attempt(uint32_t c) {
    Call& call = calls[c];
    const int d = call.dependency;
    call.tries++;
    if (!breakers[d].acquire(now)) {
      shortCircuited[d]++;
      settle(c, false);
      return;
    }
    call.permit = breakers[d].generation;
    call.out = true;
    call.generation++;
    attempts[d]++;
    setTimeout(c);
    Service& service = services[d];
    if (service.busy < WORKERS) work({c, call.generation}, d);
    else if (service.queue.size() < QUEUE) service.queue.push_back({c, call.generation});
    else {
      rejected[d]++;
      attemptFailed(c);
    }
  }
  void work(Work item, int d) {
    services[d].busy++;
    double ms = d == AUTHENTICATION ? random.exponential(4)
              : d == POPULAR ? random.exponential(6)
              : std::exp(std::log(10.0) - 0.125 + 0.5 * random.gaussian());
    if (d == RECOMMENDATIONS && now >= slowFrom && now < slowTo) ms += 5000 + 5000 * random.uniform();
    const uint32_t w = take(works, freeWorks);
    works[w] = item;
    schedule(now + ms, WORK_DONE, w, static_cast<uint32_t>(d));
  }
  void workDone(uint32_t w, int d) {
    const Work item = works[w];
    freeWorks.push_back(w);
    Service& service = services[d];
    service.busy--;
    if (!service.queue.empty()) {
      const Work next = service.queue.front();
      service.queue.pop_front();
      work(next, d);
    }
    Call& call = calls[item.call];
    if (call.generation != item.generation || !call.out) return;
    call.out = false;
    call.generation++;
    breakers[d].record(call.permit, false, now);
    settle(item.call, true);
  }
  void attemptFailed(uint32_t c) {
    Call& call = calls[c];
    call.out = false;
    call.generation++;
    breakers[call.dependency].record(call.permit, true, now);
    if (call.tries >= ATTEMPTS) {
      settle(c, false);
      return;
    }
    const double ceiling = std::min(200.0, 20.0 * (1 << (call.tries - 1)));
    schedule(now + random.uniform() * ceiling, BACKOFF, c, call.generation);
  }
  void settle(uint32_t c, bool good) {
    const uint32_t p = calls[c].page;
    const int d = calls[c].dependency;
    drop(c);
    Page& page = pages[p];
    if (!good && d != RECOMMENDATIONS) {
      endPage(p, false);
      return;
    }
    if (!good) page.degraded = true;
    if (--page.waiting > 0) return;
    if (d == AUTHENTICATION) {
      page.waiting = 2;
      begin(p, RECOMMENDATIONS);
      if (pages[p].live) begin(p, POPULAR);
    } else {
      schedule(now + random.exponential(2), HOME_DONE, p);
    }
  }
  void drop(uint32_t c) {
    Call& call = calls[c];
    call.done = true;
    call.out = false;
    call.generation++;
    freeCalls.push_back(c);
  }
  void endPage(uint32_t p, bool good) {
    Page& page = pages[p];
    if (good) ok++, degraded += page.degraded;
    else {
      failed++;
      for (int d = RECOMMENDATIONS; d <= POPULAR; d++) {
        const uint32_t c = page.calls[d];
        if (c < calls.size() && !calls[c].done && calls[c].page == p && calls[c].dependency == d) {
          if (calls[c].out) breakers[d].release(calls[c].permit);
          drop(c);
        }
      }
    }
    latencies[static_cast<size_t>(std::min(4095.0, now - page.arrivedAt))]++;
    page.live = false;
    freePages.push_back(p);
    homeBusy--;
    if (!homeQueue.empty()) {
      const uint32_t next = homeQueue.front();
      homeQueue.pop_front();
      beginPage(next);
    }
  }
  void timeoutDue(uint32_t c) {
    timedOut[calls[c].dependency]++;
    attemptFailed(c);
  }
  void run() {
    schedule(random.exponential(4), ARRIVAL, 0);
    while (!heap.empty()) {
      const Event e = heap.top();
      heap.pop();
      now = e.at;
      events++;
      switch (e.kind) {
        case ARRIVAL:
          if (now < endMs) arrive();
          break;
        case HOME_DONE:
          endPage(e.subject, true);
          break;
        case WORK_DONE:
          workDone(e.subject, static_cast<int>(e.generation));
          break;
        case TIMEOUT: {
#ifdef FAST
          const int d = static_cast<int>(e.subject);
          const Timer timer = timers[d].front();
          timers[d].pop_front();
          if (calls[timer.call].generation == timer.generation) timeoutDue(timer.call);
          arm(d);
#else
          if (calls[e.subject].generation == e.generation) timeoutDue(e.subject);
#endif
          break;
        }
        case BACKOFF:
          if (calls[e.subject].generation == e.generation) attempt(e.subject);
          break;
      }
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 800;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  for (int round = 0; round < rounds; round++) {
    const auto startedAt = std::chrono::steady_clock::now();
    Simulation s(seconds);
    s.run();
    const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - startedAt).count();
    std::printf(
        "{\"requests\":%ld,\"wallMs\":%.0f,\"perSecond\":%.0f,\"events\":%ld,\"ok\":%ld,\"failed\":%ld,\"degraded\":%ld,"
        "\"attempts\":[%ld,%ld,%ld],\"timedOut\":[%ld,%ld,%ld],\"shortCircuited\":[%ld,%ld,%ld],\"opened\":[%ld,%ld,%ld],"
        "\"rejected\":[%ld,%ld,%ld,%ld]}\n",
        s.requests, ms, s.requests / ms * 1000, s.events, s.ok, s.failed, s.degraded, s.attempts[0], s.attempts[1],
        s.attempts[2], s.timedOut[0], s.timedOut[1], s.timedOut[2], s.shortCircuited[0], s.shortCircuited[1],
        s.shortCircuited[2], s.breakers[0].opened, s.breakers[1].opened, s.breakers[2].opened, s.shed, s.rejected[0],
        s.rejected[1], s.rejected[2]);
  }
}
