// The browsers that tests and measurements run in: those installed, or Chromium from the system's packages.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tools } from './paths.mjs';
import { ask, run, which } from './run.mjs';
import { Failure, step } from './step.mjs';

/** Headless, quiet on the network, and able to run as root inside a container. */
export const chromiumArgs = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const browsers = [
  process.env.CHROME,
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const drivers = [
  process.env.CHROMEDRIVER,
  'chromedriver',
  '/usr/lib/chromium/chromedriver',
  '/usr/lib/chromium-browser/chromedriver',
];

/** The programs of a list that are installed, with their major versions. */
function installed(candidates) {
  return candidates.flatMap((candidate) => {
    const path = candidate && (candidate.includes('/') ? existsSync(candidate) && candidate : which(candidate));
    if (!path) return [];
    const version = /(\d+)\.\d+\.\d+/.exec(ask(path, ['--version']) ?? '')?.[1];
    return version ? [{ path, version }] : [];
  });
}

/** An installed Chromium or Chrome and the driver of its version, as far as there is one. */
export function findChromium() {
  const found = installed(browsers);
  const found_drivers = installed(drivers);
  for (const browser of found) {
    const driver = found_drivers.find(({ version }) => version === browser.version);
    if (driver) return { browser: browser.path, driver: driver.path };
  }
  return { browser: found[0]?.path };
}

/** Firefox and geckodriver, when both are installed. */
export function findFirefox() {
  const browser = process.env.FIREFOX ?? which('firefox') ?? which('firefox-esr');
  const driver = process.env.GECKODRIVER ?? which('geckodriver');
  return browser && driver ? { browser, driver } : undefined;
}

const advice =
  'install Chromium and its driver of the same version (Debian: "apt-get install chromium chromium-driver"), or name them in the variables CHROME and CHROMEDRIVER.';

/** Chromium and its driver; where there is none, those of the system's packages. */
export async function ensureChromium() {
  await step('Chromium and chromedriver', {
    done: () => findChromium().driver !== undefined,
    async work() {
      if (!which('apt-get')) throw new Failure('no Chromium with a driver of its version was found', advice);
      const root = process.getuid?.() === 0;
      if (!root && !which('sudo')) throw new Failure('Chromium is missing, and installing it needs root or sudo', advice);
      const [program, first] = root ? ['apt-get', []] : ['sudo', ['-n', 'apt-get']];
      const env = { DEBIAN_FRONTEND: 'noninteractive' };
      await run(program, [...first, 'update'], { env, quiet: true });
      await run(program, [...first, 'install', '-y', '--no-install-recommends', 'chromium', 'chromium-driver'], { env, quiet: true });
      if (!findChromium().driver) throw new Failure('the packages brought no usable Chromium', advice);
    },
    advice,
  });
  return findChromium();
}

/** The environment in which wasm-bindgen's test runner drives `browser` ("chromium" or "firefox"). */
export function webdriverEnvironment(browser) {
  const firefox = browser === 'firefox';
  const found = firefox ? findFirefox() : findChromium();
  if (!found?.driver) throw new Failure(`${browser} or its driver is not installed`, firefox ? 'install firefox and geckodriver.' : advice);
  const capabilities = firefox
    ? { 'moz:firefoxOptions': { binary: found.browser, args: ['-headless'] } }
    : { 'goog:chromeOptions': { binary: found.browser, args: chromiumArgs } };
  const path = join(tools, 'webdriver', `${browser}.json`);
  mkdirSync(join(tools, 'webdriver'), { recursive: true });
  writeFileSync(path, `${JSON.stringify(capabilities, null, 2)}\n`);
  return {
    [firefox ? 'GECKODRIVER' : 'CHROMEDRIVER']: found.driver,
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: path,
    WASM_BINDGEN_TEST_DRIVER_TIMEOUT: '60',
    WASM_BINDGEN_TEST_TIMEOUT: process.env.WASM_BINDGEN_TEST_TIMEOUT ?? '300',
  };
}
