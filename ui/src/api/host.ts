import type { Failure, Snapshot } from "./types";

/** What the window can ask of the program behind it. The real one is in client.ts; tests bring their own. */
export interface Host {
  snapshot(): Promise<Snapshot>;
  /** Rejects with a `Failure`. */
  refresh(profile: string, code: string | null, serial: string | null): Promise<void>;
  setFavourite(profile: string, favourite: boolean): Promise<void>;
  hideWindow(): Promise<void>;
  /** Calls `heard` for every new snapshot. */
  onSnapshot(heard: (snapshot: Snapshot) => void): Promise<void>;
}

/** Turns whatever a call was rejected with into a `Failure`: a host that breaks does not keep to its types. */
export function asFailure(reason: unknown, fallback: string): Failure {
  if (typeof reason === "object" && reason !== null && "message" in reason && "code" in reason) {
    return { hint: null, wait_seconds: null, devices: [], ...(reason as Partial<Failure>) } as Failure;
  }
  return { code: "other", message: fallback, hint: null, wait_seconds: null, devices: [] };
}
