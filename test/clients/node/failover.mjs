// Follows a pool's master through a fail-over: node failover.mjs USER PASSWORD URL...
// The first URL is a slave's; the client follows HOST_IS_SLAVE by itself. Prints "ready" once it works, waits for a line, by
// which the master is gone, and then works on.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createClient } from 'xen-api'

const [user, password, ...urls] = process.argv.slice(2)
setTimeout(() => {
  console.error('FAILED: 60 seconds are over')
  process.exit(1)
}, 60e3).unref()

async function login(list) {
  for (;;) {
    for (const url of list) {
      const xapi = createClient({ url, allowUnauthorized: true, auth: { user, password }, watchEvents: false })
      try {
        await xapi.connect()
        return xapi
      } catch (error) {
        await xapi.disconnect().catch(() => {}) // it names a master that is gone, or is gone itself
      }
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

let xapi = await login(urls.slice(0, 1))
const [pool] = await xapi.call('pool.get_all')
await xapi.call('pool.set_name_label', pool, 'before')
console.log('ready')
await once(process.stdin, 'data')
xapi.disconnect().catch(() => {}) // nobody is there to log out from
xapi = await login(urls)
assert.equal(await xapi.call('pool.get_name_label', pool), 'before')
await xapi.call('pool.set_name_label', pool, 'after')
assert.equal(await xapi.call('pool.get_name_label', pool), 'after')
console.log('done')
process.exit(0)
