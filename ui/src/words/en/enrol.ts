/** Setting up an MFA device whose codes this computer makes. */
export const enrol = {
  offer: "Let this computer make the codes",
  setUpDevice: "Set up an MFA device",
  setUpAgain: "Set it up again",
  underWay: (profile: string) => `An MFA device for ${profile} is being set up.`,
  openIt: "Open",
  otherFirst: (profile: string) =>
    `An MFA device for ${profile} is being set up. Finish or stop that first; one goes at a time.`,

  titleChoice: (profile: string) => `Codes for ${profile}`,
  titleCreate: (profile: string) => `New MFA device for ${profile}`,
  titleUse: (profile: string) => `Use an MFA device of ${profile}`,
  stepOf: (step: number, all: number) => `Step ${step} of ${all}`,

  choice: "Let this computer make the codes",
  create: "Create a new virtual device",
  createWhat: "MFA Tray makes it at AWS, enables it and gets a session. It takes a minute or two.",
  use: "Use one I have",
  useWhat: "You have its QR code or its secret key, and it is already enabled at AWS.",
  honest: [
    "The seed, from which the codes are made, will be stored on this computer beside the access key. This computer is then the second factor: whoever can use it unlocked can get a session.",
    "It protects against stolen keys and leaked files. It does not protect against someone at this computer, or malware running as you.",
    "You can still type codes from a phone at any time.",
  ],
  restore: "Restore from a backup",

  asking: "Asking AWS what you have…",
  whatHappens: "What will happen",
  willCreate: (user: string, account: string) =>
    `AWS creates a device for the user ${user} in account ${account}, with this name:`,
  deviceName: "Device name",
  willStore: "Its seed goes into this computer's keychain.",
  willWrite: "This line is added to the profile in your config file:",
  willNotWrite: "Your config file stays as it is.",
  willAsk: (devices: string) => `You have ${devices} already. AWS will want a code of one you have.`,
  and: " and ",
  createIt: "Create the device",
  creatingIt: "Beginning…",
  unfinished: "The last time was cut short",
  unfinishedResume: (device: string) => `${device} is at AWS and its seed is in the keychain.`,
  unfinishedLost: (device: string) => `${device} is at AWS, but its seed was lost. It can only be removed.`,
  resume: "Go on with it",
  cleanUp: "Remove it at AWS",

  codeTitle: "A code of a device you have",
  codeWhy: "AWS wants one before it lets anybody change your MFA devices.",
  codeOf: (device: string) => `Six-digit code of ${device}`,
  otherDevice: "Another device",

  pictureTitle: "Keep a copy on your phone",
  pictureWhat:
    "Scan the QR code with any authenticator app; if this computer is lost, the phone still has the codes.",
  showPicture: "Show the QR code",
  pictureShown: "It is in a window of its own.",
  pictureNote:
    "The seed is in this computer's keychain. From now on this computer is your second factor: whoever can use it unlocked can get a session.",
  skip: "Skip the phone",
  scanned: "I have scanned it",

  device: "Device",
  account: "Account",
  fingerprint: "Fingerprint",

  sourceTitle: "Where is its QR code?",
  sourceWhat: "Or drop a picture of it on this window.",
  file: "A picture file…",
  clipboard: "The clipboard",
  screen: "A part of the screen…",
  text: "Or its secret key, or the otpauth:// address",
  textHint: "It leaves this field as soon as it is read.",
  textSend: "Read it",
  reading: "Reading…",

  chooseTitle: "Which one is it?",
  chooseWhat: "There is more than one in there.",
  chooseIt: "Use this one",
  noIssuer: "no name",

  deviceTitle: "Which device at AWS is it?",
  deviceWhat: "The seed is read. AWS calls the device by its serial.",
  listed: "AWS lists these:",
  typeSerial: "Another serial…",

  working: {
    looking: "Looking up your MFA devices",
    reading: "Reading the QR code",
    creating: "Creating the device at AWS",
    storing: "Putting the seed into the keychain",
    enabling: "Enabling the device with two codes",
    spreading: "Waiting until all of AWS knows the device",
    proving: "Trying a code at AWS",
    session: "Getting a session",
    "next-code": "Waiting for the next code",
  },
  workingOther: "Working",
  about: (time: string) => `about ${time}`,
  closeFine: "You can close this window meanwhile; it goes on.",

  failedTitle: "That did not work",
  removeDevice: "Remove the device",
  leave: "Leave",

  doneTitle: (profile: string) => `${profile} is set up`,
  doneUntil: (when: string) => `Session until ${when}.`,
  doneWhat: "This computer makes the codes from now on: one click on the profile gets a session.",
  renewWhat: "A new session is made before the old one ends, without a click.",
  backupWise: "If this computer breaks, so does the second factor. A backup of the seed is wise.",
  backup: "Back up seeds…",
  close: "Close",

  stopTitle: "Stop?",
  stopWhat: {
    create: "What is done at AWS stays there. You can go on from this page later.",
    use: "You can begin again at any time.",
  },
  stop: "Stop",
  stopNot: "Go on",
};
