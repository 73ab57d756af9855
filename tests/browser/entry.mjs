// Opens entry sheets from file:// in headless Chromium and uses them as a person does.
//
//   node entry.mjs FOLDER...      each folder holds an entry.html and the entry.json of the same run
//
// CHROMIUM names another browser, SHOTS a folder for pictures. Exits with 1 when a check fails.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const JAPANESE = /BIZ|Gothic|Hiragino|Meiryo|Noto (Sans|Serif)( CJK)? JP|IPA|Takao|VL/;
/// Most fields whose copy button is pressed in one sheet, spread over it; every text is compared all the same.
const COPIED = 150;

const folders = process.argv.slice(2).map((folder) => resolve(folder));
if (!folders.length) {
  console.error("usage: node entry.mjs FOLDER...");
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), "entry-sheet-"));
let failed = 0;

const check = async (name, what) => {
  try {
    await what();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n${String(error.stack || error).split("\n").slice(0, 14).join("\n")}`);
  }
};

const below = (value, key, found = []) => {
  if (Array.isArray(value)) value.forEach((one) => below(one, key, found));
  else if (value && typeof value === "object") {
    for (const [name, one] of Object.entries(value)) {
      if (name === key && Array.isArray(one)) found.push(...one);
      below(one, key, found);
    }
  }
  return found;
};
const rowsOf = (sheet) => below(sheet.sections, "rows");
const read = (folder, end) => readFileSync(join(folder, readdirSync(folder).filter((name) => name.endsWith(end)).sort()[0]), "utf8");

const open = async (browser, url, size = { width: 1280, height: 800 }) => {
  const context = browser;
  const page = await context.newPage();
  await page.setViewportSize(size);
  const seen = { requests: [], problems: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && seen.problems.push(message.text()));
  page.on("pageerror", (error) => seen.problems.push(error.message));
  await page.goto(url);
  return [page, seen];
};

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const unfold = (page) => page.evaluate(() => document.querySelectorAll("details.rest").forEach((rest) => { rest.open = true; }));
const shown = (page, what) =>
  page.evaluate((what) => [...document.querySelectorAll(what)].filter((one) => one.offsetParent !== null).length, what);

const test = async (folder) => {
  const name = basename(folder);
  const sheet = JSON.parse(read(folder, "entry.json"));
  const source = read(folder, "entry.html");
  const file = join(work, `${name}.html`);
  writeFileSync(file, source);
  const url = pathToFileURL(file).href;
  const fields = below(sheet.sections, "fields");
  const byId = new Map(fields.map((field) => [field.id, field]));
  const profile = mkdtempSync(join(work, "profile-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true, args: FLAGS,
  });
  await browser.grantPermissions(["clipboard-read", "clipboard-write"]);
  const [page, seen] = await open(browser, url);

  await check(`${name}: the page holds every text of the JSON as it is`, async () => {
    const held = await page.$$eval(".f[data-field]", (all) =>
      all.map((field) => [field.dataset.field, (field.querySelector(".v") || { textContent: "" }).textContent]));
    assert.deepEqual([...new Set(held.map(([id]) => id))].sort(), [...byId.keys()].sort());
    for (const [id, text] of held) assert.equal(text, byId.get(id).value, id);
  });

  await check(`${name}: copy buttons give the exact text`, async () => {
    await unfold(page);
    const buttons = await page.$$(".f[data-field] .copy:not([data-copy])");
    assert.ok(buttons.length > 0);
    const each = Math.max(1, Math.ceil(buttons.length / COPIED));
    for (let at = 0; at < buttons.length; at += each) {
      const id = await buttons[at].evaluate((button) => button.closest(".f").dataset.field);
      await buttons[at].scrollIntoViewIfNeeded();
      await buttons[at].click();
      await page.waitForFunction((button) => button.classList.contains("ok"), buttons[at]);
      assert.equal(await clipboard(page), byId.get(id).value, id);
    }
    assert.match(await page.textContent("#said"), /コピーしました/);
  });

  await check(`${name}: copying works without the clipboard interface`, async () => {
    const [plain] = await open(browser, url);
    await plain.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error("refused")); });
    await unfold(plain);
    // The text with most lines is the one that a lesser way of copying would spoil.
    const wanted = fields.filter((field) => field.value && field.asked !== "system");
    wanted.sort((a, b) => b.value.split("\n").length - a.value.split("\n").length);
    for (const field of wanted) {
      const button = await plain.$(`.f[data-field="${field.id}"] .copy:not([data-copy])`);
      if (!button || !(await button.isVisible())) continue;
      await button.click();
      await plain.waitForFunction((one) => one.classList.contains("ok"), button);
      assert.equal(await clipboard(plain), field.value);
      break;
    }
    await plain.close();
  });

  await check(`${name}: done marks are kept, and lost by a value that changed`, async () => {
    const boxes = page.locator(".f[data-task] .done input");
    const tasks = await boxes.count();
    assert.equal(tasks, sheet.counts.tasks);
    if (!tasks) return;
    const some = Math.min(3, tasks);
    for (let at = 0; at < some; at += 1) await boxes.nth(at).check();
    assert.equal(await page.textContent("#count"), `${some} / ${tasks}`);
    await page.reload();
    assert.equal(await page.textContent("#count"), `${some} / ${tasks}`);
    assert.ok(await boxes.first().isChecked());
    const key = await page.locator(".f[data-task]").first().getAttribute("data-key");
    writeFileSync(file, source.replaceAll(key, "0".repeat(key.length)));
    await page.reload();
    assert.equal(await page.textContent("#count"), `${some - 1} / ${tasks}`);
    writeFileSync(file, source);
    await page.reload();
    assert.equal(await page.textContent("#count"), `${some} / ${tasks}`);
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    for (const field of fields) if (field.value.length > 12) assert.ok(!kept.includes(field.value), "a value was stored");
  });

  await check(`${name}: filters show what they say`, async () => {
    await page.click('[data-filter="missing"]');
    const missing = below(sheet.sections, "fields").filter((field) => field.missing).length;
    assert.equal(await shown(page, ".f[data-void]"), missing);
    assert.equal(await shown(page, ".item:not([data-missing])"), 0);
    await page.click('[data-filter="open"]');
    assert.equal(await shown(page, ".f[data-task]:not(.ok)"), sheet.counts.tasks - Math.min(3, sheet.counts.tasks));
    await page.click('[data-filter="found"]');
    assert.equal(await shown(page, ".item:not([data-found])"), 0);
    assert.equal(await shown(page, ".item"), await page.locator(".item[data-found]").count());
    const changed = page.locator('[data-filter="changed"]');
    assert.equal(await changed.count(), sheet.change ? 1 : 0);
    if (sheet.change) {
      await changed.click();
      const going = rowsOf(sheet).filter((row) => row.change).length;
      assert.equal(await page.evaluate(() => [...document.querySelectorAll(".row.new, .row.gone")].filter((one) => one.offsetParent).length), going);
      assert.equal(await shown(page, ".stub"), 0);
    }
    await page.click('[data-filter="all"]');
    await unfold(page);
    assert.equal(await shown(page, ".item"), await page.locator(".item").count());
  });

  await check(`${name}: keys move, copy and mark`, async () => {
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    await page.keyboard.press("j");
    const first = await page.evaluate(() => document.activeElement.closest(".f") && document.activeElement.dataset.field);
    assert.ok(first !== null);
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.field), first);
    await page.keyboard.press("n");
    const at = await page.evaluate(() => [document.activeElement.dataset.field, document.activeElement.dataset.key]);
    if (byId.get(at[0])) {
      await page.evaluate(() => navigator.clipboard.writeText("before"));
      await page.keyboard.press("c");
      await page.waitForFunction(() => document.activeElement.querySelector(".copy.ok"));
      assert.equal(await clipboard(page), byId.get(at[0]).value);
    }
    await page.keyboard.press("d");
    assert.ok(await page.evaluate((key) => document.querySelector(`.f[data-key="${key}"] .done input`).checked, at[1]));
  });

  await check(`${name}: the language switches and nothing is left of the other`, async () => {
    assert.equal(await shown(page, ".en"), 0);
    await page.click("#lang");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    assert.equal(await shown(page, ".ja"), 0);
    assert.match(await page.innerText('[data-filter="open"]'), /Not done/);
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await page.click("#lang");
    assert.equal(await shown(page, ".en"), 0);
  });

  for (const width of [1280, 1920]) {
    await check(`${name}: at ${width} nothing is cut off and nothing scrolls sideways`, async () => {
      const [wide] = await open(browser, url, { width, height: width === 1280 ? 800 : 1080 });
      await unfold(wide);
      for (const lang of ["ja", "en"]) {
        if ((await wide.evaluate(() => document.documentElement.lang)) !== lang) await wide.click("#lang");
        const spill = await wide.evaluate(() => {
          const inside = [...document.querySelectorAll(".label, .lja, .len, .v, .tl, .msg, .pl, .ops, .bar > *")];
          const out = inside.filter((one) => one.offsetParent && !one.classList.contains("hid"));
          const cut = out.filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || (one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline"));
          return [document.documentElement.scrollWidth - innerWidth, cut.map((one) => one.outerHTML.slice(0, 160))];
        });
        assert.ok(spill[0] <= 0, `${spill[0]} pixels too wide`);
        assert.deepEqual(spill[1], []);
        if (process.env.SHOTS) {
          mkdirSync(process.env.SHOTS, { recursive: true });
          await wide.screenshot({ path: join(process.env.SHOTS, `${name}-${width}-${lang}.png`) });
        }
      }
      if ((await wide.evaluate(() => document.documentElement.lang)) !== "ja") await wide.click("#lang");
      await wide.close();
    });
  }

  await check(`${name}: lists of choices open, and the choice is marked`, async () => {
    const opts = page.locator(".opts");
    if (!(await opts.count())) return;
    await unfold(page);
    await opts.first().scrollIntoViewIfNeeded();
    await opts.first().locator("summary").click();
    const list = sheet.lists[(await opts.first().getAttribute("data-list")).slice(5)];
    assert.equal(await opts.first().locator("li").count(), list.choices.length);
    assert.equal(await opts.first().locator("li .pick").first().textContent(), list.choices[0].code);
  });

  await check(`${name}: every control has a name`, async () => {
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("button, input, summary, a, [role=group]")]
        .filter((one) => !(one.getAttribute("aria-label") || one.textContent || (one.labels && one.labels.length && one.labels[0].textContent) || "").trim())
        .map((one) => one.outerHTML.slice(0, 160)));
    assert.deepEqual(nameless, []);
  });

  await check(`${name}: Japanese is drawn by a Japanese font`, async () => {
    const session = await browser.newCDPSession(page);
    await session.send("DOM.enable");
    await session.send("CSS.enable");
    const { root } = await session.send("DOM.getDocument");
    const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector: ".summary h1" });
    const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
    assert.ok(fonts.length > 0);
    for (const font of fonts) assert.match(font.familyName, JAPANESE);
  });

  await check(`${name}: nothing is asked of any network, and nothing goes wrong`, async () => {
    assert.deepEqual([...new Set(seen.requests)], [url]);
    assert.deepEqual(seen.problems, []);
    await page.evaluate(() => { const picture = new Image(); picture.src = "https://example.jp/x.png"; document.body.append(picture); });
    await page.waitForTimeout(200);
    assert.ok(seen.problems.some((problem) => /Content Security Policy/.test(problem)), "the policy lets a request out");
  });

  await browser.close();
};

try {
  for (const folder of folders) await test(folder);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(failed ? `${failed} checks failed` : "all checks passed");
process.exit(failed ? 1 : 0);
