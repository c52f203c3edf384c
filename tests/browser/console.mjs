// The console in a real browser: every page without an error or a refused
// script, at the width of a desk and of a phone, light and dark, by keyboard,
// and live.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const repository = resolve(import.meta.dirname, "../..");
const program = process.env.BATON ?? join(repository, "target/release/baton");
const pictures = process.argv[2] && resolve(process.argv[2]);
const PAGES = ["", "/inbox", "/skills", "/agents", "/flow", "/ledger", "/dead-letters"];
const ATTACK = 'I want a human <script>document.title="broken"</script><img src=x onerror="document.title=1">';

const folder = mkdtempSync(join(tmpdir(), "baton-browser-"));
const desk = join(folder, "desk");
cpSync(join(repository, "examples/customer-service"), desk, { recursive: true });
rmSync(join(desk, "baton.db"), { force: true });
// Something is left to grant; somebody is down, and so there is a dead letter.
const config = join(desk, "baton.toml");
writeFileSync(config, readFileSync(config, "utf8").replace('["conversation", "tickets"]', '["conversation"]'));
appendFileSync(
  config,
  "\n[agents.warehouse]\nkind = 'scripted'\nscript = 'fail'\nreply = 'the warehouse does not answer'\n" +
    "[agents.staff]\nkind = 'human'\n" +
    "[[rules]]\ntarget = 'warehouse'\nkeywords = ['stock']\n[[rules]]\ntarget = 'staff'\nkeywords = ['human']\n",
);

const served = spawn(program, ["-C", desk, "serve", "--listen", "127.0.0.1:0", "--json"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const { url, "operator-token": token } = await new Promise((found, failed) => {
  let text = "";
  served.on("exit", (code) => failed(new Error(`baton serve has ended with ${code}: ${text}`)));
  served.stdout.on("data", (data) => {
    text += data;
    if (text.includes("\n")) found(JSON.parse(text.split("\n")[0]));
  });
});

async function says(text, user = "c-1001") {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-baton-user": user },
    body: JSON.stringify({ model: "desk", messages: [{ role: "user", content: text }] }),
  });
  assert.equal(answer.status, 200);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
let complaints = [];

async function opened(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (line) => ["error", "warning"].includes(line.type()) && complaints.push(line.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${url}/console`);
  await page.getByLabel("Operator's token").fill(token);
  await page.getByLabel("Your name").fill("ana");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Live" }).waitFor();
  return page;
}

async function until(holds) {
  for (let tries = 0; tries < 50; tries++) {
    if (await holds()) return;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  assert.fail(`it never came to ${holds}`);
}

async function test(name, body) {
  complaints = [];
  try {
    await body();
    assert.deepEqual(complaints, [], "the browser complains");
    console.log(`ok   ${name}`);
  } catch (error) {
    console.log(`FAIL ${name}\n${error.stack}`);
    process.exitCode = 1;
  }
}

const seed = ["I was charged twice for order 4321", "Where is my parcel?", "I forgot my password and cannot log in",
  "My invoice has the wrong VAT number", "Is the big station in stock?", ATTACK, "When are you open?"];
for (const text of seed) await says(text);

await test("a turn appears on the live page as it ends, and nothing in it is run", async () => {
  const page = await opened({});
  await page.getByText("live", { exact: true }).waitFor();
  const turns = page.locator("#turns > article");
  const before = await turns.count();
  await says("Where is my refund? " + ATTACK, "c-1002");
  await page.getByText("Where is my refund?").first().waitFor();
  assert.ok((await turns.count()) > before);
  assert.match(await page.title(), /^Live/);
  assert.equal(await page.locator("#turns script, #turns img").count(), 0);
  await turns.first().getByText("Why not another?").click();
  await turns.first().getByRole("table").waitFor();
  await turns.first().getByText("From the record").waitFor();
  await page.context().close();
});

await test("a ticket is claimed, answered and handed back by keyboard alone", async () => {
  const page = await opened({});
  const press = async (name) => {
    // Tab until it is there: what cannot be reached is never found.
    for (let at = 0; at < 80; at++) {
      const focused = await page.evaluate(() => document.activeElement?.textContent.trim());
      if (focused === name) return page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not lead to ${name}`);
  };
  await press("Skip to the content");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
  await page.goto(`${url}/console/inbox`);
  const id = await page.locator(".ticket a b").first().textContent();
  await page.locator("body").press("Home");
  await press(id);
  await page.getByRole("heading", { level: 1, name: `Ticket ${id}` }).waitFor();
  await press("Claim");
  await page.getByText("claimed by ana").waitFor();
  await page.getByLabel("Your answer").focus();
  await page.keyboard.type("Ana here. How can I help?");
  await press("Answer");
  await page.locator(".talk").getByText("Ana here. How can I help?").waitFor();
  await press("Hand back");
  await page.getByText("It is done.").waitFor();
  await page.context().close();
});

await test("a component is dropped on the page, granted with one click, and a wrong file is refused", async () => {
  const page = await opened({});
  await page.goto(`${url}/console/skills`);
  const wrong = join(folder, "wrong.wasm");
  writeFileSync(wrong, "no component");
  await page.getByLabel("Drop a component here").setInputFiles(wrong);
  await page.getByText("it is not taken").waitFor();
  complaints = complaints.filter((text) => !text.includes("422"));
  // The one that is there is gone, and comes back from elsewhere.
  const name = "customer-service.wasm";
  copyFileSync(join(desk, "skills", name), join(folder, name));
  rmSync(join(desk, "skills", name));
  await until(async () => {
    await page.reload();
    return page.getByText("No skill is loaded").isVisible();
  });
  await page.getByLabel("Drop a component here").setInputFiles(join(folder, name));
  await page.getByText(`${name} ·`).waitFor();
  const grant = page.getByRole("button", { name: /^Grant/ }).first();
  await grant.click();
  await page.getByRole("button", { name: /^Revoke/ }).first().waitFor();
  await page.context().close();
});

// What the picture in the docs begins with.
await says("Where is my parcel?");
await says("I was charged twice for order 4321");

const widths = { desk: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };
for (const [width, viewport] of Object.entries(widths)) {
  for (const colorScheme of ["light", "dark"]) {
    await test(`every page fits a ${width}, ${colorScheme}`, async () => {
      const page = await opened({ viewport, colorScheme, hasTouch: width === "phone" });
      for (const path of PAGES) {
        await page.goto(`${url}/console${path}`);
        await page.locator("main h1").waitFor();
        const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(inner <= outer, `${path} is ${inner} wide in ${outer}`);
        const unnamed = await page.evaluate(() =>
          [...document.querySelectorAll("button, a, input:not([type=hidden]), select, textarea")]
            .filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length))
            .map((one) => one.outerHTML),
        );
        assert.deepEqual(unnamed, [], `${path} has what nobody can name`);
        if (pictures) {
          mkdirSync(pictures, { recursive: true });
          const name = `${path.slice(1) || "live"}-${width}-${colorScheme}.png`;
          await page.screenshot({ path: join(pictures, name), fullPage: path !== "" });
        }
      }
      await page.context().close();
    });
  }
}

await browser.close();
served.removeAllListeners("exit");
served.kill("SIGTERM");
rmSync(folder, { recursive: true, force: true });
