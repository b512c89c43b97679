// SPDX-FileCopyrightText: the sasl-bearer authors
// SPDX-License-Identifier: BSD-2-Clause
//
// The provider's memory. The library ships one of its own, but that one can be
// asked nothing; the lab wants to know whether an account's grant is still
// alive, and every token that was ever handed out, to search logs for them.

const ROTATED_AND_ISSUED = new Set(['AccessToken', 'ClientCredentials', 'RefreshToken']);

export class Store {
  constructor() {
    this.models = new Map(); // model name -> Map(id -> payload)
    this.issued = []; // every access and refresh token, for the canary
  }

  model(name) {
    if (!this.models.has(name)) this.models.set(name, new Map());
    return this.models.get(name);
  }

  /** All live payloads of a model that belong to a login. */
  of(name, accountId) {
    const now = Date.now() / 1000;
    return [...this.model(name).entries()]
      .filter(([, p]) => p.accountId === accountId && !(p.exp <= now))
      .map(([id, payload]) => ({ id, payload }));
  }

  /** The class that the library constructs once for each of its models. */
  adapterClass() {
    const store = this;
    return class Adapter {
      constructor(name) {
        this.name = name;
        this.rows = store.model(name);
      }

      async upsert(id, payload) {
        if (ROTATED_AND_ISSUED.has(this.name) && !this.rows.has(id)) {
          store.issued.push(id);
        }
        this.rows.set(id, payload);
      }

      async find(id) {
        return this.rows.get(id);
      }

      async findByUserCode(userCode) {
        return [...this.rows.values()].find((p) => p.userCode === userCode);
      }

      async findByUid(uid) {
        return [...this.rows.values()].find((p) => p.uid === uid);
      }

      async consume(id) {
        const row = this.rows.get(id);
        if (row) row.consumed = Math.floor(Date.now() / 1000);
      }

      async destroy(id) {
        this.rows.delete(id);
      }

      async revokeByGrantId(grantId) {
        for (const [id, payload] of this.rows) {
          if (payload.grantId === grantId) this.rows.delete(id);
        }
      }
    };
  }
}
