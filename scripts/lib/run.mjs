// Running other programs.
import { spawn, spawnSync } from 'node:child_process';
import { root } from './paths.mjs';
import { Failure } from './step.mjs';

const running = new Set();

function stop(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) stop(child, 'SIGTERM');
    process.exit(130);
  });
}

/**
 * Runs a program to its end without standard input and returns what it printed, which is also shown as it comes
 * unless `quiet`. Quiet output is shown when the program fails. A program over its `limit` (milliseconds) is ended
 * together with everything it started. With `check: false` a bad exit status is returned instead of thrown.
 */
export function run(program, args, { cwd = root, env = {}, quiet = false, limit = 0, check = true } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    let output = '';
    const collect = (stream) => (chunk) => {
      output += chunk;
      if (!quiet) stream.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', collect(process.stdout));
    child.stderr.setEncoding('utf8').on('data', collect(process.stderr));

    let late = false;
    const timer = limit && setTimeout(() => {
      late = true;
      stop(child, 'SIGTERM');
      setTimeout(() => stop(child, 'SIGKILL'), 5000).unref();
    }, limit);

    child.on('error', (error) => {
      running.delete(child);
      clearTimeout(timer);
      reject(new Failure(error.code === 'ENOENT' ? `${program} is not installed` : `${program}: ${error.message}`));
    });
    child.on('close', (status, signal) => {
      running.delete(child);
      clearTimeout(timer);
      const ok = status === 0 && !late;
      if (ok || !check) return resolve({ ok, status, output });
      if (quiet) process.stderr.write(output);
      const why = late ? `ran longer than ${limit / 1000} s` : signal ? `was ended by ${signal}` : `ended with status ${status}`;
      reject(new Failure(`${[program, ...args].join(' ').slice(0, 160)} ${why}`));
    });
  });
}

/** What a short program prints, or undefined when it is missing or fails. */
export function ask(program, args, env = {}) {
  const { status, stdout } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** Where a program is found on the path, if it is. */
export function which(program) {
  return ask('sh', ['-c', 'command -v "$1"', 'sh', program]) || undefined;
}
