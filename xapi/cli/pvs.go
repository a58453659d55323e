package cli

// pvsActs are what the commands of this file do.
var pvsActs = acts{
	"pvs-site-introduce": makes("PVS_site", "introduce", word("name-label", ""), word("name-description", ""), word("pvs-uuid", "")),
	"pvs-site-forget":    onUUID("PVS_site", "forget"),
	"pvs-server-introduce": makes("PVS_server", "introduce", words("addresses"), whole("first-port", 0), whole("last-port", 0),
		the("PVS_site", "pvs-site-uuid")),
	"pvs-server-forget":         onUUID("PVS_server", "forget"),
	"pvs-proxy-create":          makes("PVS_proxy", "create", the("PVS_site", "pvs-site-uuid"), the("VIF", "vif-uuid")),
	"pvs-proxy-destroy":         onUUID("PVS_proxy", "destroy"),
	"pvs-cache-storage-create":  onEach(hostSelector.one(), []string{"sr-uuid", "pvs-site-uuid", "size"}, nil, pvsCacheStorageCreate),
	"pvs-cache-storage-destroy": onUUID("PVS_cache_storage", "destroy"),
}

func pvsCacheStorageCreate(c *command, host []any) error {
	return makes("PVS_cache_storage", "create", fields("host", fixed(host[0]), "SR", the("SR", "sr-uuid"),
		"site", the("PVS_site", "pvs-site-uuid"), "size", amount("size")))(c)
}
