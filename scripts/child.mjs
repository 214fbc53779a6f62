import { spawn } from "node:child_process";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const KILL_AFTER_MS = 5_000;
const OUTPUT_CHARS = 20_000;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * @typedef {object} Ended
 * @property {number} code the exit code; 128 plus the signal's number when a signal ended it
 * @property {boolean} interrupted whether a signal reached us meanwhile
 * @property {string} output the last part of what it printed, if that was kept
 */

/**
 * Runs a program to its end. A signal that asks us to stop is passed on, and we wait for the
 * program to leave, so that nothing keeps running behind the user's back.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, keepOutput?: boolean, shell?: boolean }} options
 * @returns {Promise<Ended>}
 */
export function runChild(command, args, { cwd, env = process.env, keepOutput, shell = false }) {
  return new Promise((resolve, reject) => {
    const stdio = keepOutput ? ["ignore", "pipe", "pipe"] : "inherit";
    const child = spawn(command, args, { cwd, env, stdio, shell });
    let output = "";
    let interrupted = false;
    const keep = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_CHARS);
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    const pass = (signal) => {
      interrupted = true;
      // Ctrl-C in a terminal reaches the program by itself, and twice would mean "at once".
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
      if (keepOutput) setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS).unref();
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    const leave = () => {
      for (const signal of SIGNALS) process.off(signal, pass);
    };
    child.on("error", (error) => {
      leave();
      reject(error);
    });
    child.on("close", (code, signal) => {
      leave();
      resolve({ code: code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0), interrupted, output });
    });
  });
}
