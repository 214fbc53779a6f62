import fc from "fast-check";
import { expect, test } from "vitest";
import { Deque } from "./deque.ts";

const commands = fc.array(
  fc.constantFrom("pushBack", "pushBack", "pushFront", "pushFront", "popFront", "popBack"),
  { maxLength: 300, size: "max" },
);

test("a deque does what an array does at both ends", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const deque = new Deque<number>();
      const array: number[] = [];
      for (const [index, command] of list.entries()) {
        if (command === "pushBack") {
          deque.pushBack(index);
          array.push(index);
        } else if (command === "pushFront") {
          deque.pushFront(index);
          array.unshift(index);
        } else if (command === "popFront") expect(deque.popFront()).toBe(array.shift());
        else expect(deque.popBack()).toBe(array.pop());
        expect(deque.length).toBe(array.length);
      }
      const rest = Array.from({ length: deque.length }, () => deque.popFront());
      expect(rest).toEqual(array);
      expect([deque.popFront(), deque.popBack(), deque.length]).toEqual([undefined, undefined, 0]);
    }),
    { numRuns: 300, seed: 5 },
  );
});

test("a deque keeps its order while it grows around the end of its ring", () => {
  const deque = new Deque<number>();
  for (let i = 0; i < 10; i++) deque.pushBack(-1);
  for (let i = 0; i < 10; i++) deque.popFront();
  for (let i = 0; i < 1000; i++) deque.pushBack(i);
  expect(Array.from({ length: 1000 }, () => deque.popFront())).toEqual(
    Array.from({ length: 1000 }, (_, i) => i),
  );
});
