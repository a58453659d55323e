package model

// Feature is an experimental feature of a host and whether it is on.
type Feature struct {
	UUID            string    `api:"RO" life:"falcon"`
	NameLabel       string    `api:"CO" default:"" life:"rio"`
	NameDescription string    `api:"CO" default:"" life:"rio"`
	Enabled         bool      `api:"RO" default:"false" life:"falcon"`
	Experimental    bool      `api:"CO" default:"false" life:"falcon"`
	Version         string    `api:"CO" default:"1.0" life:"falcon"`
	Host            Ref[Host] `api:"RO" life:"falcon"`
}

var _ = define[Feature](Def{
	Name:  "Feature",
	Life:  "falcon",
	Roles: "local-root",
	Flags: "database persist events get_all",
})
