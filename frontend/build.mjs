// Builds the site's styles, scripts and fonts into ../build/static/balai.
// Run as `node build.mjs`; `--watch` rebuilds on change. Prints each file with its gzipped size.
import { build, context } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import subsetFont from "subset-font";
import { writeLand } from "./land.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "build", "static", "balai");
const modules = join(here, "node_modules");

const ascii = Array.from({ length: 0x5f }, (_, i) => String.fromCodePoint(0x20 + i)).join("");
const letters = `${ascii}\u00a0·×÷°²³½«»±§©éèëêáàâäíìîïóòôöúùûüçñÉ–—‘’‚“”„†•…′″€−→←↑↓≥≤≈`;

const faces = [
  ["plus-jakarta-sans", "plus-jakarta-sans-latin-wght-normal.woff2", { min: 400, max: 800 }],
  ["source-sans-3", "source-sans-3-latin-wght-normal.woff2", { min: 400, max: 700 }],
];

// Documents are set by Typst, which reads neither WOFF2 nor variable fonts: one TrueType a weight.
const printed = [
  ["plus-jakarta-sans", "plus-jakarta-sans-latin-wght-normal.woff2", [400, 600, 800]],
  ["source-sans-3", "source-sans-3-latin-wght-normal.woff2", [400, 600]],
];

// The dark values are written once; they hold under the system's wish and under the visitor's.
const dark = {
  name: "dark",
  setup(bundle) {
    bundle.onLoad({ filter: /css[\\/]dark\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const twice =
        `@media (prefers-color-scheme:dark){${text.replaceAll(":root", ":root:not([data-theme=light])")}}\n` +
        text.replaceAll(":root", ":root[data-theme=dark]");
      return { contents: twice, loader: "css" };
    });
  },
};

const common = { bundle: true, minify: true, legalComments: "none", logLevel: "warning" };
const jobs = [
  { ...common, entryPoints: [join(here, "css", "base.css"), join(here, "css", "map.css")],
    outdir: out, external: ["*.woff2"], plugins: [dark], target: ["chrome105", "safari16", "firefox110"] },
  { ...common, entryPoints: [join(here, "js", "base.js")], outdir: out, format: "iife",
    target: ["es2020"] },
  { ...common, entryPoints: [join(here, "js", "verify.js")], outdir: out, format: "iife",
    target: ["es2022"] },
  { ...common, entryPoints: [join(here, "js", "map.js")], outdir: out, format: "esm",
    target: ["es2022"] },
  { ...common, entryPoints: { "map-worker": join(modules, "maplibre-gl", "dist", "maplibre-gl-worker.mjs") },
    outdir: out, format: "esm", target: ["es2022"] },
];

async function fonts() {
  await mkdir(join(out, "fonts"), { recursive: true });
  for (const [family, file, weights] of faces) {
    const whole = await readFile(join(modules, "@fontsource-variable", family, "files", file));
    const small = await subsetFont(whole, letters, {
      targetFormat: "woff2",
      variationAxes: { wght: weights },
    });
    await writeFile(join(out, "fonts", `${family}.woff2`), small);
    await copyFile(
      join(modules, "@fontsource-variable", family, "LICENSE"),
      join(out, "fonts", `${family}.LICENSE.txt`),
    );
  }
}

async function printedFonts() {
  await mkdir(join(out, "fonts", "print"), { recursive: true });
  for (const [family, file, weights] of printed) {
    const whole = await readFile(join(modules, "@fontsource-variable", family, "files", file));
    for (const weight of weights) {
      const one = await subsetFont(whole, letters, {
        targetFormat: "truetype",
        variationAxes: { wght: weight },
        preserveNameIds: [1, 2, 4, 6, 16, 17],
      });
      await writeFile(join(out, "fonts", "print", `${family}-${weight}.ttf`), one);
    }
  }
}

async function report() {
  for (const file of ["base.css", "base.js", "map.css", "map.js", "map-worker.js", "verify.js",
    "fonts/plus-jakarta-sans.woff2", "fonts/source-sans-3.woff2"]) {
    const bytes = await readFile(join(out, file));
    const sent = file.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
    console.log(`${file.padEnd(32)} ${(sent / 1000).toFixed(1).padStart(7)} kB`);
  }
}

if (process.argv.includes("--watch")) {
  await fonts();
  await printedFonts();
  await writeLand();
  for (const job of jobs) await (await context(job)).watch();
} else {
  await rm(out, { recursive: true, force: true });
  await fonts();
  await printedFonts();
  await writeLand();
  await Promise.all(jobs.map((job) => build(job)));
  await report();
}
