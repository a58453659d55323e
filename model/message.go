package model

import "time"

// Cls is the class of the object that a message is about.
type Cls string

// The labels of Cls.
const (
	ClsVM          Cls = "VM"
	ClsHost        Cls = "Host"
	ClsSR          Cls = "SR"
	ClsPool        Cls = "Pool"
	ClsVMPP        Cls = "VMPP"
	ClsVMSS        Cls = "VMSS"
	ClsPVSProxy    Cls = "PVS_proxy"
	ClsVDI         Cls = "VDI"
	ClsCertificate Cls = "Certificate"
)

var _ = enum("cls", ClsVM, ClsHost, ClsSR, ClsPool, ClsVMPP, ClsVMSS, ClsPVSProxy, ClsVDI, ClsCertificate)

// Message is an alert for people: something that happened to an object, with a
// priority from 1 (worst) to 5.
type Message struct {
	UUID      string    `api:"RO" life:"rio"`
	Name      string    `api:"RO" life:"rio"`
	Priority  int64     `api:"RO" life:"rio"` // 1 worst, 5 information
	Cls       Cls       `api:"RO" life:"published:orlando,extended:1.313.0"`
	ObjUUID   string    `api:"RO" life:"rio"` // of the object that it is about
	Timestamp time.Time `api:"RO" life:"rio"` // UTC, seconds
	Body      string    `api:"RO" life:"rio"`
}

var _ = define[Message](Def{
	Name:  "message",
	Life:  "orlando",
	Roles: "pool-operator",
	Flags: "kept persist events",
	Messages: `
create(name: string, priority: int, cls: enum cls, obj_uuid: string, body: string) -> message ref | orlando pool-operator
destroy(self: message ref) -> void | orlando pool-operator
destroy_many(messages: message ref set) -> void | prototyped:22.19.0 pool-operator async
destroy_all(filters: (string -> string) map) -> void | prototyped:26.6.0 pool-operator async
get(cls: enum cls, obj_uuid: string, since: datetime) -> (message ref -> message record) map | orlando read-only
get_all() -> message ref set | orlando read-only
get_since(since: datetime) -> (message ref -> message record) map | orlando read-only
get_record(self: message ref) -> message record | orlando read-only
get_by_uuid(uuid: string) -> message ref | orlando read-only
get_all_records() -> (message ref -> message record) map | orlando read-only
get_all_records_where(expr: string) -> (message ref -> message record) map | orlando read-only
`,
})
