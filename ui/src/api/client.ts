import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Host } from "./host";
import type { Snapshot } from "./types";

/** The host for real: the only file that knows it is Tauri. */
export const client: Host = {
  snapshot: () => invoke<Snapshot>("snapshot"),
  refresh: (profile, code, serial) => invoke("refresh", { profile, code, serial }),
  setFavourite: (profile, favourite) => invoke("set_favourite", { profile, favourite }),
  hideWindow: () => invoke("hide_window"),
  onSnapshot: async (heard) => {
    await listen<Snapshot>("snapshot", (event) => heard(event.payload));
  },
};
