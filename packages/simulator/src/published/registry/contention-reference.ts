/**
 * What the program of "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015) gives, over so many replications:
 * clients, then for each way of waiting the mean and the deviation of the writes, and of the time until all are done.
 */
export type ContentionCell = readonly [
  replications: number,
  writes: number,
  writesDeviation: number,
  doneMs: number,
  doneDeviationMs: number,
];

export interface ContentionRow {
  readonly clients: number;
  readonly None: ContentionCell;
  readonly Exponential: ContentionCell;
  readonly EqualJitter: ContentionCell;
  readonly FullJitter: ContentionCell;
  readonly Decorrelated: ContentionCell;
}

export const CONTENTION: readonly ContentionRow[] = [
  {
    clients: 1,
    None: [200, 1, 0, 40.22, 3.92],
    Exponential: [200, 1, 0, 40.22, 3.92],
    EqualJitter: [200, 1, 0, 40.22, 3.92],
    FullJitter: [200, 1, 0, 40.22, 3.92],
    Decorrelated: [200, 1, 0, 40.22, 3.92],
  },
  {
    clients: 2,
    None: [200, 3, 0, 82.55, 5.84],
    Exponential: [200, 3, 0, 92.55, 5.84],
    EqualJitter: [200, 3, 0, 90.08, 5.45],
    FullJitter: [200, 3, 0, 87.74, 6.08],
    Decorrelated: [200, 3, 0, 92.74, 6.08],
  },
  {
    clients: 3,
    None: [200, 5.995, 0.071, 124.68, 6.43],
    Exponential: [200, 6, 0, 154.92, 5.98],
    EqualJitter: [200, 6, 0, 146.92, 7.34],
    FullJitter: [200, 5.99, 0.1, 139.56, 10.23],
    Decorrelated: [200, 6, 0, 153.74, 12.45],
  },
  {
    clients: 5,
    None: [200, 14.94, 0.37, 207.36, 9.69],
    Exponential: [200, 14.885, 0.472, 350.58, 30.34],
    EqualJitter: [200, 14.84, 0.485, 310.96, 33.27],
    FullJitter: [200, 14.405, 0.815, 257.36, 43.74],
    Decorrelated: [200, 13.855, 0.876, 254.99, 43.28],
  },
  {
    clients: 10,
    None: [200, 50.635, 4.146, 378.35, 35.92],
    Exponential: [200, 50.715, 3.958, 3435.37, 1265.23],
    EqualJitter: [200, 42.71, 2.561, 742.71, 204.49],
    FullJitter: [200, 39.185, 2.349, 468.48, 105.81],
    Decorrelated: [200, 37.915, 2.441, 439.62, 80.8],
  },
  {
    clients: 20,
    None: [200, 151.91, 13.474, 598.4, 55.37],
    Exponential: [200, 149.39, 13.6, 14347.16, 2783.81],
    EqualJitter: [200, 108.145, 3.849, 1606.45, 419.56],
    FullJitter: [200, 100.055, 3.473, 1022.11, 270.69],
    Decorrelated: [200, 101.16, 5.085, 803.92, 153.43],
  },
  {
    clients: 50,
    None: [200, 690.065, 17.14, 1141.61, 43.24],
    Exponential: [200, 619.495, 29.762, 36146.38, 3105.83],
    EqualJitter: [200, 347.145, 6.259, 4281.78, 520.15],
    FullJitter: [200, 332.605, 5.019, 2884.21, 600.55],
    Decorrelated: [200, 374.69, 12.53, 2207.76, 497.82],
  },
  {
    clients: 100,
    None: [200, 2423.7, 31.597, 2029.56, 45.55],
    Exponential: [200, 1855.955, 53.727, 63471.19, 3665.35],
    EqualJitter: [200, 812.71, 8.331, 6610.86, 612.52],
    FullJitter: [200, 795.595, 7.555, 4892.63, 513.09],
    Decorrelated: [200, 1003.68, 27.471, 4522.76, 587.23],
  },
  {
    clients: 150,
    None: [100, 5134.58, 57.478, 2870.64, 48.85],
    Exponential: [200, 3549.075, 93.472, 85832.4, 4225.96],
    EqualJitter: [200, 1323.925, 10.394, 8232.11, 646.23],
    FullJitter: [200, 1317.325, 9.226, 6300.6, 523.63],
    Decorrelated: [200, 1757.91, 42.061, 6607.82, 821.64],
  },
  {
    clients: 200,
    None: [100, 8818.03, 74.688, 3696.81, 45.57],
    Exponential: [200, 5602.225, 127.644, 105192.75, 4123.87],
    EqualJitter: [200, 1871.205, 11.87, 9636.34, 610.07],
    FullJitter: [200, 1890.55, 12.201, 7693.63, 542.12],
    Decorrelated: [200, 2616.24, 64.804, 8194.93, 790.89],
  },
];
