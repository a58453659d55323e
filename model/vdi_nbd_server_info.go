package model

// VDINBDServerInfo is one way to read a disk over NBD; it exists in answers
// only.
type VDINBDServerInfo struct {
	Exportname string `api:"RO" life:"inverness"`
	Address    string `api:"RO" life:"inverness"`
	Port       int64  `api:"RO" life:"inverness"`
	Cert       string `api:"RO" life:"inverness"`
	Subject    string `api:"RO" life:"inverness"`
}

var _ = define[VDINBDServerInfo](Def{
	Name:  "vdi_nbd_server_info",
	Life:  "inverness",
	Roles: "local-root",
	Flags: "",
})
