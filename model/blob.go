package model

import "time"

// Blob names a lump of binary data kept for some object and reached over HTTP
// by a ticket.
type Blob struct {
	UUID            string    `api:"RO" life:"rio"`
	NameLabel       string    `api:"RW" default:"" life:"rio"`
	NameDescription string    `api:"RW" default:"" life:"rio"`
	Size            int64     `api:"RO" life:"rio"`
	Public          bool      `api:"RW" default:"false" life:"tampa"`
	LastUpdated     time.Time `api:"CO" life:"rio"`
	MimeType        string    `api:"CO" life:"rio"`
}

var _ = define[Blob](Def{
	Name:  "blob",
	Life:  "orlando",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(mime_type: string, public?: bool = false @tampa) -> blob ref | orlando pool-operator
destroy(self: blob ref) -> void | orlando pool-operator
`,
})
