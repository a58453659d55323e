package model

// PVSSite is a group of PVS servers that serve the same images.
type PVSSite struct {
	UUID            string                 `api:"RO" life:"ely"`
	NameLabel       string                 `api:"RW" default:"" life:"ely"`
	NameDescription string                 `api:"RW" default:"" life:"ely"`
	PVSUUID         string                 `name:"PVS_uuid" api:"CO" default:"" life:"ely"`
	CacheStorage    []Ref[PVSCacheStorage] `api:"RO" default:"[]" life:"ely" of:"PVS_cache_storage.site"`
	Servers         []Ref[PVSServer]       `api:"RO" life:"ely" of:"PVS_server.site"`
	Proxies         []Ref[PVSProxy]        `api:"RO" life:"ely" of:"PVS_proxy.site"`
}

var _ = define[PVSSite](Def{
	Name:  "PVS_site",
	Life:  "ely",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
introduce(name_label: string, name_description: string, PVS_uuid: string) -> PVS_site ref | ely pool-operator async
forget(self: PVS_site ref) -> void | ely pool-operator async
set_PVS_uuid(self: PVS_site ref, value: string) -> void | ely pool-operator async
`,
})
