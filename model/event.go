package model

import "time"

// EventOperation tells what has happened to an object.
type EventOperation string

// The labels of EventOperation.
const (
	EventOperationAdd EventOperation = "add"
	EventOperationDel EventOperation = "del"
	EventOperationMod EventOperation = "mod"
)

var _ = enum("event_operation", EventOperationAdd, EventOperationDel, EventOperationMod)

// Event is a change of an object, as event.next and event.from tell it; it is
// never stored.
type Event struct {
	ID        int64          `api:"CO" life:"rio"`
	Timestamp time.Time      `api:"CO" life:"published:rio,deprecated:boston"`
	Class     string         `api:"CO" life:"rio"`
	Operation EventOperation `api:"CO" life:"rio"`
	Ref       string         `api:"CO" life:"rio"`
	ObjUUID   string         `api:"CO" life:"published:rio,deprecated:boston"`
	Snapshot  any            `api:"RO,synthetic" life:"boston"`
}

var _ = define[Event](Def{
	Name:  "event",
	Life:  "rio",
	Roles: "pool-admin",
	Flags: "",
	Messages: `
register(classes: string set) -> void | published:rio,deprecated:boston read-only async
unregister(classes: string set) -> void | published:rio,deprecated:boston read-only async
next() -> event record set | published:rio,deprecated:boston read-only
from(classes: string set, token: string, timeout: float) -> an event batch | boston read-only
get_current_id() -> int | rio read-only
inject(class: string, ref: string) -> string | tampa read-only
`,
})
