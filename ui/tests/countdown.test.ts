import { describe, expect, test } from "vitest";
import {
  expiredFor,
  lengthText,
  partLeft,
  stateAt,
  tickFor,
  timeLeft,
  untilWhen,
  waitLeft,
  whenWas,
} from "../src/countdown";
import { inSeconds, NOW, profile, session } from "./window";

const HOUR = 3600;
const DAY = 24 * HOUR;

test.each([
  [36 * HOUR, "36 h 00 m"],
  [11 * HOUR + 2 * 60 + 59, "11 h 02 m"],
  [HOUR, "1 h 00 m"],
  [HOUR - 1, "59 min"],
  [7 * 60 + 20, "7 min"],
  [60, "1 min"],
  [59.9, "0:59"],
  [42, "0:42"],
  [1, "0:01"],
  [0, "0:00"],
  [-5, "0:00"],
])("%d s left is %s", (seconds, text) => {
  expect(timeLeft(seconds * 1000)).toBe(text);
});

test.each([
  [0, "Expired"],
  [59, "Expired"],
  [60, "Expired 1 min ago"],
  [59 * 60 + 59, "Expired 59 min ago"],
  [2 * HOUR + 1, "Expired 2 h ago"],
  [DAY - 1, "Expired 23 h ago"],
  [3 * DAY, "Expired 3 d ago"],
])("expired for %d s is %s", (seconds, text) => {
  expect(expiredFor(seconds * 1000)).toBe(text);
});

test.each([
  [12, "12 s"],
  [11.2, "12 s"],
  [60, "1:00"],
  [130, "2:10"],
  [-1, "0 s"],
])("a wait of %d s is %s", (seconds, text) => {
  expect(waitLeft(seconds * 1000)).toBe(text);
});

test.each([
  [session("active", 901), "active"],
  [session("active", 900), "expiring"],
  [session("expiring", 30), "expiring"],
  [session("expiring", 0), "expired"],
  [session("active", -1), "expired"],
  [session("expired", 500), "expired"],
  [{ state: "active" as const }, "active"],
  [{ state: "unknown" as const }, "unknown"],
  [{}, "none"],
])("time goes on between two snapshots: %o is %s", (rest, state) => {
  expect(stateAt(profile("dev", rest), NOW)).toBe(state);
});

test.each([
  [session("active", 43_200), 1],
  [session("active", 21_600), 0.5],
  [session("expired", -60), 0],
  [{ ...session("active", 3600), issued_at: null }, 1 / 12],
  [{}, 0],
])("the ring of %o is %d full", (rest, part) => {
  expect(partLeft(profile("dev", rest), NOW)).toBeCloseTo(part);
});

test.each([
  [HOUR, "09:00"],
  [16 * HOUR - 1, "23:59"],
  [16 * HOUR, "tomorrow 00:00"],
  [36 * HOUR, "tomorrow 20:00"],
  [41 * HOUR, "Wednesday 01:00"],
])("%d s from Monday 08:00 is %s", (seconds, text) => {
  expect(untilWhen(NOW + seconds * 1000, NOW)).toBe(text);
});

test.each([
  [HOUR, "09:00"],
  [16 * HOUR, "tomorrow 00:00"],
  [-8 * HOUR, "00:00"],
  [-8 * HOUR - 1, "yesterday 23:59"],
  [-32 * HOUR, "yesterday 00:00"],
  [-32 * HOUR - 1, "3 Jan 23:59"],
])("%d s from Monday 08:00 was %s", (seconds, text) => {
  expect(whenWas(NOW + seconds * 1000, NOW)).toBe(text);
});

test.each([
  [900, "15 min"],
  [HOUR, "1 h"],
  [5400, "1 h 30 m"],
  [36 * HOUR, "36 h"],
])("%d s are chosen as %s", (seconds, text) => {
  expect(lengthText(seconds)).toBe(text);
});

describe("the clock is looked at", () => {
  test.each([
    ["every second with a live session", [session("active", 60), session("expired", -60)], 1000],
    ["every minute with an expired one", [session("expired", -60), {}], 60_000],
    ["never with none", [{}, { state: "unknown" as const }], null],
  ])("%s", (_, rests, every) => {
    const profiles = rests.map((rest, index) => profile(String(index), rest));
    expect(tickFor(profiles, Date.parse(inSeconds(0)))).toBe(every);
  });
});
