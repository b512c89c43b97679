// SPDX-FileCopyrightText: the sasl-bearer authors
// SPDX-License-Identifier: BSD-2-Clause
//
// A certified OpenID provider for the tests, on loopback. One argument: a JSON
// file with { port, key, cert, clients, scope }. It prints "ready" when it
// listens. Beside the provider's own routes there are control routes under
// /lab/, by which a test approves a device code without a browser, counts token
// requests, and makes things go wrong.

import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

import { Provider } from 'oidc-provider';

import { Store } from './adapter.mjs';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { port } = settings;
const store = new Store();

/** What a test may change while the provider runs. */
const knobs = {
  accessTtl: 3600, // seconds
  tokenDelay: 0, // milliseconds before the token route works on a request
  tokenBits: 256, // randomness, and so the length, of a token
  deviceInterval: 1, // seconds between polls; the library names none, so 5
  outage: null, // { status, body, headers }: what the token route answers
};

/** While a test holds the token route, requests to it wait here. */
const gate = { opened: Promise.resolve(), open: () => {} };

/** One entry per request to the token route: { grant, client, status, error }. */
const requests = [];

const provider = new Provider(`https://localhost:${port}`, {
  adapter: store.adapterClass(),
  clients: settings.clients,
  scopes: settings.scope.split(' '),
  rotateRefreshToken: true,
  pkce: { required: () => true },
  formats: { bitsOfOpaqueRandomness: () => knobs.tokenBits },
  ttl: {
    AccessToken: () => knobs.accessTtl,
    ClientCredentials: () => knobs.accessTtl,
  },
  routes: { device_authorization: '/device/auth' },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: true }, // sign-in and consent pages
    deviceFlow: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
  },
});

/** Gives a login what the sign-in page would give it, with no browser. */
async function approve({ user_code: typed, login }) {
  const userCode = String(typed).replace(/[^A-Z]/gi, '').toUpperCase();
  const code = await provider.DeviceCode.findByUserCode(userCode);
  if (!code) return { error: 'no such code' };
  const grant = new provider.Grant({
    accountId: login, clientId: code.clientId,
  });
  grant.addOIDCScope(code.params.scope);
  Object.assign(code, {
    accountId: login,
    authTime: Math.floor(Date.now() / 1000),
    grantId: await grant.save(),
    scope: code.params.scope,
  });
  await code.save(code.remainingTTL);
  return { approved: login };
}

/** A person who says no on the sign-in page. */
async function deny({ user_code: typed }) {
  const userCode = String(typed).replace(/[^A-Z]/gi, '').toUpperCase();
  const code = await provider.DeviceCode.findByUserCode(userCode);
  if (!code) return { error: 'no such code' };
  code.error = 'access_denied';
  await code.save(code.remainingTTL);
  return { denied: true };
}

/** Destroys a login's live entries of some models; says how many. */
function drop(login, models) {
  let dropped = 0;
  for (const model of models) {
    for (const { id } of store.of(model, login)) {
      store.model(model).delete(id);
      dropped += 1;
    }
  }
  return { dropped };
}

/** Is the login's grant alive, and with how many usable refresh tokens? */
function account({ login }) {
  const refresh = store.of('RefreshToken', login)
    .filter(({ payload }) => !payload.consumed);
  return {
    alive: store.of('Grant', login).length > 0 && refresh.length > 0,
    access: store.of('AccessToken', login).map(({ id }) => id),
    refresh: refresh.map(({ id }) => id),
  };
}

/** The mailbox that a client without a person is for, by its id. */
const mailboxes = new Map();

/** Registers a client while the provider runs; keys are PEM. */
function client({ keys, mailbox, ...registration }) {
  mailboxes.set(registration.client_id, mailbox);
  const jwks = { keys: keys.map((pem) => createPublicKey(pem).export({ format: 'jwk' })) };
  store.model('Client').set(registration.client_id, { ...registration, jwks });
  return { registered: registration.client_id };
}

const control = {
  client,
  approve,
  deny,
  account,
  hold,
  release,
  requests: () => ({ requests }),
  issued: () => ({ issued: store.issued }),
  set: (values) => Object.assign(knobs, values),
  'revoke-access': ({ login }) => drop(login, ['AccessToken']),
  'revoke-grant': ({ login }) => drop(
    login,
    ['AccessToken', 'RefreshToken', 'Grant'],
  ),
};

/** Stops the token route in the middle of its work, until release(). */
function hold() {
  gate.opened = new Promise((open) => { gate.open = open; });
  return {};
}

function release() {
  gate.open();
  return {};
}

async function bodyOf(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text ? JSON.parse(text) : {};
}

async function serveControl(ctx) {
  const action = control[ctx.path.slice('/lab/'.length)];
  if (!action || ctx.method !== 'POST') {
    ctx.status = 404;
    return;
  }
  ctx.body = await action(await bodyOf(ctx.req));
  ctx.status = 200;
}

async function serveToken(ctx, next) {
  const entry = { grant: null, client: null, status: null, error: null };
  requests.push(entry);
  if (knobs.tokenDelay) {
    await new Promise((done) => { setTimeout(done, knobs.tokenDelay); });
  }
  await gate.opened;
  if (knobs.outage) {
    ctx.status = knobs.outage.status;
    ctx.set(knobs.outage.headers ?? {});
    ctx.body = knobs.outage.body ?? '';
  } else {
    await next();
    entry.grant = ctx.oidc?.params?.grant_type ?? null;
    entry.client = ctx.oidc?.client?.clientId ?? null;
    entry.error = ctx.body?.error ?? null;
  }
  entry.status = ctx.status;
}

provider.use(async (ctx, next) => {
  if (ctx.path.startsWith('/lab/')) await serveControl(ctx);
  else if (ctx.path === '/token') await serveToken(ctx, next);
  else await next();
  // A mail server has to know whose mailbox it is.
  if (ctx.path === '/token/introspection' && ctx.body?.active) {
    ctx.body.sub ??= mailboxes.get(ctx.body.client_id);
  }
  if (ctx.body?.device_code) ctx.body.interval = knobs.deviceInterval;
});

const server = createServer({
  key: readFileSync(settings.key),
  cert: readFileSync(settings.cert),
}, provider.callback());
server.listen(port, '127.0.0.1', () => console.log('ready'));
