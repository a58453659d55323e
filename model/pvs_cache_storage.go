package model

// PVSCacheStorage is where a host keeps the cache of a PVS site.
type PVSCacheStorage struct {
	UUID string       `api:"RO" life:"ely"`
	Host Ref[Host]    `api:"CO" default:"OpaqueRef:NULL" life:"ely"`
	SR   Ref[SR]      `name:"SR" api:"CO" default:"OpaqueRef:NULL" life:"ely"`
	Site Ref[PVSSite] `api:"CO" default:"OpaqueRef:NULL" life:"ely"`
	Size int64        `api:"CO" default:"21474836480" life:"ely"`
	VDI  Ref[VDI]     `name:"VDI" api:"RO" default:"OpaqueRef:NULL" life:"ely"`
}

var _ = define[PVSCacheStorage](Def{
	Name:  "PVS_cache_storage",
	Life:  "ely",
	Roles: "pool-operator",
	Flags: "database persist events constructor get_all",
})
