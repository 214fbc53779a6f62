/** Outlier detection options with every default filled in, in milliseconds. */
export interface ResolvedOutlierDetection {
  readonly intervalMs: number;
  readonly baseEjectionMs: number;
  readonly maxEjectionMs: number;
  readonly maxEjectedShare: number;
  readonly consecutive: { readonly failures: number; readonly enforce: boolean };
  readonly successRate: ResolvedRule & { readonly stdevFactor: number };
  readonly failureRate: ResolvedRule & { readonly limit: number };
}

export interface ResolvedRule {
  readonly minimumHosts: number;
  readonly minimumCalls: number;
  readonly enforce: boolean;
}
