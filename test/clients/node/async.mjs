// Drives a pool through the npm package async-xenapi: node async.mjs URL USER PASSWORD.

import assert from 'node:assert/strict'
import { AsyncXenAPISession } from 'async-xenapi'

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0' // the pool's certificate is made by itself
const [url, user, password] = process.argv.slice(2)
setTimeout(() => {
  console.error('FAILED: 60 seconds are over')
  process.exit(1)
}, 60e3).unref()

const session = new AsyncXenAPISession(url)
await session.login_with_password(user, password)
const api = session.xenapi

let classes = 0
for (const method of (await api.host.list_methods()).filter(m => m.endsWith('.get_all_records'))) {
  const name = method.slice(0, -'.get_all_records'.length)
  try {
    assert.equal(typeof (await api[name].get_all_records()), 'object')
    classes++
  } catch (error) {
    assert.match(String(error.message), /MESSAGE_REMOVED/, method)
  }
}
assert.ok(classes > 50, `only ${classes} classes`)

const [template] = await api.VM.get_by_name_label('Other install media')
const vm = await api.VM.clone(template, 'async scenario')
await api.VM.provision(vm)
let token = (await api.event.from([`VM/${vm}`], '', 0.0)).token
const task = await api.Async.VM.start(vm, false, false)
while ((await api.task.get_status(task)) === 'pending') {
  await api.event.from([`task/${task}`], '', 1.0)
}
assert.equal(await api.task.get_status(task), 'success')
for (let able = false; !able; ) {
  const batch = await api.event.from([`VM/${vm}`], token, 10.0)
  token = batch.token
  able = batch.events.some(e => e.snapshot?.allowed_operations.includes('clean_shutdown'))
}
for (const [method, state, ...args] of [
  ['clean_reboot', 'Running'], ['suspend', 'Suspended'], ['resume', 'Running', false, false], ['pause', 'Paused'], ['unpause', 'Running'], ['hard_shutdown', 'Halted'],
]) {
  await api.VM[method](vm, ...args)
  assert.equal(await api.VM.get_power_state(vm), state)
}
await assert.rejects(api.VM.hard_shutdown(vm), /VM_BAD_POWER_STATE/)
await assert.rejects(api.VM.get_by_uuid('nope'), /UUID_INVALID/)
await assert.rejects(api.VM.get_record('OpaqueRef:gone'), /HANDLE_INVALID/)
await api.VM.destroy(vm)
await session.logout()
console.log('ok')
process.exit(0)
