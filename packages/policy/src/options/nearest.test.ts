import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest } from "./nearest.ts";

describe("nearest", () => {
  const names = ["timeout", "retry", "circuitBreaker", "deadline"];
  test.each([
    ["timout", "timeout"],
    ["tiemout", "timeout"],
    ["retrys", "retry"],
    ["circuit-breaker", "circuitBreaker"],
    ["CIRCUITBREAKER", "circuitBreaker"],
  ])("%s means %s", (wrong, right) => expect(nearest(wrong, names)).toBe(right));

  test("nothing is guessed when nothing is close", () => {
    expect(nearest("hedge", names)).toBeUndefined();
    expect(nearest("", names)).toBeUndefined();
    expect(nearest("x".repeat(100_000), names)).toBeUndefined();
  });

  test("one swap, loss or gain of a letter in a word of six or more is recognised", () => {
    const words = fc.stringMatching(/^[a-z]{6,20}$/);
    fc.assert(
      fc.property(words, fc.nat(18), fc.constantFrom("swap", "drop", "add"), (word, at, slip) => {
        const i = at % (word.length - 1);
        const [a, b] = [word[i] ?? "", word[i + 1] ?? ""];
        const middle = { swap: b + a, drop: b, add: `${a}x${b}` }[slip];
        const wrong = word.slice(0, i) + middle + word.slice(i + 2);
        expect(nearest(wrong, ["0".repeat(20), word])).toBe(word);
      }),
    );
  });
});
