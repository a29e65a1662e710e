import { expect, test } from "vitest";
import type { Enrolment } from "../src/api/types";
import { asksBeforeLeaving, doing, segment, wait } from "../src/enrol/steps";
import { cutHint } from "../src/hint";
import { groupCode, groupFingerprint } from "../src/identity";
import { enrolment, inSeconds, NOW } from "./window";

const fresh = { device: null, fingerprint: null };

test.each<[Enrolment["way"], Partial<Enrolment>, number]>([
  ["create", { step: "code", ...fresh }, 1],
  ["create", { doing: "looking" }, 1],
  ["create", { doing: "creating" }, 1],
  ["create", { doing: "storing" }, 1],
  ["create", { step: "picture" }, 2],
  ["create", { doing: "enabling" }, 3],
  ["create", { step: "waiting", doing: "next-code" }, 3],
  ["create", { step: "waiting", doing: "spreading" }, 3],
  ["create", { doing: "session" }, 4],
  ["create", { step: "done" }, 4],
  ["create", { step: "failed", ...fresh }, 1],
  ["create", { step: "failed" }, 3],
  ["use", { step: "source", ...fresh }, 1],
  ["use", { doing: "reading" }, 1],
  ["use", { step: "choose" }, 1],
  ["use", { doing: "looking" }, 2],
  ["use", { step: "device" }, 2],
  ["use", { step: "code" }, 3],
  ["use", { doing: "proving" }, 3],
  ["use", { doing: "session" }, 4],
  ["use", { step: "done" }, 4],
])("%s %o is in part %d", (way, rest, part) => {
  expect(segment(enrolment({ way, ...rest }))).toBe(part);
});

test.each<[Enrolment["step"], boolean]>([
  ["source", false],
  ["choose", false],
  ["device", false],
  ["code", true],
  ["picture", true],
  ["working", true],
  ["waiting", true],
  ["failed", false],
  ["done", false],
])("leaving at %s asks first: %s", (step, asks) => {
  expect(asksBeforeLeaving(enrolment({ step }))).toBe(asks);
});

test("whatever is being done has words", () => {
  expect(doing(enrolment({ doing: "next-code" }))).toBe("Waiting for the next code");
  expect(doing(enrolment({ doing: null }))).toBe("Working");
});

test.each<[Partial<Enrolment>, { since: number; until: number } | null]>([
  [{ step: "working", until: inSeconds(9) }, null],
  [{ step: "waiting" }, null],
  [{ step: "waiting", until: "soon" }, null],
  [
    { step: "waiting", since: inSeconds(-1), until: inSeconds(9) },
    { since: NOW - 1000, until: NOW + 9000 },
  ],
  [
    { step: "waiting", until: inSeconds(9) },
    { since: NOW - 21_000, until: NOW + 9000 },
  ],
])("the wait of %o", (rest, times) => expect(wait(enrolment(rest))).toEqual(times));

test.each([
  [null, null, null],
  ["Check the connection.", "Check the connection.", null],
  ['{"Effect":"Allow"}', null, '{"Effect":"Allow"}'],
  ['Ask for this:\n{\n  "a": 1\n}\n', "Ask for this:", '{\n  "a": 1\n}'],
  ["one\ntwo", null, "one\ntwo"],
])("the hint %j is read as %j and copied as %j", (hint, text, block) => {
  expect(cutHint(hint)).toEqual({ text, block });
});

test.each([
  ["9f2c41d077abe310", "9f2c 41d0 77ab e310"],
  ["abc", "abc"],
])("fingerprint %s is shown as %s", (text, shown) => expect(groupFingerprint(text)).toBe(shown));

test.each([
  ["481203", "481 203"],
  ["48120399", "4812 0399"],
])("code %s is shown as %s", (text, shown) => expect(groupCode(text)).toBe(shown));
