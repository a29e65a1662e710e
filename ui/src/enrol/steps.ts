import type { Enrolment } from "../api/types";
import { strings } from "../strings";

/** How many parts an enrolment has, as the line of segments shows it. */
export const SEGMENTS = 4;

const DOING: Record<NonNullable<Enrolment["doing"]>, [create: number, use: number]> = {
  looking: [1, 2],
  reading: [1, 1],
  creating: [1, 2],
  storing: [1, 2],
  enabling: [3, 3],
  "next-code": [3, 3],
  spreading: [3, 3],
  proving: [3, 3],
  session: [4, 4],
};

/** Which part an enrolment is in, 1 to 4. */
export function segment({ step, way, doing, device, fingerprint }: Enrolment): number {
  if (step === "done") return 4;
  if (step === "picture" || step === "device") return 2;
  if (step === "source" || step === "choose") return 1;
  if (doing !== null) return DOING[doing][way === "create" ? 0 : 1];
  if (step === "code" && way === "create") return 1;
  return device !== null && fingerprint !== null ? 3 : 1;
}

/** Whether leaving would cut something short that is under way, or that nobody but this page could finish. */
export function asksBeforeLeaving({ step }: Enrolment): boolean {
  return ["working", "waiting", "picture", "code"].includes(step);
}

export function title(way: Enrolment["way"] | null, profile: string): string {
  if (way === "create") return strings.enrol.titleCreate(profile);
  return way === "use" ? strings.enrol.titleUse(profile) : strings.enrol.titleChoice(profile);
}

/** What is being done, in words. */
export function doing(enrolment: Enrolment): string {
  const { working, workingOther } = strings.enrol;
  return enrolment.doing === null ? workingOther : working[enrolment.doing];
}

/** What a step is told apart by: a new one is a new view, and takes the keyboard. */
export function viewKey({ step, way }: Enrolment): string {
  return `${way} ${step === "waiting" ? "working" : step}`;
}

/** When a wait began and ends in milliseconds, or null where there is none. */
export function wait({ step, since, until }: Enrolment): { since: number; until: number } | null {
  const end = step === "waiting" && until !== null ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(end)) return null;
  const begin = since === null ? Number.NaN : Date.parse(since);
  return { since: Number.isNaN(begin) ? end - 30_000 : begin, until: end };
}
