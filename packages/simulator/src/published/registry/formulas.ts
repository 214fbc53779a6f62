/** Closed formulas that the rows of the registry are made from; formulas.test.ts holds them to printed tables. */

/** Erlang's B: share of customers turned away by `servers` without a queue, at a load of `erlangs`. */
export function erlangB(servers: number, erlangs: number): number {
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (erlangs * blocked) / (k + erlangs * blocked);
  return blocked;
}

/** Erlang's C: share of customers that have to wait for one of `servers`. */
export function erlangC(servers: number, erlangs: number): number {
  const blocked = erlangB(servers, erlangs);
  return blocked / (1 - (erlangs / servers) * (1 - blocked));
}

/** Mean wait in units of the mean service time: C / (servers - erlangs). */
export function erlangWait(servers: number, erlangs: number): number {
  return erlangC(servers, erlangs) / (servers - erlangs);
}

/** Share turned away by one server with room for `room`, the one in service included (M/M/1/K). */
export function fullShare(rho: number, room: number): number {
  if (rho === 1) return 1 / (room + 1);
  return ((1 - rho) * rho ** room) / (1 - rho ** (room + 1));
}

/** Pollaczek and Khinchine: mean wait in units of the mean service time; `cv2` is its squared variation. */
export function meanWait(rho: number, cv2: number): number {
  return (rho * (1 + cv2)) / (2 * (1 - rho));
}

/** Throughput of one server for a closed group of users (machine repair): service time 1, think time `think`. */
export function closedThroughput(users: number, think: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k <= users; k++) {
    term *= (users - k + 1) / think;
    sum += term;
  }
  return 1 - 1 / sum;
}

/** The p-th quantile of the sum of `shape` exponentials of mean 1, by bisection. */
export function erlangQuantile(shape: number, p: number): number {
  const above = (t: number) => {
    let term = Math.exp(-t);
    let sum = term;
    for (let k = 1; k < shape; k++) {
      term *= t / k;
      sum += term;
    }
    return sum;
  };
  let [from, to] = [0, 20 * shape];
  for (let i = 0; i < 60; i++) {
    const middle = (from + to) / 2;
    if (above(middle) > 1 - p) from = middle;
    else to = middle;
  }
  return from;
}
