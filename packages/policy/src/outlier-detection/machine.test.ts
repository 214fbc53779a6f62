import { describe, expect, it } from "vitest";
import { expectTranscript } from "../../test-support/transcript.ts";
import { InvalidOptionsError } from "../errors.ts";
import { OutlierDetector, type OutlierFact } from "./machine.ts";
import { type OutlierDetectionOptions, resolveOutlierDetection } from "./options.ts";

const told = (fact: OutlierFact): string => {
  const { type, atMs, host } = fact;
  const reason = "reason" in fact ? `: ${fact.reason}` : "";
  const until = type === "hostEjected" ? ` until ${fact.untilMs}` : "";
  return `${type} ${host} at ${atMs}${until}${reason}`;
};

/** Commands: ok HOST [xN], fail HOST [xN], advance, ejected HOST, wake, remove HOST. Facts follow the answer. */
function detector(hosts: readonly string[], options: OutlierDetectionOptions = {}) {
  const facts: OutlierFact[] = [];
  const subject = new OutlierDetector(resolveOutlierDetection(options), hosts, (fact) =>
    facts.push(fact),
  );
  const step = (atMs: number, [verb, host = "", times = "x1"]: readonly string[]): string => {
    facts.length = 0;
    let answer = "done";
    if (verb === "ok" || verb === "fail") {
      for (let i = 0; i < Number(times.slice(1)); i++) subject.record(host, verb === "ok", atMs);
    } else if (verb === "ejected") answer = `${subject.isEjected(host, atMs)}`;
    else if (verb === "wake") answer = `${subject.wakeAtMs}`;
    else if (verb === "remove") subject.remove(host, atMs);
    else subject.advance(atMs);
    return [answer, ...facts.map(told)].join("; ");
  };
  return (text: string) => expectTranscript(step, text);
}

const TEN = Array.from({ length: 10 }, (_, index) => `h${index}`);

describe("failures in a row", () => {
  it("eject at once, for 30 seconds, and the host comes back by itself", () =>
    detector(["a", "b"])(
      `t=0 fail a x4 -> done
       t=1 ok a -> done
       t=2 fail a x4 -> done
       t=3 ejected a -> false
       t=4 fail a -> done; hostEjected a at 4 until 30004: 5 failures in a row
       t=30003 ejected a -> true
       t=40000 ejected a -> false; hostReturned a at 30004`,
    ));

  it("eject for longer each time in a row, up to the limit, and for less after good intervals", () =>
    detector(["a"], { baseEjection: "20s", maxEjection: "30s" })(
      `t=0 fail a x5 -> done; hostEjected a at 0 until 20000: 5 failures in a row
       t=20000 fail a x5 -> done; hostReturned a at 20000; hostEjected a at 20000 until 50000: 5 failures in a row
       t=50000 fail a x5 -> done; hostReturned a at 50000; hostEjected a at 50000 until 80000: 5 failures in a row
       t=80000 advance -> done; hostReturned a at 80000
       t=91000 fail a x5 -> done; hostEjected a at 91000 until 121000: 5 failures in a row
       t=155000 fail a x5 -> done; hostReturned a at 121000; hostEjected a at 155000 until 175000: 5 failures in a row`,
    ));

  it("that come in during the ejection count for nothing", () =>
    detector(["a"])(
      `t=0 fail a x5 -> done; hostEjected a at 0 until 30000: 5 failures in a row
       t=1 fail a x50 -> done
       t=30000 fail a x4 -> done; hostReturned a at 30000
       t=30001 ejected a -> false`,
    ));
});

describe("the share of ejected hosts", () => {
  it("is no more than allowed, but one host may always be ejected", () =>
    detector(["a", "b", "c"])(
      `t=0 fail a x5 -> done; hostEjected a at 0 until 30000: 5 failures in a row
       t=1 fail b x5 -> done; hostKept b at 1: 5 failures in a row; 1 of 3 hosts ejected (limit 10 %)
       t=2 ejected b -> false
       t=30000 fail b x5 -> done; hostReturned a at 30000; hostEjected b at 30000 until 60000: 5 failures in a row`,
    ));

  it("may be reached exactly", () =>
    detector(TEN, { maxEjectedShare: 0.2 })(
      `t=0 fail h0 x5 -> done; hostEjected h0 at 0 until 30000: 5 failures in a row
       t=0 fail h1 x5 -> done; hostEjected h1 at 0 until 30000: 5 failures in a row
       t=0 fail h2 x5 -> done; hostKept h2 at 0: 5 failures in a row; 2 of 10 hosts ejected (limit 20 %)`,
    ));

  it("counts a host that left no longer", () =>
    detector(["a", "b"])(
      `t=0 fail a x5 -> done; hostEjected a at 0 until 30000: 5 failures in a row
       t=1 remove a -> done
       t=1 ejected a -> false
       t=2 fail b x5 -> done; hostEjected b at 2 until 30002: 5 failures in a row`,
    ));
});

