/** The backup of all seeds. */
export const backup = {
  title: "Backup of seeds",
  write: "Write a backup",
  writeWhat: (count: number) =>
    count === 1
      ? "The seed of your device goes into one file, sealed with a passphrase. Keep it somewhere else than on this computer."
      : `The seeds of your ${count} devices go into one file, sealed with a passphrase. Keep it somewhere else than on this computer.`,
  passphrase: "Passphrase",
  again: "The same again",
  length: "At least 12 characters. Without it nobody can open the file.",
  tooShort: "At least 12 characters.",
  notSame: "The two are not the same.",
  empty: "The passphrase is missing.",
  writeIt: "Write backup…",
  writing: "Writing…",
  written: (file: string, devices: string) => `${devices} written to ${file}.`,
  writtenNot: "No file was chosen. Nothing was written.",

  restore: "Restore",
  restoreWhat: "Puts the seeds of a backup into this computer's keychain. What is there already stays.",
  restoreIt: "Restore…",
  restoring: "Restoring…",
  restored: (devices: string) => `Restored: ${devices}.`,
  restoredNone: "Nothing new was in it.",
  kept: (devices: string) => `Here already: ${devices}.`,
  differing: (devices: string) => `Left alone, because another seed is kept here: ${devices}.`,
  restoredNot: "No file was chosen. Nothing was restored.",

  show: "Show",
  hide: "Hide",
  showOf: (label: string) => `Show: ${label}`,
};
