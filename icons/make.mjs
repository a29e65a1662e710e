// Makes every icon from sign.svg: `node icons/make.mjs`. Needs rsvg-convert (Debian: librsvg2-bin) and nothing else.
// What it writes is committed, so that a build needs neither.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = readFileSync(join(here, "sign.svg"), "utf8");

const STATES = ["none", "active", "expiring", "expired", "attention"];
/**
 * Named for the panel they stand on: `active-dark` is white. `any` is for desktops that do not say which they have: its
 * colours are as far from white as from black (a contrast of about 4.5 to either).
 */
const PANELS = {
  any: { ink: "#767676", amber: "#a46a00", red: "#d93a2f" },
  light: { ink: "#1b1c20", amber: "#9a5b00", red: "#b3231a" },
  dark: { ink: "#ffffff", amber: "#ffc35c", red: "#ff8c82" },
};
const APP = { ground: "#2d56cc" };
/** Size in pixels, the grid it is drawn on, and the air around the drawing in the grid's units. */
const TRAY_SIZES = [
  [16, 16, 0],
  [22, 22, 0],
  [24, 22, 1],
  [32, 16, 0],
  [44, 22, 0],
  [48, 16, 0],
  [64, 16, 0],
];
const APP_SIZES = [
  [16, 16, 0],
  [22, 22, 0],
  [24, 22, 1],
  [32, 64, 0],
  [48, 64, 0],
  [64, 64, 0],
  [128, 64, 0],
  [256, 64, 0],
  [512, 64, 0],
];

/** One symbol as a picture of its own, its named colours filled in. */
function picture(name, grid, air, colours) {
  const [, body] = source.match(new RegExp(`<symbol id="${name}-${grid}"[^>]*>([\\s\\S]*?)</symbol>`)) ?? [];
  if (!body) throw new Error(`sign.svg has no ${name}-${grid}`);
  const coloured = body.replace(/&(\w+);/g, (_, colour) => colours[colour]);
  const side = grid + 2 * air;
  const lines = coloured.trim().replace(/^ +/gm, "  ");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="${-air} ${-air} ${side} ${side}">\n  ${lines}\n</svg>\n`;
}

/** RGBA with 8 bits a channel, which is what the tray and the bundler take. */
function png(svg, size) {
  const bytes = execFileSync("rsvg-convert", ["-w", size, "-h", size], { input: svg });
  if (bytes[24] !== 8 || bytes[25] !== 6) throw new Error(`not RGBA with 8 bits: ${size} px`);
  return bytes;
}

const write = (name, content) => writeFileSync(join(here, name), content);

/** A Windows icon: a directory of sizes, then the PNGs themselves. */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(([size, bytes], index) => {
    const at = 6 + 16 * index;
    // 256 does not fit into a byte and is written as 0.
    head[at] = size % 256;
    head[at + 1] = size % 256;
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  });
  return Buffer.concat([head, ...images.map(([, bytes]) => bytes)]);
}

/** A macOS icon: blocks of type, length and PNG. */
function icns(images) {
  const block = (type, content) => {
    const head = Buffer.alloc(8);
    head.write(type, "latin1");
    head.writeUInt32BE(8 + content.length, 4);
    return Buffer.concat([head, content]);
  };
  return block("icns", Buffer.concat(images.map(([type, bytes]) => block(type, bytes))));
}

mkdirSync(join(here, "tray"), { recursive: true });
for (const state of STATES) {
  for (const [panel, colours] of Object.entries(PANELS)) {
    write(`tray/${state}-${panel}.svg`, picture(state, 22, 0, colours));
    for (const [size, grid, air] of TRAY_SIZES)
      write(`tray/${state}-${panel}-${size}.png`, png(picture(state, grid, air, colours), size));
  }
}

write("mfa-tray.svg", picture("app", 64, 0, APP));
const app = new Map(APP_SIZES.map(([size, grid, air]) => [size, png(picture("app", grid, air, APP), size)]));
for (const [size, bytes] of app) write(`${size}x${size}.png`, bytes);
write("icon.ico", ico([16, 24, 32, 48, 64, 256].map((size) => [size, app.get(size)])));
// The types with an `@2x` meaning (ic11 to ic14) come second, as Apple's own tool writes them.
const types = { icp4: 16, icp5: 32, ic07: 128, ic08: 256, ic09: 512, ic11: 32, ic12: 64, ic13: 256, ic14: 512 };
write("icon.icns", icns(Object.entries(types).map(([type, size]) => [type, app.get(size)])));
