// A static web server as plain as the plainest host: no special headers, files only.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
};

function answer(mounts, headers, request, response) {
  const refuse = (status, text) => response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'GET and HEAD only');
  let path;
  try {
    path = decodeURIComponent(new URL(request.url, 'http://host').pathname);
  } catch {
    return refuse(400, 'bad address');
  }
  const bare = mounts.find(([base]) => `${path}/` === base);
  if (bare) return response.writeHead(301, { location: bare[0] }).end();
  const mount = mounts.find(([base]) => path.startsWith(base));
  if (!mount) return refuse(404, 'not found');
  const [base, folder] = mount;
  let file = normalize(join(folder, path.slice(base.length)));
  if (file.replace(/[/\\]$/, '') !== folder && !file.startsWith(folder + sep)) return refuse(404, 'not found');
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html');
  if (!existsSync(file)) return refuse(404, 'not found');
  const { size } = statSync(file);
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': size,
    'cache-control': 'no-cache',
    ...headers,
  });
  if (request.method === 'HEAD') return response.end();
  createReadStream(file).on('error', () => response.destroy()).pipe(response);
}

function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server.address().port);
    });
  });
}

/**
 * Serves `folder` under the path `base`, and further folders where `mounts` puts them. A port that is taken makes room for
 * the next free one, unless `strict`; port 0 takes any. Resolves to the address and a way to stop.
 */
export async function serve(folder, { base = '/', port = 4173, host = '127.0.0.1', strict = false, mounts = {}, headers = {} } = {}) {
  const trimmed = Object.entries({ [base]: folder, ...mounts })
    .map(([path, place]) => [path, normalize(place).replace(/[/\\]$/, '')])
    .sort(([a], [b]) => b.length - a.length);
  const server = createServer((request, response) => answer(trimmed, headers, request, response));
  for (let next = port; ; next++) {
    try {
      const bound = await listen(server, next, host);
      const name = host === '127.0.0.1' ? 'localhost' : host;
      const stop = () =>
        new Promise((done) => {
          server.close(done);
          server.closeAllConnections();
        });
      return { address: `http://${name}:${bound}${base}`, stop };
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || strict || next >= port + 50) throw error;
    }
  }
}
