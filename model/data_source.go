package model

// DataSource describes one measured quantity of an object; it exists in
// answers only.
type DataSource struct {
	NameLabel       string  `api:"RO" default:"" life:"rio"`
	NameDescription string  `api:"RO" default:"" life:"rio"`
	Enabled         bool    `api:"RO" life:"rio"`
	Standard        bool    `api:"RO" life:"rio"`
	Units           string  `api:"RO" life:"rio"`
	Min             float64 `api:"RO" life:"rio"`
	Max             float64 `api:"RO" life:"rio"`
	Value           float64 `api:"RO" life:"rio"`
}

var _ = define[DataSource](Def{
	Name:  "data_source",
	Life:  "orlando",
	Roles: "pool-admin",
	Flags: "",
})