describe("at the end of an interval", () => {
  const rates = (bad: string, failures: string) => [
    ...["h0", "h1", "h2", "h3"].map((host) => `t=5 ok ${host} x100 -> done`),
    `t=6 ok ${bad} x${100 - Number(failures)} -> done`,
    `t=6 fail ${bad} x${failures} -> done`,
  ];
  const patient: OutlierDetectionOptions = { consecutive: { failures: 1000 } };
  const quiet: OutlierDetectionOptions = { ...patient, failureRate: { minimumCalls: 1000 } };
  const five = ["h0", "h1", "h2", "h3", "h4"];

  it("a success rate far below the mean ejects: 1.9 standard deviations of five hosts", () =>
    detector(
      five,
      quiet,
    )(
      [
        ...rates("h4", "50"),
        "t=10004 ejected h4 -> false",
        "t=10005 ejected h4 -> true; hostEjected h4 at 10005 until 40005: success rate 50 %, below 52 % (mean 90 %)",
      ].join("\n"),
    ));

  it("nothing is compared on too few calls, or over too few hosts", () => {
    detector(
      ["h0", "h1", "h2", "h3"],
      quiet,
    )(
      "t=0 ok h0 x100 -> done\nt=0 ok h1 x100 -> done\nt=0 ok h2 x100 -> done\nt=0 fail h3 x100 -> done\nt=10000 ejected h3 -> false",
    );
    detector(
      five,
      quiet,
    )(
      [
        ...["h0", "h1", "h2", "h3"].map((host) => `t=5 ok ${host} x100 -> done`),
        "t=6 fail h4 x99 -> done",
        "t=10005 ejected h4 -> false",
      ].join("\n"),
    );
  });

  it("hosts that are all equally bad stay in", () =>
    detector(
      five,
      quiet,
    )(
      [...five.map((host) => `t=0 fail ${host} x100 -> done`), "t=10000 advance -> done"].join(
        "\n",
      ),
    ));

  it("a large share of failures is only told unless it is enforced, as in Envoy", () => {
    const calls = five.map((host) => `t=0 fail ${host} x60 -> done`).join("\n");
    const kept = five.map(
      (host) =>
        `hostKept ${host} at 10000: 60 of 60 calls failed (limit 85 %); the rule is not enforced`,
    );
    detector(five, patient)(`${calls}\nt=10000 advance -> done; ${kept.join("; ")}`);
    detector(five, { ...patient, failureRate: { enforce: true } })(
      `${calls}\nt=10000 ejected h0 -> true; hostEjected h0 at 10000 until 40000: 60 of 60 calls failed (limit 85 %); ${five
        .slice(1)
        .map(
          (host) =>
            `hostKept ${host} at 10000: 60 of 60 calls failed (limit 85 %); 1 of 5 hosts ejected (limit 10 %)`,
        )
        .join("; ")}`,
    );
  });

  it("intervals go on while a host is out or its next ejection would be longer", () =>
    detector(
      five,
      quiet,
    )(
      `t=5 ok h0 -> done
       t=5 wake -> 10005
       t=10005 advance -> done
       t=10005 wake -> Infinity
       t=20000 fail h0 x1000 -> done; hostEjected h0 at 20000 until 50000: 1000 failures in a row
       t=20000 wake -> 30000
       t=30000 wake -> 30000
       t=55000 advance -> done; hostReturned h0 at 50000
       t=55000 wake -> 60000
       t=60000 advance -> done
       t=60000 wake -> Infinity`,
    ));
});

describe("options", () => {
  it("have Envoy's defaults", () => {
    expect(resolveOutlierDetection()).toEqual({
      intervalMs: 10_000,
      baseEjectionMs: 30_000,
      maxEjectionMs: 300_000,
      maxEjectedShare: 0.1,
      consecutive: { failures: 5, enforce: true },
      successRate: { stdevFactor: 1.9, minimumHosts: 5, minimumCalls: 100, enforce: true },
      failureRate: { limit: 0.85, minimumHosts: 5, minimumCalls: 50, enforce: false },
    });
  });

  it("that are wrong are refused", () => {
    expect(() => resolveOutlierDetection({ baseEjection: "10min" })).toThrow(InvalidOptionsError);
    expect(() => resolveOutlierDetection({ maxEjectedShare: 2 })).toThrow(/maxEjectedShare/);
  });
});
