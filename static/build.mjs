// Builds src/ into dist/: the style sheets, the script, the fonts and the icons. The same input gives the same bytes.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { compile } from "sass"

process.chdir(dirname(fileURLToPath(import.meta.url)))

const GOVUK = "node_modules/govuk-frontend"
const FONTS = "node_modules/@fontsource/atkinson-hyperlegible-next/files"
const FONT_FILE = /-(latin|latin-ext)-(400|600)-(normal|italic)\.woff2$/

// What belongs to the government and not to a housing association.
const NOT_OURS = /crown|crest|gds transport/i

function sources(pattern) {
  return readdirSync("src").filter((name) => pattern.test(name)).sort()
}

function buildStyles() {
  for (const name of sources(/^(app|letter.*)\.scss$/)) {
    const { css } = compile(join("src", name), { loadPaths: ["."], style: "compressed", quietDeps: true })
    writeFileSync(join("dist", name.replace(".scss", ".css")), css)
  }
  for (const name of sources(/^letter.*\.css$/)) cpSync(join("src", name), join("dist", name))
}

// The library's name carries its version, so that browsers may keep it for as long as it is the same.
function buildScripts() {
  const { version } = JSON.parse(readFileSync(`${GOVUK}/package.json`, "utf8"))
  const library = `govuk-frontend-${version}.min.js`
  const code = readFileSync(`${GOVUK}/dist/govuk/govuk-frontend.min.js`, "utf8")
  writeFileSync(join("dist", library), code.replace(/\/\/# sourceMappingURL=.*/, ""))
  for (const name of sources(/\.js$/)) {
    const ours = readFileSync(join("src", name), "utf8")
    writeFileSync(join("dist", name), ours.replace('"govuk-frontend"', `"./${library}"`))
  }
}

function copyFonts() {
  mkdirSync("dist/fonts")
  for (const name of readdirSync(FONTS).filter((name) => FONT_FILE.test(name))) {
    cpSync(join(FONTS, name), join("dist/fonts", basename(name)))
  }
  // The same with a plain zero, made by plain_zero.py.
  cpSync("src/fonts", "dist/fonts", { recursive: true })
}

function refuseWhatIsNotOurs() {
  for (const name of readdirSync("dist").filter((name) => /\.(css|js|svg)$/.test(name))) {
    const found = readFileSync(join("dist", name), "utf8").match(NOT_OURS)
    if (found || NOT_OURS.test(name)) throw new Error(`dist/${name} holds "${found?.[0] ?? name}": not ours to use`)
  }
}

rmSync("dist", { recursive: true, force: true })
mkdirSync("dist")
buildStyles()
buildScripts()
copyFonts()
for (const name of sources(/^favicon\./)) cpSync(join("src", name), join("dist", name))
refuseWhatIsNotOurs()
