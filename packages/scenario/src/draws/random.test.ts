/**
 * The keys are fixed, so these tests always give the same numbers; the limits are those that true random numbers would
 * break less than once in 10,000 tries.
 */
import { describe, expect, test } from "vitest";
import { derive, deriveHi, deriveLo, type Key, nameWord, seedKey, uniform } from "./random.ts";

const N = 1 << 17;
const root = seedKey(20_260_101);

/** Where numbers come from that must be independent: the keys of many seeds, many parts, or many indices. */
const streams: Readonly<Record<string, (i: number) => number>> = {
  "neighbouring seeds": (i) => draw(seedKey(i), 0),
  "neighbouring parts of one key": (i) => draw(derive(root, i), 0),
  "neighbouring indices under one key": (i) => draw(root, i),
  "the same index under parts of parts": (i) => draw(derive(derive(root, i >> 8), i & 255), 7),
  "indices far apart": (i) => draw(root, Math.imul(i, 0x01000001)),
};

function draw({ hi, lo }: Key, index: number): number {
  return uniform(hi, lo, index);
}

/** How far a chi-square statistic is from its mean, in its own standard deviations. */
function chiSquareExcess(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  const statistic = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  const degrees = counts.length - 1;
  return (statistic - degrees) / Math.sqrt(2 * degrees);
}

describe.each(Object.entries(streams))("draws of %s", (_name, next) => {
  const draws = Array.from({ length: N }, (_, i) => next(i));

  test("lie in [0, 1) and are uniform over 512 cells", () => {
    const counts = new Array<number>(512).fill(0);
    for (const u of draws) {
      if (!(u >= 0 && u < 1)) throw new Error(`${u} is not in [0, 1)`);
      counts[Math.floor(u * 512)] = (counts[Math.floor(u * 512)] as number) + 1;
    }
    expect(Math.abs(chiSquareExcess(counts))).toBeLessThan(4);
  });

  test("do not depend on the draw before: pairs are uniform over 32 x 32 cells", () => {
    const counts = new Array<number>(1024).fill(0);
    for (let i = 0; i + 1 < N; i++) {
      const cell =
        Math.floor((draws[i] as number) * 32) * 32 + Math.floor((draws[i + 1] as number) * 32);
      counts[cell] = (counts[cell] as number) + 1;
    }
    expect(Math.abs(chiSquareExcess(counts))).toBeLessThan(4);
  });

  test("are not correlated with the draw before", () => {
    let products = 0;
    for (let i = 0; i + 1 < N; i++) {
      products += ((draws[i] as number) - 0.5) * ((draws[i + 1] as number) - 0.5);
    }
    // The correlation of n independent pairs has the standard deviation 1 / sqrt(n).
    expect(Math.abs((12 * products) / N)).toBeLessThan(4 / Math.sqrt(N));
  });

  test("have fair bits, all 53, that do not depend on the bit beside or the draw before", () => {
    const ones = new Array<number>(53).fill(0);
    const likeNext = new Array<number>(53).fill(0);
    const likeBefore = new Array<number>(53).fill(0);
    let before: number[] = new Array<number>(53).fill(0);
    for (const u of draws) {
      const bits = bitsOf(u);
      for (let b = 0; b < 53; b++) {
        ones[b] = (ones[b] as number) + (bits[b] as number);
        if (bits[b] === bits[(b + 1) % 53]) likeNext[b] = (likeNext[b] as number) + 1;
        if (bits[b] === before[b]) likeBefore[b] = (likeBefore[b] as number) + 1;
      }
      before = bits;
    }
    for (const counts of [ones, likeNext, likeBefore]) {
      const worst = Math.max(...counts.map((count) => Math.abs(count - N / 2)));
      // The worst of 53 counts, each with a standard deviation of sqrt(n) / 2.
      expect(worst).toBeLessThan((5 * Math.sqrt(N)) / 2);
    }
  });
});

function bitsOf(u: number): number[] {
  const high = Math.floor(u * 2 ** 27);
  const low = (u * 2 ** 27 - high) * 2 ** 26;
  const bits: number[] = [];
  for (let b = 26; b >= 0; b--) bits.push((high >>> b) & 1);
  for (let b = 25; b >= 0; b--) bits.push((low >>> b) & 1);
  return bits;
}

describe("keys", () => {
  const collisions = (count: number, keyOf: (i: number) => Key): number => {
    const words = new Uint32Array(2 * count);
    for (let i = 0; i < count; i++) {
      const { hi, lo } = keyOf(i);
      words[2 * i] = hi;
      words[2 * i + 1] = lo;
    }
    const keys = new BigUint64Array(words.buffer).sort();
    let equal = 0;
    for (let i = 1; i < count; i++) if (keys[i] === keys[i - 1]) equal++;
    return equal;
  };

  // Among a million random 64-bit numbers the chance of any collision is 3 in 100 million.
  test("do not collide among a million parts of one key", () => {
    expect(collisions(1_000_000, (i) => derive(root, i))).toBe(0);
  });
  test("do not collide among a thousand parts of a thousand parts", () => {
    const parts = Array.from({ length: 1000 }, (_, i) => derive(root, i));
    const keyOf = (i: number) => derive(parts[Math.floor(i / 1000)] as Key, i % 1000);
    expect(collisions(1_000_000, keyOf)).toBe(0);
  });
  test("do not collide among a million seeds", () => {
    expect(collisions(1_000_000, seedKey)).toBe(0);
  });

  test("change in half of their bits when one bit of what leads to them changes", () => {
    const samples = 2000;
    const flips = new Array<number>(96 * 64).fill(0);
    for (let i = 0; i < samples; i++) {
      const { hi, lo } = derive(root, i);
      const from = [hi, lo, deriveLo(lo, hi, i)];
      const before = [deriveHi(hi, lo, from[2] as number), deriveLo(hi, lo, from[2] as number)];
      for (let input = 0; input < 96; input++) {
        const changed = from.map((word, w) =>
          w === input >> 5 ? word ^ (1 << (input & 31)) : word,
        );
        const [h = 0, l = 0, w = 0] = changed;
        const after = [deriveHi(h, l, w), deriveLo(h, l, w)];
        for (let output = 0; output < 64; output++) {
          const changes = (before[output >> 5] as number) ^ (after[output >> 5] as number);
          const cell = input * 64 + output;
          flips[cell] = (flips[cell] as number) + ((changes >>> (output & 31)) & 1);
        }
      }
    }
    const shares = flips.map((count) => count / samples);
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.002);
    // The standard deviation of one share is 0.011; this is the worst of 6144, and the mixer is not perfect.
    expect(Math.max(...shares.map((share) => Math.abs(share - 0.5)))).toBeLessThan(0.07);
  });

  test("of names differ where the names do", () => {
    const names = Array.from({ length: 5000 }, (_, i) => `call service${i} endpoint${i % 7}`);
    const words = new Set(names.map(nameWord));
    // 5000 random 32-bit words have a collision in one of 340 cases.
    expect(words.size).toBe(5000);
  });
});
