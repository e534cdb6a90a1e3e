// The parts everything else is made with: Rust and its wasm target, the wasm-bindgen CLI, the npm packages.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at, lockedVersion, tools } from './paths.mjs';
import { ask, run, which } from './run.mjs';
import { hash, stamp } from './stamp.mjs';
import { Failure, step } from './step.mjs';

const target = 'wasm32-unknown-unknown';
const components = ['rustfmt', 'clippy'];

/** The compiler that rust-toolchain.toml names. */
export function rustChannel() {
  return /channel\s*=\s*"([^"]+)"/.exec(readFileSync(at('rust-toolchain.toml'), 'utf8'))[1];
}

/** Rust with rustfmt, clippy and the wasm target. */
export function ensureRust() {
  const channel = rustChannel();
  return step(`Rust ${channel} with ${target}`, {
    done() {
      if (!which('rustup')) return false;
      const has = (kind) => (ask('rustup', [kind, 'list', '--installed', '--toolchain', channel]) ?? '').split('\n');
      const installed = has('component');
      return has('target').includes(target) && components.every((name) => installed.some((line) => line.startsWith(name)));
    },
    async work() {
      if (!which('rustup')) {
        throw new Failure('rustup was not found', 'install Rust with rustup (rustup.rs), open a new shell and run this again.');
      }
      const parts = components.flatMap((name) => ['--component', name]);
      await run('rustup', ['toolchain', 'install', channel, '--no-self-update', '--profile', 'minimal', ...parts, '--target', target]);
    },
    advice: `check the network, then run "rustup toolchain install ${channel} --target ${target}" and look at what it says.`,
  });
}

function wasmBindgenVersion() {
  const version = lockedVersion('wasm-bindgen');
  if (!version) throw new Failure('Cargo.lock names no wasm-bindgen', 'restore Cargo.lock from the repository.');
  return version;
}

/** The path of a program of the wasm-bindgen CLI at the version of Cargo.lock. */
export function wasmBindgen(program = 'wasm-bindgen') {
  return join(tools, `wasm-bindgen-${wasmBindgenVersion()}`, 'bin', program);
}

/** The wasm-bindgen CLI; it must be of exactly the version the engine is compiled with. */
export function ensureWasmBindgen() {
  const version = wasmBindgenVersion();
  const folder = join(tools, `wasm-bindgen-${version}`);
  const programs = ['wasm-bindgen', 'wasm-bindgen-test-runner'];
  return step(`wasm-bindgen CLI ${version}`, {
    done: () =>
      programs.every((name) => existsSync(wasmBindgen(name))) &&
      ask(wasmBindgen(), ['--version'])?.endsWith(` ${version}`),
    async work() {
      console.log('  compiled once, kept in .tools; this takes a few minutes');
      mkdirSync(tools, { recursive: true });
      const build = join(tools, 'build');
      const fresh = join(tools, 'wasm-bindgen-new');
      rmSync(fresh, { recursive: true, force: true });
      // It works for seconds in all its life: compiling it fast is worth more than running it fast.
      await run('cargo', ['install', 'wasm-bindgen-cli', '--version', version, '--root', fresh, '--no-track'], {
        env: { CARGO_TARGET_DIR: build, CARGO_PROFILE_RELEASE_OPT_LEVEL: '1', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16' },
        quiet: true,
      });
      for (const old of readdirSync(tools).filter((name) => /^wasm-bindgen-\d/.test(name))) {
        rmSync(join(tools, old), { recursive: true, force: true });
      }
      renameSync(fresh, folder);
      rmSync(build, { recursive: true, force: true });
    },
    advice: `check the network, and that a C compiler is installed ("apt-get install build-essential"), then run this again.`,
  });
}

/** The npm packages of package-lock.json, exactly. */
export function ensurePackages() {
  const wanted = hash({ paths: ['package.json', 'package-lock.json'] });
  const installed = stamp('packages', at('node_modules', '.installed'));
  return step('npm packages', {
    done: () => installed.matches(wanted),
    async work() {
      await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
        env: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
      });
      installed.write(wanted);
    },
    advice: 'check the network, and that package.json and package-lock.json belong together ("npm install" makes them), then run this again.',
  });
}
