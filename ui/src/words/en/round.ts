/** Refreshing all profiles in one go. */
export const round = {
  begin: "Refresh all",
  title: "Refresh all",
  good: "Every session is good.",
  goodWhat: "None of your profiles needs a new one now.",
  beginning: "Looking at your profiles…",
  code: (device: string) => `Code of the device ${device}`,
  codeFor: (profiles: string[]) => `For: ${profiles.join(", ")}`,
  skip: "Skip",
  skipping: "Skipping…",
  done: (until: string | null) => (until === null ? "New session." : `Session until ${until}.`),
  working: "Asking AWS…",
  progress: (done: number, failed: number, running: boolean) => {
    const parts = [`${done} done`, ...(failed > 0 ? [`${failed} failed`] : [])].join(", ");
    return running ? `${parts} so far…` : `${parts}.`;
  },
  close: "Close",
};
